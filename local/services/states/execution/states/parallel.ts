import { type Mock, resultOf, type Trial } from '../../trial/trial.ts'
import { runFamily } from '../children.ts'
import { effectiveInput, outcomeOf, payloadOf } from '../data-flow.ts'
import { StateFailure } from '../failure.ts'
import { withRetryAndCatch } from '../retry-catch.ts'
import type { Outcome, Step } from '../step.ts'

export const runParallel = (step: Step): Promise<Outcome> => withRetryAndCatch(step, () => runBranches(step))

/** Recorded: a test of a Parallel state does not show what its input path and its arguments make of the input. */
function mockedOutcome(step: Step, { seen }: Trial, mock: Mock): Promise<Outcome> {
  delete seen.afterInputPath
  delete seen.afterArguments
  return outcomeOf(step, resultOf(mock))
}

async function runBranches(step: Step): Promise<Outcome> {
  const { thread, state } = step
  const input = await payloadOf(step, effectiveInput(step))
  if (thread.trial?.mock) return mockedOutcome(step, thread.trial, thread.trial.mock)
  const branches = state.Branches ?? []
  thread.record('ParallelStateStarted')
  try {
    const outputs = await runFamily(thread, {
      count: branches.length,
      limit: branches.length,
      run: (child, index) => {
        const branch = branches[index]
        if (!branch) throw new RangeError(`No branch ${index}`)
        return thread.run.interpret(child, branch, input)
      },
    })
    thread.note('ParallelStateSucceeded')
    return await outcomeOf(step, outputs)
  } catch (error) {
    if (error instanceof StateFailure) thread.record('ParallelStateFailed')
    throw error
  }
}
