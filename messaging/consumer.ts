import type { BestEffortDeclaration } from './best-effort.ts'
import type { MessageContext } from './context.ts'
import type { AnyCommand, AnyContract, AnyEvent, Data, Wire } from './contract.ts'
import type { CommonOptions, ModuleMeta } from './declaration.ts'
import type { Effects } from './effect.ts'
import { type QueueHandler, queueHandler } from './queue-handler.ts'
import type { QueueOptions } from './queue-options.ts'
import type { SagaUnit, SagaUse } from './saga/use.ts'
import type { EndpointUnit, NotReserved, Stores, Unit } from './unit.ts'
import type { Filter, Where } from './where.ts'

/** Stands in `on` for all events of all services; the data is as published, unparsed. For journals. */
export const everyEvent = Object.freeze({ kind: 'every event' })
export type EveryEvent = typeof everyEvent

type Arriving<On> = On extends readonly (infer C extends AnyEvent)[] ? C : On extends AnyEvent ? On : AnyEvent

export interface ConsumerOptions<
  On extends AnyEvent | readonly AnyEvent[] | EveryEvent,
  S extends Stores,
  P extends readonly AnyEvent[],
  C extends readonly AnyCommand[],
  E extends Effects,
  G extends SagaUse,
> extends QueueOptions<S, P, C, E, G> {
  /** One event, several, or every. */
  readonly on: On
  /** Which of them; becomes the routing rule. For one event only. @default all */
  readonly where?: On extends AnyEvent ? Where<Wire<On>> : never
}

/** Options of a consumer that handles a message at most once: it reads, and commits nothing. */
export interface BestEffortConsumerOptions<On extends AnyEvent | readonly AnyEvent[] | EveryEvent, S extends Stores>
  extends CommonOptions<S & NotReserved>,
    Pick<ConsumerOptions<On, S, readonly [], readonly [], Record<never, never>, SagaUse>, 'on' | 'where'> {
  readonly delivery: BestEffortDeclaration
  readonly publishes?: never
  readonly sends?: never
  readonly effects?: never
  readonly sagas?: never
  readonly marksIn?: never
}

/**
 * With `delivery: bestEffort()`: at most once. What the handler does may get lost and is never done twice; it reads its stores, and
 * writes and publishes nothing.
 */
export function consumer<
  const On extends AnyEvent | readonly AnyEvent[] | EveryEvent,
  S extends Stores = Record<never, never>,
>(
  meta: ModuleMeta,
  options: BestEffortConsumerOptions<On, S>,
  handle: (
    data: Data<Arriving<NoInfer<On>>>,
    unit: EndpointUnit<NoInfer<S>, never>,
    context: MessageContext<Arriving<NoInfer<On>>>,
  ) => Promise<void> | void,
): QueueHandler
/**
 * Declares a consumer of events and makes its Lambda handler.
 *
 * The handler may run more than once for a message (after a crash, or on fresh state when another unit was faster), but what
 * it does through `unit` takes effect exactly once.
 *
 * @param meta `import.meta` of the file, which must export the result as `handler`
 * @throws TypeError with every broken rule, when the file is loaded
 */
export function consumer<
  const On extends AnyEvent | readonly AnyEvent[] | EveryEvent,
  S extends Stores = Record<never, never>,
  const P extends readonly AnyEvent[] = readonly [],
  const C extends readonly AnyCommand[] = readonly [],
  E extends Effects = Record<never, never>,
  const G extends SagaUse = Record<never, never>,
>(
  meta: ModuleMeta,
  options: ConsumerOptions<On, S, P, C, E, G>,
  handle: (
    data: Data<Arriving<NoInfer<On>>>,
    unit: Unit<NoInfer<S>, NoInfer<P>[number], NoInfer<C>[number], NoInfer<E>> & SagaUnit<NoInfer<G>>,
    context: MessageContext<Arriving<NoInfer<On>>>,
  ) => Promise<void> | void,
): QueueHandler
export function consumer(
  meta: ModuleMeta,
  options: AnyConsumerOptions,
  handle: (data: never, unit: never, context: never) => Promise<void> | void,
): QueueHandler {
  const { on, where, ...rest } = options
  return queueHandler({ ...rest, kind: 'consumer', meta, contracts: contractsOf(on), where, handle })
}

type AnyConsumerOptions = Omit<
  Parameters<typeof queueHandler>[0],
  'kind' | 'meta' | 'contracts' | 'where' | 'handle'
> & {
  readonly on: AnyEvent | readonly AnyEvent[] | EveryEvent
  readonly where?: Filter
}

function contractsOf(on: AnyEvent | readonly AnyEvent[] | EveryEvent): readonly AnyContract[] | 'every event' {
  if (on === everyEvent) return 'every event'
  return isList(on) ? on : [on as AnyEvent]
}

const isList = (on: unknown): on is readonly AnyEvent[] => Array.isArray(on)
