import type { AnySaga } from '../../../../messaging/index.ts'
import { type StepNode, stepsOf } from '../../../../messaging/saga/plan.ts'
import { isUndoable } from '../../../../messaging/saga/step-contract.ts'

/** What befalls a step on the way forward. The first four let the saga go on. */
export const FORWARD = [
  'done',
  /** A process dies before its commit; the next attempt does it. */
  'crashed before',
  /** A process dies after its commit; the next attempt finds it done. */
  'crashed after',
  /** It is called, or answered, again when the saga is over. */
  'twice',
  'failed',
  /** Every attempt takes effect and is not heard of; or the answer of a callback is not. */
  'unknown but done',
  'unknown and not done',
  /** As 'unknown and not done', and the call, or the answer, comes when the saga is over. */
  'late',
  /** The execution is stopped before, or while, the step takes effect; another takes it up, and the first one is redriven. */
  'stopped before',
  'stopped after',
] as const
export type Forward = (typeof FORWARD)[number]

const GOING_ON: readonly Forward[] = ['done', 'crashed before', 'crashed after', 'twice']

/** What befalls a compensation. */
export const BACKWARD = [
  'done',
  'failed once',
  /** It takes effect, is not heard of, and is called again. */
  'unknown but done',
  'unknown and not done',
  /** All attempts fail; an operator has it tried again. */
  'exhausted and resumed',
  /** All attempts fail, and nobody looks. */
  'exhausted',
] as const
export type Backward = (typeof BACKWARD)[number]

/** One way through a saga. Steps that are not named are done. */
export interface Fate {
  readonly forward: Readonly<Record<string, Forward>>
  readonly backward: Readonly<Record<string, Backward>>
}

/**
 * Every outcome of every step, up to the first at which the saga does not go on, times every outcome of the compensations that follow.
 * @param deviations how many of the steps before it and of the compensations, together, may be anything but simply done
 */
export function* fatesOf(saga: AnySaga, deviations: number): Generator<Fate> {
  const steps = stepsOf(saga.nodes)
  const pivot = steps.findIndex((step) => step.pivot)
  for (const forward of forwards(steps, deviations)) {
    const stop = steps.findIndex(({ name }) => !GOING_ON.includes(forward[name] ?? 'done'))
    const before = steps.filter(({ name }) => ![undefined, 'done'].includes(forward[name])).length - (stop < 0 ? 0 : 1)
    const turnsBack = stop >= 0 && (pivot < 0 || stop <= pivot)
    const undone = turnsBack ? steps.slice(0, stop + 1) : []
    for (const backward of backwards(
      undone.filter(({ contract }) => isUndoable(contract)),
      deviations - before,
    ))
      yield { forward, backward }
  }
}

function* forwards(steps: readonly StepNode[], deviations: number): Generator<Record<string, Forward>> {
  const [first, ...rest] = steps
  if (!first) {
    yield {}
    return
  }
  for (const outcome of FORWARD) {
    const left = outcome === 'done' ? deviations : deviations - 1
    if (!GOING_ON.includes(outcome)) yield { [first.name]: outcome }
    else if (left >= 0) for (const others of forwards(rest, left)) yield { [first.name]: outcome, ...others }
  }
}

function* backwards(steps: readonly StepNode[], deviations: number): Generator<Record<string, Backward>> {
  const [first, ...rest] = steps
  if (!first) {
    yield {}
    return
  }
  for (const outcome of BACKWARD) {
    const left = outcome === 'done' ? deviations : deviations - 1
    if (left >= 0) for (const others of backwards(rest, left)) yield { [first.name]: outcome, ...others }
  }
}
