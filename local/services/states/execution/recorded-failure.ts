import { Problem, QueryProblem } from '../language/problem.ts'
import { failureOf, StateFailure } from './failure.ts'
import type { Step } from './step.ts'

/** The failure of a state; a failed evaluation gets its event first. Anything but a state's problem passes through. */
export function recordedFailure(step: Step, problem: unknown): unknown {
  if (!(problem instanceof Error) || problem.name === 'Aborted') return problem
  const { trial } = step.thread
  // Recorded: a test of a state tells the problem alone.
  if (trial && problem instanceof Problem) return new StateFailure(problem.error, problem.message)
  const failure = failureOf(problem, step.name, step.enteredAt)
  if (problem instanceof QueryProblem) recordEvaluation(step, problem, failure)
  return failure
}

/** Recorded: an evaluation that fails as the state begins is chained to what was before the state. */
function recordEvaluation(step: Step, { error, location }: QueryProblem, { failureCause }: StateFailure): void {
  const { thread, name, enteredAt, before } = step
  if (thread.previous === enteredAt) thread.previous = before
  thread.record('EvaluationFailed', {
    evaluationFailedEventDetails: {
      error,
      cause: failureCause,
      ...(location === undefined ? {} : { location }),
      state: name,
    },
  })
}
