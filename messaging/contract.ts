import type { ClaimCheck } from './claim-check.ts'
import { type Duration, milliseconds, QUEUE_DELAY_MS } from './duration.ts'
import type { Route } from './route.ts'
import type { SchemaInput, SchemaOutput, StandardSchema } from './standard-schema.ts'

/**
 * What services say to each other. `Wire` is the JSON that travels, `Data` is what a handler sees (they differ where the
 * schema transforms). `key` is a method so that contracts of different data share the type `AnyEvent`.
 */
export interface Contract<Kind extends 'event' | 'command', Name extends string, Wire, Data> {
  readonly kind: Kind
  /** `<owning service>.<Name>` */
  readonly name: Name
  readonly version: number
  readonly schema: StandardSchema<Wire, Data>
  readonly ordered: boolean
  /** Groups messages that must keep their order, and is the partition key for whoever shards them. */
  key(data: Data): string
  /** Whose message it is, where tenants share a queue: none of them then waits for another's backlog (fair queues). */
  tenant?(data: Data): string
  /** Where bodies may be too large for a message. */
  readonly claimCheck?: ClaimCheck
  /** Steps from older versions: `upcasts[1]` makes version 2 of version 1. Complete from 1 to `version - 1`. */
  readonly upcasts: Readonly<Record<number, (data: never) => unknown>>
}

export interface EventContract<Name extends string, Wire, Data, Ordered extends boolean = boolean>
  extends Contract<'event', Name, Wire, Data> {
  readonly ordered: Ordered
  readonly route: Route
}

export interface CommandContract<Name extends string, Wire, Data, Timer extends boolean = boolean>
  extends Contract<'command', Name, Wire, Data> {
  /** Set by its service for a later time, once per key, and cancelled or moved until then. */
  readonly timer: Timer
  /** Milliseconds that it may be delayed. */
  readonly maxDelay: number
  /** Its owner has a second queue, for what may wait. */
  readonly priorities: boolean
}

export type AnyEvent = EventContract<string, unknown, unknown>
export type AnyCommand = CommandContract<string, unknown, unknown>
export type AnyTimer = CommandContract<string, unknown, unknown, true>
export type AnyContract = AnyEvent | AnyCommand

export type Wire<C extends AnyContract> = C extends { readonly schema: StandardSchema<infer W, infer _> } ? W : never
export type Data<C extends AnyContract> = C extends { readonly schema: StandardSchema<infer _, infer D> } ? D : never

/** A message of a contract as a tagged value: what `decide` returns, `evolve` folds and `context.message` narrows. */
export type MessageOf<C extends AnyContract> = C extends AnyContract
  ? { readonly type: C['name']; readonly data: Data<C> }
  : never

/** As `MessageOf`, in wire form: what `append` takes. */
export type FactOf<C extends AnyContract> = C extends AnyContract
  ? { readonly type: C['name']; readonly data: Wire<C> }
  : never

type Below<V extends number, N extends number[] = []> = N['length'] extends V
  ? N[number]
  : Below<V, [...N, N['length']]>
type LastBelow<V extends number, N extends number[] = []> = [...N, 0]['length'] extends V
  ? N['length']
  : LastBelow<V, [...N, 0]>

/** One step per older version. A step takes what that version was: annotate it. The last step must give today's wire form. */
export type Upcasts<V extends number, W> = V extends 0 | 1
  ? { readonly upcast?: Readonly<Record<never, never>> }
  : {
      readonly upcast: { readonly [K in Exclude<Below<V>, 0>]: (data: never) => K extends LastBelow<V> ? W : unknown }
    }

interface ContractOptions<V extends number, S extends StandardSchema> {
  /** @default 1 */
  readonly version?: V
  readonly schema: S
  key(data: NoInfer<SchemaOutput<S>>): string
  /** Whose message it is. On a standard queue it becomes the message group, so that a noisy tenant delays itself only. @default none */
  tenant?(data: NoInfer<SchemaOutput<S>>): string
  /** `claimCheck()`: bodies of any size. Declare it where consumers are deployed first. @default what fits the route */
  readonly claimCheck?: ClaimCheck<keyof NoInfer<SchemaInput<S>> & string>
}

export type EventOptions<V extends number, S extends StandardSchema, O extends boolean> = ContractOptions<V, S> &
  Upcasts<V, SchemaInput<S>> & {
    /**
     * Consumers may have these in order by key. Such an event is published by appending it to the aggregate whose id is its key.
     * @default false
     */
    readonly ordered?: O
    /** @default 'ordered' where ordered, else 'topic' */
    readonly route?: O extends true ? 'ordered' : Exclude<Route, 'ordered'>
  }

