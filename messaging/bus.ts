import type { AnyCommand, AnyEvent, AnyTimer, CommandContract, EventContract } from './contract.ts'
import type { Duration } from './duration.ts'
import type { QueryContract } from './query.ts'
import type { RateDeclaration } from './rate.ts'
import type { AnySaga, Saga } from './saga/saga.ts'
import type { SagaHandle } from './saga/status.ts'
import type { SendOptions, When } from './unit.ts'

export interface BusOptions {
  /** The deployment's prefix, such as `shop`; queues and the bus are found by it. */
  readonly app: string
  /** Epoch milliseconds, for a client of a cloud with a clock of its own. @default Date.now */
  readonly now?: () => number
}

export interface PublishOptions {
  /** Identity of the message: publishing again under the same id has no second effect. @default a random one */
  readonly id?: string
  /** After this long nobody wants the effect any more: consumers that get it later refuse it as dead. @default never */
  readonly deadline?: Duration
}

export interface RequestOptions {
  /** @default 5s */
  readonly timeout?: Duration
  /** `queue`: through the responder's queue, which evens out a rush. `lambda`: its function is invoked, the short way. @default 'queue' */
  readonly by?: 'queue' | 'lambda'
}

/**
 * For clients outside of handlers (inside one, everything goes through `unit`). Data is validated by the contract before it
 * leaves; entries that fail in passing are sent again. A rejected promise means: it may or may not have left, so repeat the call
 * under the same id.
 */
export interface Bus {
  /** To any number of consumers. Ordered events are their aggregate's to publish, not a client's. */
  publish<N extends string, W, D>(
    contract: EventContract<N, W, D, false>,
    data: NoInfer<W>,
    options?: PublishOptions,
  ): Promise<{ readonly id: string }>
  /** To the command's one owner. @throws RangeError for a delay over its contract's `maxDelay` */
  send<N extends string, W, D>(
    contract: CommandContract<N, W, D, false>,
    data: NoInfer<W>,
    options?: PublishOptions & SendOptions,
  ): Promise<{ readonly id: string }>
  /**
   * To the command's one owner, spread over time: no more than the rate asks for, each delayed to its turn. For a rush that its
   * sender knows of; `delivery.rate` holds back whatever comes.
   * @throws RangeError where the last would wait longer than the 15m that a queue can hold it
   */
  sendSpread<N extends string, W, D>(
    contract: CommandContract<N, W, D, false>,
    list: readonly NoInfer<W>[],
    rate: RateDeclaration,
  ): Promise<{ readonly ids: readonly string[] }>
  /**
   * Asks the query's one responder. The request is sent under an id of its own, and replied to once, also where it is handled twice.
   * @throws RequestTimeout; Refused as the responder refuses
   */
  request<N extends string, W, D, RW, R>(
    query: QueryContract<N, W, D, RW, R>,
    data: NoInfer<W>,
    options?: RequestOptions,
  ): Promise<R>
  /** Sets the timer of this data's key in its service, unless it is set already. Repeating the call changes nothing. */
  schedule<N extends string, W, D>(
    timer: CommandContract<N, W, D, true>,
    data: NoInfer<W>,
    when: When,
  ): Promise<'scheduled' | 'already scheduled'>
  /** Moves the timer of this data's key; sets none where none is waiting. */
  reschedule<N extends string, W, D>(
    timer: CommandContract<N, W, D, true>,
    data: NoInfer<W>,
    when: When,
  ): Promise<'rescheduled' | 'fired' | 'cancelled' | 'absent'>
  /** `cancelled`: it takes no effect, now or ever. `fired`: it has taken effect. */
  cancel<N extends string, W, D>(
    timer: CommandContract<N, W, D, true>,
    key: string,
  ): Promise<'cancelled' | 'fired' | 'absent'>
  /**
   * Starts the saga under the id that its input tells. Repeating the call changes nothing.
   * @throws SagaConflict where another saga of this name has the same id and another input
   */
  startSaga<N extends string, W, D>(saga: Saga<N, W, D>, input: NoInfer<W>): Promise<{ readonly id: string }>
  /** A saga that was started: how it stands, and what an operator can do. */
  saga(saga: AnySaga, id: string): SagaHandle
}

/** Endpoint, region and credentials come from the environment, at the first call. */
export function createBus({ app, now }: BusOptions): Bus {
  let opened: Promise<ReturnType<typeof import('./runtime/bus.ts').openBus>> | undefined
  const open = () => {
    opened ??= import('./runtime/bus.ts').then(({ openBus }) => openBus(app, now))
    return opened
  }
  let openedSagas: Promise<ReturnType<typeof import('./runtime/saga-handle.ts').openSagas>> | undefined
  const sagas = () => {
    openedSagas ??= import('./runtime/saga-handle.ts').then(({ openSagas }) => openSagas(app, now))
    return openedSagas
  }
  return {
    publish: async (contract: AnyEvent, data, options) => (await open()).publish(contract, data, options),
    send: async (contract: AnyCommand, data, options) => (await open()).send(contract, data, options),
    sendSpread: async (contract: AnyCommand, list, rate) => (await open()).sendSpread(contract, list, rate),
    request: async (query, data, options) => (await open()).request(query, data, options),
    schedule: async (timer: AnyTimer, data, when) => (await open()).schedule(timer, data, when),
    reschedule: async (timer: AnyTimer, data, when) => (await open()).reschedule(timer, data, when),
    cancel: async (timer: AnyTimer, key) => (await open()).cancel(timer, key),
    startSaga: async (saga: AnySaga, input) => (await sagas()).startSaga(saga, input),
    saga: (saga, id) => ({
      status: async () => (await sagas()).status(saga, id),
      resume: async (verdict) => (await sagas()).resume(saga, id, verdict),
    }),
  }
}
