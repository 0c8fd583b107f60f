import type { Aggregate, AnyAggregate, ReadableAggregate, WritableAggregate } from './aggregate.ts'
import type { AnyCommand, AnyEvent, AnyTimer, Wire } from './contract.ts'
import type { Duration } from './duration.ts'
import type { Effecting, Effects } from './effect.ts'
import type { Left } from './only.ts'
import type { AnyStore, ReadableStore, Store, WritableStore } from './store.ts'

/** Stores and aggregates by the name they have on the unit. */
export type Stores = Readonly<Record<string, AnyStore | AnyAggregate>>

/** Names of the stores whose items are found by one string. */
export type KeyedByOne<S extends Stores> = {
  [N in keyof S]: S[N] extends Store<string, infer _W, infer _Item, string> ? N : never
}[keyof S] &
  string

/** Names that the unit's own abilities have or will have. */
export const RESERVED_ABILITIES = [
  'publish',
  'send',
  'schedule',
  'reschedule',
  'cancel',
  'effect',
  'compensate',
  'reply',
  'startSaga',
  'answer',
  'decline',
  'heartbeat',
] as const
export type NotReserved = { readonly [N in (typeof RESERVED_ABILITIES)[number]]?: never }

export interface SendOptions {
  /**
   * How long the message waits before its owner can see it, up to the contract's `maxDelay`; then a second late at most, or a
   * minute where it waits longer than 15m. On an ordered command's queue what is sent after it under its key waits behind it.
   * @default 0s
   */
  readonly delay?: Duration
  /** Of a command with `priorities`. @default as urgent as the rest */
  readonly priority?: 'low'
}

/** When a timer goes off: at that time, or up to a minute later where it is more than 15m ahead. */
export type When = { readonly after: Duration } | { readonly at: Date }

/**
 * What a service does with its own timers. There is one per key of its contract; the answers are the truth at the commit. A
 * duplicate, a message that a queue already holds, and a handler that is under way are all decided by the timer's item: a timer
 * that was cancelled has no effect, and one that took effect is told as fired.
 */
export interface Timers<T extends AnyTimer> {
  /** Sets the timer of this data's key, unless it is set already (to whatever time: `reschedule` moves it). */
  schedule<C extends AnyTimer>(
    contract: Sendable<T, C> & C,
    data: NoInfer<Wire<C>>,
    when: When,
  ): Promise<'scheduled' | 'already scheduled'>
  /** Moves the timer of this data's key, and gives it this data; sets none where none is waiting. */
  reschedule<C extends AnyTimer>(
    contract: Sendable<T, C> & C,
    data: NoInfer<Wire<C>>,
    when: When,
  ): Promise<'rescheduled' | 'fired' | 'cancelled' | 'absent'>
  /** Cancelled twice is cancelled. */
  cancel<C extends AnyTimer>(contract: Sendable<T, C> & C, key: string): Promise<'cancelled' | 'fired' | 'absent'>
}

type Publishable<P extends AnyEvent, Appended extends AnyEvent, C extends AnyEvent> = [C] extends [P]
  ? true extends C['ordered']
    ? { 'error: an ordered event is published by appending it to its aggregate': C['name'] }
    : [C] extends [Appended]
      ? { 'error: an event of an aggregate is published by appending it there': C['name'] }
      : C
  : { 'error: not in `publishes` of this consumer': C['name'] }

/** Public events of the aggregates among the stores. */
type AppendedTo<S> = {
  [N in keyof S]: S[N] extends Aggregate<string, infer _State, infer Public, infer _Internal> ? Public : never
}[keyof S]

type Sendable<S extends AnyCommand, C extends AnyCommand> = [C] extends [S]
  ? C
  : [C] extends [AnyTimer]
    ? { 'error: a timer is scheduled by the unit of a consumer that has it in `sends`': C['name'] }
    : { 'error: not in `sends` of this consumer': C['name'] }

type Timing<T extends AnyTimer> = [T] extends [never] ? Nothing : Timers<T>

// biome-ignore lint/complexity/noBannedTypes: the unit without an ability is an object without that member, which is `{}`
type Nothing = {}

export type Publishing<P extends AnyEvent, Appended extends AnyEvent = never> = [P] extends [never]
  ? Nothing
  : {
      /** Leaves with the commit, under an id made of (consumer, cause, index). */
      publish<C extends AnyEvent>(contract: Publishable<P, Appended, C> & C, data: NoInfer<Wire<C>>): void
    }

export type Sending<S extends AnyCommand> = [S] extends [never]
  ? Nothing
  : {
      /** Leaves with the commit, to the command's one owner. */
      send<C extends AnyCommand>(contract: Sendable<S, C> & C, data: NoInfer<Wire<C>>, options?: SendOptions): void
    }

type Writable<S, P extends AnyEvent> =
  S extends Store<string, infer W, infer Item, infer Key>
    ? WritableStore<W, Item, Key>
    : S extends Aggregate<string, infer State, infer Public, infer Internal>
      ? WritableAggregate<State, Extract<Public, P> | Internal>
      : never

type Readable<S> =
  S extends Store<string, infer _, infer Item, infer Key>
    ? ReadableStore<Item, Key>
    : S extends Aggregate<string, infer State, infer _, infer _>
      ? ReadableAggregate<State>
      : never

/**
 * Everything a consumer does to the world. Nothing takes effect before the handler returns; then all of it does, once, or nothing.
 * The handler may be run again on fresh state, so it must act on the world through the unit only.
 */
export type Unit<
  S extends Stores,
  P extends AnyEvent,
  C extends AnyCommand,
  E extends Effects = Record<never, never>,
> = Publishing<P, AppendedTo<S>> &
  Sending<Exclude<C, AnyTimer>> &
  Timing<Extract<C, AnyTimer>> &
  Effecting<E> & { readonly [N in keyof S]: Left<S[N], Writable<S[N], P>> }

/** What an endpoint may do: read, and send commands, which leave at once under an id made of (caller, endpoint, key, index). */
export type EndpointUnit<S extends Stores, C extends AnyCommand> = ([C] extends [never]
  ? Nothing
  : {
      send<K extends AnyCommand>(
        contract: Sendable<C, K> & K,
        data: NoInfer<Wire<K>>,
        options?: SendOptions,
      ): Promise<{ readonly id: string }>
    }) & { readonly [N in keyof S]: Left<S[N], Readable<S[N]>> }
