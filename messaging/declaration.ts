import { fileURLToPath } from 'node:url'
import type { BestEffortDeclaration } from './best-effort.ts'
import type { BreakerDeclaration } from './breaker.ts'
import type { AnyContract } from './contract.ts'
import type { DelayedRetriesDeclaration } from './delayed-retries.ts'
import { type Backoff, type Duration, QUEUE_DELAY_MS } from './duration.ts'
import type { Effects } from './effect.ts'
import { type Ability, abilitiesOf } from './only.ts'
import type { RateDeclaration } from './rate.ts'
import type { RetryPolicies } from './retry-policy.ts'
import type { Route } from './route.ts'
import type { StepContractDeclaration } from './saga/step-contract.ts'
import type { Stores } from './unit.ts'
import type { Filter } from './where.ts'

/** What is declared beside a handler, as plain data: queues, permissions, alarms and docs are derived from it. */
export type Declaration = ConsumerDeclaration | EndpointDeclaration | StepHandlerDeclaration | ResponderDeclaration

interface Common {
  /** Stable: queues and marks hang on it. `<service>.<name>` */
  readonly id: string
  readonly service: string
  /** Absolute path of the file that exports the handler as `handler`. */
  readonly file: string
  readonly stores: readonly StoreDeclaration[]
  readonly sends: readonly ContractDeclaration[]
  readonly uses: readonly Outside[]
  /** MiB. */
  readonly memory: number
  /** Of the function, in milliseconds. */
  readonly timeout: number
}

export interface ConsumerDeclaration extends Common {
  readonly kind: 'consumer' | 'worker'
  /** What arrives on its queue; a journal takes every event. */
  readonly on: readonly ContractDeclaration[] | 'every event'
  readonly where?: Filter
  readonly publishes: readonly ContractDeclaration[]
  readonly effects: readonly EffectDeclaration[]
  /** Name of the store in whose items the marks of handled messages are kept. Absent: in items of their own. */
  readonly marksIn?: string
  /** Whether messages may have to leave in a row of their own: what leaves with a mark or by being appended needs none. */
  readonly outbox: boolean
  /** Names of the sagas that it starts. */
  readonly starts: readonly string[]
  /** Names of the steps that it answers. */
  readonly answers: readonly string[]
  readonly delivery: DeliveryDeclaration
}

export interface EndpointDeclaration extends Common {
  readonly kind: 'endpoint'
  readonly method: string
  /** As API Gateway writes it: `/orders/{id}`. */
  readonly path: string
  /** Whether requests must carry an `Idempotency-Key`. */
  readonly idempotent: boolean
}

export interface ResponderDeclaration extends Common {
  readonly kind: 'responder'
  /** Name of the query. */
  readonly query: string
  /** MaximumConcurrency of the mapping; absent: the backbone's `defaultConcurrency`. */
  readonly concurrency?: number
}

/** The handler of a saga's step: a Lambda function that Step Functions invokes. */
export interface StepHandlerDeclaration extends Common {
  readonly kind: 'step'
  readonly step: StepContractDeclaration
  /** It does something outside of its unit, so that it begins is recorded before it does. */
  readonly outside: boolean
  readonly publishes: readonly ContractDeclaration[]
  readonly effects: readonly EffectDeclaration[]
}

export interface ContractDeclaration {
  readonly kind: 'event' | 'command'
  readonly name: string
  readonly service: string
  readonly version: number
  readonly ordered: boolean
  /** Commands go to their owner's queue. */
  readonly route: Route | 'queue'
  /** Of a command: held by EventBridge Scheduler where a queue cannot hold it so long. */
  readonly scheduled: boolean
  readonly timer: boolean
  /** Its owner has a second queue, for low priority. */
  readonly priorities: boolean
  /** Large bodies wait in S3. */
  readonly claimCheck: boolean
}

export interface StoreDeclaration {
  readonly name: string
  readonly kind: 'store' | 'aggregate'
  /** What the handler does with it. */
  readonly abilities: readonly Ability[]
}

export interface EffectDeclaration {
  readonly name: string
  /** Whether the provider takes a key. */
  readonly keyed: boolean
  /** What is done where nobody knows whether the provider acted. */
  readonly onUnknown: 'again' | 'ask' | 'park'
  /** Whether it can be compensated. */
  readonly compensable: boolean
}

export interface DeliveryDeclaration {
  /** The queue is FIFO, one group per key. */
  readonly ordered: boolean
  /** MaximumConcurrency of the mapping; absent: the backbone's `defaultConcurrency`. */
  readonly concurrency?: number
  readonly attempts: number
  readonly backoff: Backoff
  readonly errors?: RetryPolicies
  readonly delayedRetries?: DelayedRetriesDeclaration
  /** Of a consumer that handles a message at most once, and commits nothing. */
  readonly bestEffort?: BestEffortDeclaration
  readonly expectNext?: ExpectNext
  readonly batchSize: number
  readonly breaker?: BreakerDeclaration
  readonly rate?: RateDeclaration
  /** MaximumConcurrency of the queue for low priority. */
  readonly lowConcurrency: number
}

/** Something outside the pipeline that a handler calls, with exactly the permissions for it. */
export interface Outside {
  /** IAM actions, such as `lambda:InvokeFunction`. */
  readonly actions: readonly string[]
  readonly on: readonly OutsideResource[]
  /** Environment of the function. `{app}` in a value stands for the deployment's prefix. */
  readonly env?: Readonly<Record<string, string>>
}

