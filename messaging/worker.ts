import type { MessageContext } from './context.ts'
import type { AnyCommand, AnyEvent, Data } from './contract.ts'
import type { CommonOptions, DeliveryOptions, ModuleMeta } from './declaration.ts'
import type { Effects } from './effect.ts'
import { type QueueHandler, queueHandler } from './queue-handler.ts'
import type { SagaUnit, SagaUse } from './saga/use.ts'
import type { KeyedByOne, NotReserved, Stores, Unit } from './unit.ts'

type Arriving<On> = On extends readonly (infer C extends AnyCommand)[] ? C : On extends AnyCommand ? On : never

export interface WorkerOptions<
  On extends AnyCommand | readonly AnyCommand[],
  S extends Stores,
  P extends readonly AnyEvent[],
  C extends readonly AnyCommand[],
  E extends Effects,
  G extends SagaUse,
> extends CommonOptions<S & NotReserved> {
  /** The commands that this worker owns. They share its queue. */
  readonly on: On
  /** Events that the handler may publish. @default none */
  readonly publishes?: P
  /** Commands that the handler may send. @default none */
  readonly sends?: C
  /** What the handler does to the outside, through `unit.effect`. @default none */
  readonly effects?: E
  /** Sagas that the handler starts, callbacks that it answers. @default none */
  readonly sagas?: G
  /**
   * Every message of this consumer concerns the one item of this store that has the message's key (`partitionkey`): its mark is kept
   * in that item. A unit that writes that item, or only publishes, is then one write of one item. Cheapest where items stay below
   * 1 KB. May not be changed while messages are under way.
   * @default marks are items of their own
   */
  readonly marksIn?: KeyedByOne<NoInfer<S>>
  readonly delivery?: DeliveryOptions
}

/** Declares the one owner of a command, or of several, and makes its Lambda handler. Promises what `consumer` promises. */
export function worker<
  const On extends AnyCommand | readonly AnyCommand[],
  S extends Stores = Record<never, never>,
  const P extends readonly AnyEvent[] = readonly [],
  const C extends readonly AnyCommand[] = readonly [],
  E extends Effects = Record<never, never>,
  const G extends SagaUse = Record<never, never>,
>(
  meta: ModuleMeta,
  options: WorkerOptions<On, S, P, C, E, G>,
  handle: (
    data: Data<Arriving<NoInfer<On>>>,
    unit: Unit<NoInfer<S>, NoInfer<P>[number], NoInfer<C>[number], NoInfer<E>> & SagaUnit<NoInfer<G>>,
    context: MessageContext<Arriving<NoInfer<On>>>,
  ) => Promise<void> | void,
): QueueHandler {
  const { on, ...rest } = options
  const contracts = (Array.isArray(on) ? on : [on]) as readonly Arriving<On>[]
  return queueHandler<S, Arriving<On>, P[number], C[number], E>({ ...rest, kind: 'worker', meta, contracts, handle })
}
