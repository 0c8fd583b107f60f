import type { Catcher, Retrier } from '../language/definition.ts'
import type { JsonObject } from '../language/json.ts'
import type { Trial } from '../trial/trial.ts'
import { assign, queryOutcome, resultPath } from './data-flow.ts'
import type { StateFailure } from './failure.ts'
import { recordedFailure } from './recorded-failure.ts'
import type { Outcome, Step } from './step.ts'

/**
 * Attempts the work until it succeeds or no retrier takes the failure; then a catcher may.
 * @throws StateFailure, Aborted
 */
export async function withRetryAndCatch(step: Step, work: () => Promise<Outcome>): Promise<Outcome> {
  const used = new Map<Retrier, number>()
  for (let retries = 0; ; retries += 1) {
    try {
      if (!step.thread.trial?.context)
        step.scope.context.State = { ...(step.scope.context.State as JsonObject), RetryCount: retries }
      return await work()
    } catch (problem) {
      const failure = recordedFailure(step, problem) as StateFailure
      if (failure.name !== 'StateFailure' || failure.final) throw failure
      if (step.thread.trial) return judged(step, step.thread.trial, failure)
      const retrier = step.state.Retry?.find(({ ErrorEquals }) => failure.matches(ErrorEquals))
      const attempts = retrier ? (used.get(retrier) ?? 0) : 0
      if (!retrier || attempts >= (retrier.MaxAttempts ?? 3)) return caught(step, failure)
      used.set(retrier, attempts + 1)
      const { thread, name } = step
      const label = `states retry ${retries + 1} of ${name} of ${thread.run.execution.name}`
      // A retry runs all branches again; only a redrive keeps what is done.
      if (thread.progress) thread.progress.children = []
      await thread.sleep(delayOf(step, retrier, attempts), label)
    }
  }
}

/** Milliseconds before the retry; the jitter comes after the cap. */
function delayOf(step: Step, retrier: Retrier, attempts: number): number {
  const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Number.POSITIVE_INFINITY, JitterStrategy } = retrier
  const seconds = Math.min(IntervalSeconds * BackoffRate ** attempts, MaxDelaySeconds)
  if (JitterStrategy !== 'FULL') return Math.round(seconds * 1000)
  const drawn = step.scope.kernel.random.fraction(`states jitter ${step.thread.run.execution.arn} ${step.name}`)
  return Math.round(seconds * 1000 * drawn)
}

/** A test of a state does not go on: it says what would come of the failure. */
async function judged(step: Step, trial: Trial, failure: StateFailure): Promise<Outcome> {
  const takes = ({ ErrorEquals }: Retrier | Catcher) => failure.matches(ErrorEquals)
  const { Retry = [], Catch = [] } = step.state
  const retryIndex = Retry.findIndex(takes)
  const retrier = Retry[retryIndex]
  if (retrier && trial.retries < (retrier.MaxAttempts ?? 3)) {
    const retryBackoffIntervalSeconds = Math.floor(delayOf(step, retrier, trial.retries) / 1000)
    trial.seen.errorDetails = { retryIndex, retryBackoffIntervalSeconds }
    trial.verdict = { status: 'RETRIABLE', failure }
    throw failure
  }
  const outcome = await caught(step, failure)
  trial.seen.errorDetails = { catchIndex: Catch.findIndex(takes) }
  trial.verdict = { status: 'CAUGHT_ERROR', failure }
  return outcome
}

async function caught(step: Step, failure: StateFailure): Promise<Outcome> {
  const catcher = step.state.Catch?.find(({ ErrorEquals }) => failure.matches(ErrorEquals))
  if (!catcher) throw failure
  const outcome =
    step.language === 'JSONata' ? await queryCatch(step, catcher, failure) : pathCatch(step, catcher, failure)
  return { ...outcome, next: catcher.Next }
}

const queryCatch = (step: Step, catcher: Catcher, { output }: StateFailure): Promise<Outcome> =>
  queryOutcome(step, catcher, { errorOutput: output }, output)

/** ResultPath puts the error into the state's raw input. */
function pathCatch(step: Step, catcher: Catcher, { output }: StateFailure): Outcome {
  return {
    output: resultPath(step, catcher.ResultPath, output),
    assigned: assign(step, catcher.Assign, output),
    next: catcher.Next,
  }
}
