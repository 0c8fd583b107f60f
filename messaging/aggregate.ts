import type { AnyEvent, FactOf, MessageOf } from './contract.ts'
import { assertStoreName } from './table-layout.ts'

/**
 * State that is the fold of its events, which are kept under gap-free versions. `Public` events are published when they are
 * appended; `Internal` ones are facts that concern nobody else.
 */
export interface Aggregate<Name extends string, State, Public extends AnyEvent, Internal extends AnyEvent> {
  readonly kind: 'aggregate'
  readonly name: Name
  readonly events: readonly Public[]
  readonly internal: readonly Internal[]
  initial(): State
  evolve(state: State, event: MessageOf<Public | Internal>): State
}

/** Any aggregate, as the runtime sees it. */
export interface AnyAggregate {
  readonly kind: 'aggregate'
  readonly name: string
  readonly events: readonly AnyEvent[]
  readonly internal: readonly AnyEvent[]
  initial(): unknown
  evolve(state: unknown, event: never): unknown
}

export interface Loaded<State> {
  readonly state: State
  /** How many events the state is made of; 0 is an aggregate that does not exist yet. */
  readonly version: number
}

export interface ReadableAggregate<State> {
  load(id: string): Promise<Loaded<State>>
}

export interface WritableAggregate<State, Appendable extends AnyEvent> extends ReadableAggregate<State> {
  /**
   * Adds events after the version that this unit loaded (or as the first ones). Public events leave with the commit. Only events
   * that the consumer declares in `publishes`, and internal ones, are accepted.
   */
  append(id: string, events: readonly FactOf<Appendable>[]): void
}

export function aggregate<
  const N extends string,
  State,
  const P extends readonly AnyEvent[],
  const I extends readonly AnyEvent[] = readonly [],
>(
  name: N,
  options: {
    initial(): State
    /** Must be pure: it is run again at every load. */
    evolve(state: NoInfer<State>, event: MessageOf<P[number] | I[number]>): NoInfer<State>
    readonly events: P
    /** Events that are kept but not published. @default none */
    readonly internal?: I
  },
): Aggregate<N, State, P[number], I[number]> {
  assertStoreName(name)
  return {
    kind: 'aggregate',
    name,
    events: options.events,
    internal: options.internal ?? [],
    initial: () => options.initial(),
    evolve: (state, event) => options.evolve(state, event),
  }
}
