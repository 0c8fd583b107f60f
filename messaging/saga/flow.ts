import type { Backoff, Duration } from '../duration.ts'
import { milliseconds } from '../duration.ts'
import type { Condition } from './condition.ts'
import type { Node, RetryPolicy, StepNode } from './plan.ts'
import { type Refs, refTo, type Template } from './reference.ts'
import type { AnyStep, StepAnswer, StepInput } from './step-contract.ts'

/** Values by name: the saga's `input`, and the answer of each step so far. */
export type Scope = Readonly<Record<string, unknown>>

type Fresh<N extends string, S extends Scope> = N extends keyof S
  ? { 'error: this name is taken by an earlier step': N }
  : N

type Answered<S extends Scope, N extends string, C extends AnyStep> = S & { readonly [K in N]: StepAnswer<C> }
/** What another branch has added may be missing. */
type Perhaps<S extends Scope, More> = S & { readonly [K in Exclude<keyof More, keyof S>]?: More[K] }

type All<B extends readonly Scope[]> = B extends readonly [infer F, ...infer R extends readonly Scope[]]
  ? F & All<R>
  : unknown

export interface RetryOptions {
  /** Tries in all. `forever` only after the pivot, and only with `alarmAfter`. */
  readonly attempts?: number | 'forever'
  /** @default exponential('1s', '30s'); at the pivot and after it up to '5m' */
  readonly backoff?: Backoff
  /** An alarm rings for a step that is tried longer than this. */
  readonly alarmAfter?: Duration
}

interface Common<S extends Scope, C extends AnyStep> {
  input(scope: { readonly [K in keyof S]: Refs<S[K]> }): Template<StepInput<C>>
  /** @default 6 attempts before the pivot; at the pivot and after it as many as fit in a day */
  readonly retry?: RetryOptions
  /** Of the task. @default five seconds above its function's timeout */
  readonly timeout?: Duration
}

/** What a step of the saga takes beside its contract; callbacks must say how long the answer may take. */
export type StepUse<S extends Scope, C extends AnyStep> = Common<S, C> &
  (C['callback'] extends true
    ? {
        readonly answerWithin: Duration
        /** A sign of life (`unit.heartbeat`) must come so often. @default none is asked for */
        readonly heartbeat?: Duration
      }
    : { readonly answerWithin?: never; readonly heartbeat?: never })

/** The steps of a saga, one after the other. Each call answers a longer flow. */
export interface Flow<S extends Scope> {
  readonly nodes: readonly Node[]
  /** A step. Before the pivot it must be compensatable, or have nothing to undo; after it, it is tried until it succeeds. */
  step<const N extends string, C extends AnyStep>(
    name: Fresh<N, S> & N,
    contract: C,
    use: StepUse<S, C>,
  ): Flow<Answered<S, N, C>>
  /** The point of no return: once it is done, the saga only goes forward. */
  pivot<const N extends string, C extends AnyStep>(
    name: Fresh<N, S> & N,
    contract: C,
    use: StepUse<S, C>,
  ): Flow<Answered<S, N, C>>
  /** Branches side by side. All of them end before the saga goes on, or turns back. */
  parallel<const B extends readonly Scope[]>(
    name: string,
    ...branches: { readonly [K in keyof B]: (flow: Flow<S>) => Flow<B[K]> }
  ): Flow<S & All<B>>
  /** One way or the other. */
  choose<A extends Scope, B extends Scope = S>(
    name: string,
    ways: {
      when(scope: { readonly [K in keyof S]: Refs<S[K]> }): Condition
      yes(flow: Flow<S>): Flow<A>
      no?(flow: Flow<S>): Flow<B>
    },
  ): Flow<Perhaps<Perhaps<S, A>, B>>
}

/** @param pivoted whether these steps stand after the pivot */
export function flow<S extends Scope>(nodes: readonly Node[] = [], pivoted = false): Flow<S> {
  const scope = new Proxy({}, { get: (_, name) => refTo(String(name)) }) as { readonly [K in keyof S]: Refs<S[K]> }
  const then = <T extends Scope>(node: Node, isPivoted = pivoted) => flow<T>([...nodes, node], isPivoted)
  const branch = (build: (flow: Flow<S>) => { readonly nodes: readonly Node[] }) => build(flow<S>([], pivoted)).nodes
  return {
    nodes,
    step: (name, contract, use) => then(stepNode(name, contract, use, scope, false, pivoted)),
    pivot: (name, contract, use) => then(stepNode(name, contract, use, scope, true, pivoted), true),
    parallel: (name, ...builds) =>
      then({ kind: 'parallel', name, branches: (builds as readonly ((flow: Flow<S>) => Flow<Scope>)[]).map(branch) }),
    choose: (name, { when, yes, no }) =>
      then({ kind: 'choice', name, when: when(scope), yes: branch(yes), no: no ? branch(no) : [] }),
  }
}

function stepNode<S extends Scope, C extends AnyStep>(
  name: string,
  contract: C,
  use: StepUse<S, C>,
  scope: { readonly [K in keyof S]: Refs<S[K]> },
  pivot: boolean,
  pivoted: boolean,
): StepNode {
  return {
    kind: 'step',
    name,
    contract,
    pivot,
    input: use.input(scope),
    retry: retryPolicy(use.retry, pivot || pivoted ? FORWARD : BACKWARD),
    ...(use.timeout !== undefined && { timeout: milliseconds(use.timeout) }),
    ...(use.answerWithin !== undefined && { answerWithin: milliseconds(use.answerWithin) }),
    ...(use.heartbeat !== undefined && { heartbeat: milliseconds(use.heartbeat) }),
  }
}

/** Before the pivot a saga can turn back: it tries for about a minute, waits being half of their ceiling on average. */
const BACKWARD = { attempts: 10, first: 1_000, max: 30_000 } as const
/** From the pivot on it cannot: waits are half of the ceiling on average, so these are a day. */
const FORWARD = { attempts: 600, first: 1_000, max: 300_000 } as const

function retryPolicy(options: RetryOptions = {}, usual: typeof BACKWARD | typeof FORWARD): RetryPolicy {
  const { first, max } = options.backoff ?? usual
  return {
    attempts: options.attempts ?? usual.attempts,
    first,
    max,
    ...(options.alarmAfter !== undefined && { alarmAfter: milliseconds(options.alarmAfter) }),
  }
}
