import type { Json, JsonObject } from '../../language/json.ts'
import { QueryProblem } from '../../language/problem.ts'
import { type Mock, resultOf, see, type Trial } from '../../trial/trial.ts'
import { runFamily } from '../children.ts'
import { effectiveInput, outcomeOf } from '../data-flow.ts'
import { StateFailure } from '../failure.ts'
import { runDistributed } from '../map/distributed.ts'
import { concurrencyOf, itemsOf, processorOf, selectedItem, type Threshold, thresholdOf } from '../map/settings.ts'
import { recordedFailure } from '../recorded-failure.ts'
import { withRetryAndCatch } from '../retry-catch.ts'
import type { Outcome, Step } from '../step.ts'

/** Iterations of an inline Map that run at once where nothing else is said. */
const INLINE_LIMIT = 40

export const runMap = (step: Step): Promise<Outcome> =>
  withRetryAndCatch(step, () => tellingFailure(step, () => iterate(step)))

async function iterate(step: Step): Promise<Outcome> {
  const input = effectiveInput(step)
  const items = await itemsOf(step, input)
  if (step.language === 'JSONPath') see(step, 'afterItemsPath', items)
  const concurrency = await concurrencyOf(step, input)
  const threshold = await thresholdOf(step, input)
  const { trial } = step.thread
  if (trial?.mock) return mockedOutcome(step, trial, { mock: trial.mock, items, concurrency, threshold })
  const processor = processorOf(step.state)
  step.thread.record('MapStateStarted', { mapStateStartedEventDetails: { length: items.length } })
  const outputs =
    processor.ProcessorConfig?.Mode === 'DISTRIBUTED'
      ? await runDistributed(step, { items, input, limit: concurrency, threshold })
      : await runInline(step, items, input, concurrency || INLINE_LIMIT)
  step.thread.note('MapStateSucceeded')
  return outcomeOf(step, outputs)
}

interface MockedMap {
  readonly mock: Mock
  readonly items: readonly Json[]
  readonly concurrency: number
  readonly threshold: Threshold
}

/** The iterations' results are mocked; whether too many failed is still the state's to say. */
function mockedOutcome(
  step: Step,
  { seen, failedIterations }: Trial,
  { mock, items, concurrency, threshold: { count, percentage } }: MockedMap,
): Promise<Outcome> {
  Object.assign(
    seen,
    { maxConcurrency: concurrency },
    count !== undefined && { toleratedFailureCount: count },
    percentage !== undefined && { toleratedFailurePercentage: percentage },
  )
  const most = Math.min(count ?? Infinity, ((percentage ?? Infinity) / 100) * items.length)
  if (failedIterations > most)
    throw new StateFailure(
      'States.ExceedToleratedFailureThreshold',
      'The specified tolerated failure threshold was exceeded',
    )
  return outcomeOf(step, resultOf(mock))
}

function runInline(step: Step, items: readonly Json[], input: Json, limit: number): Promise<Json[]> {
  const { thread, name } = step
  const processor = processorOf(step.state)
  const details = (index: number) => ({ name, index })
  return runFamily(thread, {
    count: items.length,
    limit,
    mapOf: (index) => mapContext(items, index),
    run: async (child, index) => {
      const selected = await selectedItem(step, items[index] as Json, input, mapContext(items, index))
      return thread.run.interpret(child, processor, selected)
    },
    started: (child, index) =>
      void child.record('MapIterationStarted', { mapIterationStartedEventDetails: details(index) }),
    succeeded: (child, index) =>
      void child.note('MapIterationSucceeded', { mapIterationSucceededEventDetails: details(index) }),
    failed: (parent, index) =>
      void parent.note('MapIterationFailed', { mapIterationFailedEventDetails: details(index) }),
    aborted: (parent, index) =>
      void parent.note('MapIterationAborted', { mapIterationAbortedEventDetails: details(index) }),
  })
}

const mapContext = (items: readonly Json[], index: number): JsonObject => ({
  Item: { Index: index, Value: items[index] as Json },
})

/** MapStateFailed follows a failed iteration and a failed evaluation, but no States.Runtime from before the start. */
async function tellingFailure(step: Step, work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (problem) {
    const failure = problem instanceof QueryProblem ? recordedFailure(step, problem) : problem
    if (failure instanceof StateFailure) step.thread.record('MapStateFailed')
    throw failure
  }
}
