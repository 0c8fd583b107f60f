import {
  ExecutionDoesNotExist,
  type HistoryEvent,
  InvalidToken,
  paginateGetExecutionHistory,
  SendTaskSuccessCommand,
  SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn'
import { serviceOf } from '../contract.ts'
import { SAGA_UNDONE, undoOf } from '../saga/compile/targets.ts'
import { stepsOf } from '../saga/plan.ts'
import type { AnySaga } from '../saga/saga.ts'
import type { SagaStatus, Verdict } from '../saga/status.ts'
import { dynamoClient } from './clients.ts'
import { directory } from './directory.ts'
import { globals } from './ports.ts'
import { describe, type Execution, recoveryName } from './saga-end.ts'
import { stepStatuses } from './saga-history.ts'
import { type Attention, type OpenSaga, type OpenSagas, openSagasOf } from './saga-open.ts'
import { assertBytes } from './saga-size.ts'
import { executionArnOf, executionName, startSaga } from './saga-start.ts'
import { openTable } from './table.ts'
import { validate } from './validation.ts'

/** A client's way to sagas. */
export function openSagas(app: string, now = globals.now) {
  const sfn = new SFNClient({})
  const dynamo = dynamoClient()
  const { sagaOf, tableOf } = directory(app)
  const recordsOf = async ({ name }: AnySaga) =>
    openSagasOf(name, dynamo, openTable(dynamo, await tableOf(serviceOf(name)), { ...globals, now }))
  return {
    async startSaga(saga: AnySaga, wire: unknown): Promise<{ id: string }> {
      const data = await validate(saga.schema, wire, saga.name)
      assertBytes(`input of ${saga.name}`, wire, saga.maxInput)
      const id = saga.key(data)
      const origin = { correlationId: id, hops: 0 }
      await startSaga(sfn, await sagaOf(saga.name), executionName(id), { input: wire, origin })
      return { id }
    },
    async status(saga: AnySaga, id: string): Promise<SagaStatus | undefined> {
      const executions = await executionsOf(sfn, await sagaOf(saga.name), executionName(id))
      const open = await (await recordsOf(saga)).get(executionName(id))
      return executions.length === 0 ? undefined : statusOf(sfn, saga, executions, open)
    },
    async resume(saga: AnySaga, id: string, verdict: Verdict = { verdict: 'retry' }): Promise<boolean> {
      return resume(sfn, await recordsOf(saga), executionName(id), verdict)
    },
  }
}

/** The saga's first execution, and those that took it up, one after the other. */
async function executionsOf(sfn: SFNClient, machine: string, sagaId: string): Promise<Execution[]> {
  const found: Execution[] = []
  for (let name: string | undefined = sagaId; name !== undefined; ) {
    const execution: Execution | undefined = await described(sfn, executionArnOf(machine, name))
    if (execution) found.push(execution)
    name = execution && wasStopped(execution) ? recoveryName(execution) : undefined
  }
  return found
}

async function statusOf(
  sfn: SFNClient,
  saga: AnySaga,
  executions: readonly Execution[],
  open: OpenSaga | undefined,
): Promise<SagaStatus> {
  const [first] = executions
  const last = executions.at(-1) as Execution
  const histories = await Promise.all(executions.map(({ executionArn = '' }) => historyOf(sfn, executionArn)))
  const entered = new Set(histories.flat().map(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name))
  const turned = stepsOf(saga.nodes).some(({ name }) => entered.has(undoOf(name)))
  const { attention } = open ?? {}
  return {
    sagaId: first?.name ?? '',
    state: stateOf(last, open, turned),
    startedAt: first?.startDate ?? new Date(0),
    ...(last.stopDate && { endedAt: last.stopDate }),
    steps: stepStatuses(stepsOf(saga.nodes), histories),
    ...(last.error !== undefined && { failure: { code: last.error, message: last.cause ?? '' } }),
    ...(attention && { attention: { ...told(attention), since: new Date(attention.since) } }),
    executions: executions.map(({ executionArn = '' }) => executionArn),
  }
}

const told = ({ step, code, message }: Attention) => ({ step, code, message })

const wasStopped = ({ status, error }: Execution): boolean =>
  status === 'TIMED_OUT' || status === 'ABORTED' || (status === 'FAILED' && error !== SAGA_UNDONE)

function stateOf({ status, error }: Execution, open: OpenSaga | undefined, turned: boolean): SagaStatus['state'] {
  if (status === 'SUCCEEDED') return 'completed'
  if (status === 'FAILED' && error === SAGA_UNDONE) return 'undone'
  if (status !== 'RUNNING') return 'stopped'
  if (open?.attention) return 'needs attention'
  return turned ? 'compensating' : 'running'
}

async function described(sfn: SFNClient, executionArn: string) {
  try {
    return await describe(sfn, executionArn)
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined
    throw error
  }
}

async function historyOf(client: SFNClient, executionArn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = []
  for await (const page of paginateGetExecutionHistory({ client, pageSize: 1000 }, { executionArn }))
    events.push(...(page.events ?? []))
  return events
}

async function resume(sfn: SFNClient, sagas: OpenSagas, sagaId: string, verdict: Verdict): Promise<boolean> {
  const token = (await sagas.get(sagaId))?.attention?.token
  if (token === undefined) return false
  try {
    await sfn.send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(verdict) }))
  } catch (error) {
    // Another operator was faster, or a reminder has just brought a newer token.
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken)
      return false
    throw error
  }
  await sagas.attended(sagaId, token)
  return true
}
