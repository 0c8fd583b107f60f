import { InvokeCommand } from '@aws-sdk/client-lambda'
import { DescribeExecutionCommand, type DescribeExecutionCommandOutput, type SFNClient } from '@aws-sdk/client-sfn'
import { SAGA_UNDONE } from '../saga/compile/targets.ts'
import { digest } from './ids.ts'
import type { StepCall } from './saga-call.ts'
import type { KeeperDesk, Kept } from './saga-keeper.ts'
import { executionName, type SagaInput, startSaga } from './saga-start.ts'

/** `detail` of an event "Step Functions Execution Status Change". */
export interface StatusChange {
  readonly executionArn: string
  readonly stateMachineArn: string
}

/**
 * An execution is over. If everything is done, or undone, its saga is closed; otherwise it was stopped from outside, and another
 * execution takes it up. Told of the same end twice, it does nothing more.
 */
export async function endExecution(desk: KeeperDesk, { executionArn, stateMachineArn }: StatusChange): Promise<void> {
  const saga = Object.values(desk.sagas).find(({ machine }) => machineOf(machine) === stateMachineArn)
  if (!saga) throw new TypeError(`${stateMachineArn} is no machine of this keeper's sagas`)
  await settleExecution(desk, saga, await describe(desk.sfn, executionArn))
}

/** @returns whether the execution is over */
export async function settleExecution(desk: KeeperDesk, saga: Kept, execution: Execution): Promise<boolean> {
  const { status, error } = execution
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return false
  if (status === 'SUCCEEDED') await close(desk, saga, execution, 'Completed')
  else if (status === 'FAILED' && error === SAGA_UNDONE) await close(desk, saga, execution, 'Undone')
  else await recover(desk, saga, execution)
  return true
}

export type Execution = DescribeExecutionCommandOutput

export const describe = (sfn: SFNClient, executionArn: string): Promise<Execution> =>
  sfn.send(new DescribeExecutionCommand({ executionArn }))

async function close(
  desk: KeeperDesk,
  saga: Kept,
  execution: Execution,
  outcome: 'Completed' | 'Undone',
): Promise<void> {
  const { sagaId, origin } = beginningOf(execution)
  const open = await saga.open.get(sagaId)
  await Promise.all(
    saga.steps.map((step) => tellClosed(desk, step.function, { ...step, saga: saga.name, sagaId, origin })),
  )
  // The record goes last: until then a sweep finds what was left undone here.
  await saga.open.close(sagaId)
  if (!open) return
  desk.measure(saga.name, outcome, 'Count', 1)
  desk.measure(saga.name, 'Duration', 'Milliseconds', (execution.stopDate?.getTime() ?? 0) - open.startedAt)
}

type Closing = Pick<StepCall, 'saga' | 'sagaId' | 'step' | 'origin'>

/** The step's own function sets its record's TTL: nobody else may touch its table. */
async function tellClosed({ lambda }: KeeperDesk, FunctionName: string, { saga, sagaId, step, origin }: Closing) {
  const call: StepCall = { phase: 'close', saga, sagaId, step, origin, attempt: 1, machine: '' }
  await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(call) }))
}

/**
 * Takes the saga up by an execution that undoes every step in reverse or, past the pivot, goes on to the end. It runs the version that the
 * first one ran. Its name is made of the end that it answers: told twice, one execution is started.
 */
async function recover(desk: KeeperDesk, saga: Kept, execution: Execution): Promise<void> {
  const { sagaId, input, origin } = beginningOf(execution)
  const { executionArn = '', status = '', stateMachineVersionArn, error, cause } = execution
  const name = recoveryName(execution)
  const failure = { step: 'execution', code: error ?? status, message: (cause ?? '').slice(0, 1000) }
  const machine = stateMachineVersionArn ?? saga.machine
  const recovery = await startSaga(desk.sfn, machine, name, { recovers: sagaId, input, origin, failure })
  await saga.open.handOver(sagaId, executionArn, recovery, execution.startDate?.getTime() ?? desk.ports.now())
  desk.logger.error('a saga was stopped from outside; another execution takes it up', {
    saga: saga.name,
    saga_id: sagaId,
    stopped: executionArn,
    status,
    execution: recovery,
  })
  desk.measure(saga.name, 'Recovered', 'Count', 1)
}

/** Of the execution that takes up what this one has left. */
export function recoveryName(execution: Execution): string {
  const { executionArn = '', stopDate } = execution
  return `${executionName(beginningOf(execution).sagaId)}.r${digest(executionArn, stopDate?.getTime() ?? 0).slice(0, 12)}`
}

/** What the execution was started with; a recovery names the saga that it recovers. */
function beginningOf({ name = '', input = '{}' }: Execution): { sagaId: string } & Omit<SagaInput, 'recovers'> {
  const { recovers = name, ...given } = JSON.parse(input) as SagaInput
  return { ...given, sagaId: recovers }
}

/** Of the ARN of a version or alias. */
const machineOf = (arn: string): string => arn.split(':').slice(0, 7).join(':')
