import type { MessageContext } from './context.ts'
import type { AnyCommand, AnyEvent, Data } from './contract.ts'
import type { ModuleMeta } from './declaration.ts'
import type { Effects } from './effect.ts'
import { type QueueHandler, queueHandler } from './queue-handler.ts'
import type { QueueOptions } from './queue-options.ts'
import type { SagaUnit, SagaUse } from './saga/use.ts'
import type { Stores, Unit } from './unit.ts'

type Arriving<On> = On extends readonly (infer C extends AnyCommand)[] ? C : On extends AnyCommand ? On : never

export interface WorkerOptions<
  On extends AnyCommand | readonly AnyCommand[],
  S extends Stores,
  P extends readonly AnyEvent[],
  C extends readonly AnyCommand[],
  E extends Effects,
  G extends SagaUse,
> extends QueueOptions<S, P, C, E, G> {
  /** The commands that this worker owns. They share its queue. */
  readonly on: On
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
