import type { ItemProcessor } from '../../language/definition.ts'
import { compact, type Json } from '../../language/json.ts'
import { runFamily } from '../children.ts'
import type { Execution } from '../execution.ts'
import { StateFailure } from '../failure.ts'
import type { Step } from '../step.ts'
import { type Batch, batchesOf } from './batches.ts'
import { counts, type ItemStatus, type MapRun } from './map-runs.ts'
import { processorOf, selectedItem, type Threshold } from './settings.ts'

const DISTRIBUTED_LIMIT = 10_000

export interface Distribution {
  readonly items: readonly Json[]
  readonly input: Json
  /** 0 stands for AWS's own limit. */
  readonly limit: number
  readonly threshold: Threshold
}

/** Each batch of items runs as an execution of its own, with its own history. @throws StateFailure, Aborted */
export async function runDistributed(step: Step, { items, input, limit, threshold }: Distribution): Promise<Json[]> {
  const { thread, name } = step
  const selected: Json[] = []
  for (const [Index, Value] of items.entries())
    selected.push(await selectedItem(step, Value, input, { Item: { Index, Value } }))
  const batches = await batchesOf(step, selected, input)
  const mapRun = openRun(step, batches, { limit, threshold })
  thread.record('MapRunStarted', { mapRunStartedEventDetails: { mapRunArn: mapRun.arn } })
  try {
    const outputs = await runFamily(thread, {
      count: batches.length,
      limit: limit || DISTRIBUTED_LIMIT,
      run: (child, index) => child.waiting(runChild(step, mapRun, batches[index] as Batch, child.signal)),
    })
    close(step, mapRun, 'SUCCEEDED')
    thread.record('MapRunSucceeded')
    return outputs.filter((output) => output !== FAILED)
  } catch (error) {
    const failed = error instanceof StateFailure
    close(step, mapRun, failed ? 'FAILED' : 'ABORTED')
    if (failed)
      thread.record('MapRunFailed', { mapRunFailedEventDetails: { error: error.error, cause: error.failureCause } })
    throw error
  } finally {
    step.scope.kernel.journal.record('map-run', mapRun.arn, thread.run.execution.entry, {
      status: mapRun.status,
      state: name,
    })
  }
}

/** Stands for a tolerated failure among the outputs. */
const FAILED: Json = {}

function openRun(step: Step, batches: readonly Batch[], given: { limit: number; threshold: Threshold }): MapRun {
  const { execution, parts } = step.thread.run
  const { kernel } = parts.context
  const label = step.state.Label ?? step.name.replace(/\W/g, '')
  const run: MapRun = {
    arn: `${parts.machines.prefix}:mapRun:${execution.machineName}/${label}:${kernel.random.uuid('states map run')}`,
    executionArn: execution.arn,
    machineArn: `${execution.machineArn}/${label}`,
    label,
    startDate: kernel.clock.now(),
    executions: counts(batches.length),
    items: counts(batches.reduce((sum, batch) => sum + batch.items, 0)),
    status: 'RUNNING',
    maxConcurrency: given.limit,
    threshold: given.threshold,
  }
  parts.mapRuns.add(run)
  return run
}

function close(step: Step, run: MapRun, status: 'SUCCEEDED' | 'FAILED' | 'ABORTED'): void {
  run.status = status
  run.stopDate = step.thread.run.clock.now()
}

async function runChild(step: Step, mapRun: MapRun, batch: Batch, signal: AbortSignal): Promise<Json> {
  const { parts } = step.thread.run
  const execution = startChild(step, mapRun, batch)
  const move = (from: ItemStatus, to: ItemStatus) => {
    mapRun.executions[from] -= 1
    mapRun.executions[to] += 1
    mapRun.items[from] -= batch.items
    mapRun.items[to] += batch.items
  }
  move('pending', 'running')
  const stop = () => parts.executions.run(execution.arn)?.stop(undefined, undefined)
  signal.addEventListener('abort', stop, { once: true })
  await parts.executions.whenEnded(execution.arn)
  signal.removeEventListener('abort', stop)
  if (execution.status === 'SUCCEEDED') {
    move('running', 'succeeded')
    return JSON.parse(execution.output ?? 'null') as Json
  }
  move('running', execution.status === 'TIMED_OUT' ? 'timedOut' : execution.status === 'ABORTED' ? 'aborted' : 'failed')
  if (exceeds(mapRun))
    throw new StateFailure(
      'States.ExceedToleratedFailureThreshold',
      'The specified tolerated failure threshold was exceeded',
    )
  return FAILED
}

function startChild(step: Step, mapRun: MapRun, batch: Batch): Execution {
  const { execution, parts } = step.thread.run
  const { kernel } = parts.context
  const processor = processorOf(step.state)
  return parts.executions.start({
    target: {
      machine: execution.machine,
      revision: { ...execution.revision, machine: childMachine(processor, step) },
      versionArn: execution.versionArn,
      aliasArn: execution.aliasArn,
    },
    name: kernel.random.uuid('states map child'),
    input: compact(batch.input),
    cause: execution.entry,
    mapRun: {
      arn: mapRun.arn,
      label: mapRun.label,
      type: processor.ProcessorConfig?.ExecutionType ?? 'STANDARD',
    },
  })
}

const childMachine = ({ StartAt, States }: ItemProcessor, step: Step) => ({
  StartAt,
  States,
  QueryLanguage: step.thread.run.language,
})

/** Without a threshold the first failure is one too many. */
function exceeds({ items, threshold }: MapRun): boolean {
  const failed = items.failed + items.timedOut + items.aborted
  const total = Object.values(items).reduce((sum, count) => sum + count, 0)
  const { count, percentage } = threshold
  if (count === undefined && percentage === undefined) return true
  return (count !== undefined && failed > count) || (percentage !== undefined && (failed / total) * 100 > percentage)
}