/** The parts of an ARN that are not the deployment's own. `{app}` in `name` stands for the deployment's prefix. */
export interface OutsideResource {
  readonly service: string
  readonly resource: string
  readonly name: string
  /** Between resource and name. @default ':' */
  readonly separator?: ':' | '/'
}

/** Options that consumers, workers and endpoints share. */
export interface CommonOptions<S extends Stores> {
  readonly id: string
  /** @default none */
  readonly stores?: S
  /** Things outside the pipeline that the handler calls. @default none */
  readonly uses?: readonly Outside[]
  /** MiB. @default 512 */
  readonly memory?: number
  /** Of the function; a handler's signal is aborted a little earlier. @default 30s, 10s for an endpoint */
  readonly timeout?: Duration
}

export interface DeliveryOptions {
  /** Messages of a key are handled one after the other. Needs ordered contracts. @default false */
  readonly ordered?: boolean
  /** At most so many invocations at a time, 2 to 1000. @default the backbone's `defaultConcurrency` */
  readonly concurrency?: number
  /** Tries before a message is dead (or parked, where ordered). @default 5 */
  readonly attempts?: number
  /** Up to 15 minutes, or any with `delayedRetries`. @default exponential('1s', '5m') */
  readonly backoff?: Backoff
  /** `delayedRetries()`: back-offs over 15 minutes, and all while the queue has much in flight, leave it as a delayed copy. @default none */
  readonly delayedRetries?: DelayedRetriesDeclaration
  /** Other attempts, waits or ends for some classes of errors. @default data that a schema refuses is dead at once */
  readonly errors?: RetryPolicies
  /**
   * Each event waits until the one before it, of the same aggregate, has been handled. Needs all of an aggregate's events: published,
   * taken by this consumer and not filtered. For standard queues: a FIFO queue has an order. @default as they come
   */
  readonly expectNext?: ExpectNext
  /** Messages an invocation takes at most, 1 to 10. @default 10 */
  readonly batchSize?: number
  /** `breaker({ … })`: while what the handler calls is down, messages wait untried. @default none */
  readonly breaker?: BreakerDeclaration
  /** `rate(50, '1s')`: attempts that all workers together may begin. @default no limit */
  readonly rate?: RateDeclaration
  /** Of a worker whose commands have priorities: invocations at a time for those of low priority, 2 to 1000. @default 2 */
  readonly lowConcurrency?: number
  /** Of `bestEffort()`, with which none of these goes. */
  readonly sample?: never
}

/** The order of an aggregate's events on a queue that keeps none. */
export interface ExpectNext {
  /** A gap that is older raises the alarm. */
  readonly alarmAfter: Duration
}

/** `import.meta` of the file that declares. */
export interface ModuleMeta {
  readonly url: string
}

const DECLARATION = Symbol.for('penstock.declaration')

/** @throws TypeError where the value is no handler made by this kit. */
export function declarationOf(handler: unknown): Declaration {
  if (typeof handler === 'function' && DECLARATION in handler) return handler[DECLARATION] as Declaration
  throw new TypeError('this is no handler of the kit: export the result of consumer(), worker() or endpoint()')
}

export function withDeclaration<H extends object>(handler: H, declaration: Declaration): H {
  return Object.defineProperty(handler, DECLARATION, { value: Object.freeze(declaration) })
}

export function contractDeclaration(contract: AnyContract): ContractDeclaration {
  const { kind, name, version, ordered } = contract
  const service = name.slice(0, name.indexOf('.'))
  const common = { kind, name, version, ordered, service, claimCheck: contract.claimCheck !== undefined }
  if (contract.kind === 'event')
    return { ...common, route: contract.route, scheduled: false, timer: false, priorities: false }
  const { timer, priorities, maxDelay } = contract
  return { ...common, route: 'queue', scheduled: maxDelay > QUEUE_DELAY_MS, timer, priorities }
}

export function storeDeclarations(stores: Stores, access: 'read' | 'write'): readonly StoreDeclaration[] {
  return Object.values(stores).map((kept) => ({
    name: kept.name,
    kind: kept.kind,
    abilities: abilitiesOf(kept, access),
  }))
}

export function effectDeclarations(effects: Effects): readonly EffectDeclaration[] {
  return Object.values(effects).map(({ name, options: { onUnknown, lookup, cancel } }) => ({
    name,
    keyed: onUnknown === undefined,
    onUnknown: onUnknown ?? (lookup ? 'ask' : 'again'),
    compensable: lookup !== undefined || cancel !== undefined,
  }))
}

export const fileOf = (meta: ModuleMeta): string => (meta.url.startsWith('file:') ? fileURLToPath(meta.url) : meta.url)

/** Tells all broken rules at once. */
export function assertDeclared(id: string, rules: readonly (readonly [holds: boolean, message: string])[]): void {
  const broken = [
    [
      /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(id),
      `id must read <service>.<name> in lower case, as in 'inventory.reserve-stock'`,
    ] as const,
    ...rules,
  ].filter(([holds]) => !holds)
  if (broken.length > 0) throw new TypeError(`'${id}': ${broken.map(([, message]) => message).join('; ')}`)
}
