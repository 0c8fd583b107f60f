import type { Condition } from './condition.ts'
import { variablesIn } from './reference.ts'
import type { AnyStep } from './step-contract.ts'

/**
 * A saga as data: what `saga` declares, and what the compiler, the diagram and the rules read.
 * Milliseconds everywhere.
 */
export type Node = StepNode | ParallelNode | ChoiceNode

export interface StepNode {
  readonly kind: 'step'
  /** Unique in its saga; the name of its state, and of the variable that holds its answer. */
  readonly name: string
  readonly contract: AnyStep
  /** Before the pivot a step is compensated, after it a step is tried until it succeeds. */
  readonly pivot: boolean
  /** JSON with references. */
  readonly input: unknown
  readonly retry: RetryPolicy
  /** Of the task; absent: five seconds above its function's own. */
  readonly timeout?: number
  /** For callbacks: how long the answer may take, and how often a sign of life must come. */
  readonly answerWithin?: number
  readonly heartbeat?: number
}

export interface ParallelNode {
  readonly kind: 'parallel'
  readonly name: string
  readonly branches: readonly (readonly Node[])[]
}

export interface ChoiceNode {
  readonly kind: 'choice'
  readonly name: string
  readonly when: Condition
  readonly yes: readonly Node[]
  readonly no: readonly Node[]
}

/** For what passes by itself: a throttle, a lost connection, a crash. A refusal is never tried again. */
export interface RetryPolicy {
  /** Tries in all; 'forever' only after the pivot, and with an alarm. */
  readonly attempts: number | 'forever'
  /** Before the second try, before jitter. */
  readonly first: number
  /** That no wait exceeds. */
  readonly max: number
  /** A step that is tried longer than this rings. */
  readonly alarmAfter?: number
}

/** The names that any input or choice refers to. */
export function askedIn(nodes: readonly Node[]): ReadonlySet<string> {
  return new Set(
    nodes.flatMap((node) => {
      if (node.kind === 'step') return variablesIn(node.input)
      if (node.kind === 'parallel') return [...askedIn(node.branches.flat())]
      return [...node.when.variables, ...askedIn([...node.yes, ...node.no])]
    }),
  )
}

/** Every step of a plan, in the order of their first possible run. */
export function stepsOf(nodes: readonly Node[]): readonly StepNode[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'step') return [node]
    return stepsOf(node.kind === 'parallel' ? node.branches.flat() : [...node.yes, ...node.no])
  })
}
