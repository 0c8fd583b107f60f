import { QueryProblem } from '../language/problem.ts'
import { failureOf, type StateFailure } from './failure.ts'
import type { Step } from './step.ts'

/** The failure of a state; a failed evaluation gets its event first. Anything but a state's problem passes through. */
export function recordedFailure(step: Step, problem: unknown): unknown {
  if (!(problem instanceof Error) || problem.name === 'Aborted') return problem
  const failure = failureOf(problem, step.name, step.enteredAt)
  if (problem instanceof QueryProblem) recordEvaluation(step, problem, failure)
  return failure
}

/** Recorded: the event has no previous one, and what follows is chained to it. */
function recordEvaluation({ thread, name }: Step, { error, location }: QueryProblem, failure: StateFailure): void {
  thread.previous = 0
  thread.record('EvaluationFailed', {
    evaluationFailedEventDetails: { error, cause: failure.failureCause, location, state: name },
  })
}