export type CommandOptions<V extends number, S extends StandardSchema> = ContractOptions<V, S> &
  Upcasts<V, SchemaInput<S>> & {
    /** The owner's queue keeps order by key. @default false */
    readonly ordered?: boolean
    /**
     * The longest that it may be delayed, up to 366d. Beyond 15m, what a queue can hold, its owner gets a group of schedules.
     * @default 15m
     */
    readonly maxDelay?: Duration
    /** Its owner has a second queue for what may wait: `send(…, { priority: 'low' })`. @default false */
    readonly priorities?: boolean
  }

export type TimerOptions<V extends number, S extends StandardSchema> = Omit<
  ContractOptions<V, S>,
  'tenant' | 'claimCheck'
> &
  Upcasts<V, SchemaInput<S>>

/** Something that happened. Any number of consumers. */
export function event<
  const N extends string,
  S extends StandardSchema,
  const V extends number = 1,
  const O extends boolean = false,
>(name: N, options: EventOptions<V, S, O>): EventContract<N, SchemaInput<S>, SchemaOutput<S>, O> {
  const ordered = options.ordered ?? false
  const route = options.route ?? (ordered ? 'ordered' : 'topic')
  assertRules(name, [
    [
      (route === 'tenant') === (options.tenant !== undefined),
      "route 'tenant' and `tenant` belong together: a rule of the bus can set no message group",
    ],
  ])
  return { ...base('event', name, options), ordered: ordered as O, route }
}

/** Something to be done by the one worker that owns it. */
export function command<const N extends string, S extends StandardSchema, const V extends number = 1>(
  name: N,
  options: CommandOptions<V, S>,
): CommandContract<N, SchemaInput<S>, SchemaOutput<S>, false> {
  const { ordered = false, priorities = false, maxDelay = '15m' } = options
  const most = milliseconds(maxDelay)
  assertRules(name, [
    [most <= LONGEST_DELAY_MS, `maxDelay ${maxDelay} is over 366d`],
    [!(ordered && priorities), 'an ordered command has one queue: two would overtake each other'],
    [
      !(options.claimCheck && most > QUEUE_DELAY_MS),
      `claimCheck and maxDelay ${maxDelay}: what is held longer than 15m could outlive its object`,
    ],
    [!(ordered && options.tenant), 'an ordered command is grouped by its key, and can have no tenant'],
  ])
  return { ...base('command', name, options), ordered, priorities, timer: false, maxDelay: most }
}

/**
 * Something to be done by its own service at a later time: a deadline, a reminder. There is one per key, which can be cancelled
 * and moved until its worker has handled it. `unit.schedule(PaymentDue, { orderId }, { after: '30m' })`
 */
export function timer<const N extends string, S extends StandardSchema, const V extends number = 1>(
  name: N,
  options: TimerOptions<V, S>,
): CommandContract<N, SchemaInput<S>, SchemaOutput<S>, true> {
  const own = { ordered: false, priorities: false, timer: true, maxDelay: LONGEST_DELAY_MS } as const
  return { ...base('command', name, options), ...own }
}

const LONGEST_DELAY_MS = milliseconds('366d')

/** The service that owns a contract or consumer: what stands before the first dot of its name. */
export function serviceOf(name: string): string {
  return name.slice(0, name.indexOf('.'))
}

function base<K extends 'event' | 'command', N extends string, S extends StandardSchema>(
  kind: K,
  name: N,
  options: ContractOptions<number, S> & { readonly upcast?: Readonly<Record<number, (data: never) => unknown>> },
) {
  const version = options.version ?? 1
  const upcasts = options.upcast ?? {}
  assertContract(name, version, upcasts)
  return {
    kind,
    name,
    version,
    schema: options.schema as StandardSchema<SchemaInput<S>, SchemaOutput<S>>,
    key: (data: SchemaOutput<S>) => options.key(data),
    ...(options.claimCheck && { claimCheck: options.claimCheck }),
    ...(options.tenant && { tenant: (data: SchemaOutput<S>) => options.tenant?.(data) ?? '' }),
    upcasts,
  }
}

function assertContract(name: string, version: number, upcasts: object): void {
  const links = Array.from({ length: Math.max(0, version - 1) }, (_, i) => String(i + 1))
  const rules = [
    [
      /^[a-z][a-z0-9-]*\.[A-Z][A-Za-z0-9]*$/.test(name),
      `name '${name}' must read <service>.<Name>, as in 'orders.OrderPlaced'`,
    ],
    [Number.isInteger(version) && version >= 1, `version ${version} must be a whole number from 1`],
    [links.every((link) => link in upcasts), `upcast must have a step for each of the versions ${links.join(', ')}`],
    [
      Object.keys(upcasts).every((key) => links.includes(key)),
      `upcast may only have steps for versions below ${version}`,
    ],
  ] as const
  assertRules(name, rules)
}

function assertRules(name: string, rules: readonly (readonly [holds: boolean, message: string])[]): void {
  const broken = rules.filter(([holds]) => !holds).map(([, message]) => message)
  if (broken.length > 0) throw new TypeError(`contract '${name}': ${broken.join('; ')}`)
}
