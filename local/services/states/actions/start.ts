import type {
  StartExecutionCommandInput,
  StartExecutionCommandOutput,
  StartSyncExecutionCommandInput,
  StartSyncExecutionCommandOutput,
} from '@aws-sdk/client-sfn'
import { type Action, action, type Call } from '../../../service.ts'
import { invalidInput, typeNotSupported } from '../errors.ts'
import type { Execution } from '../execution/execution.ts'
import { tooLarge } from '../language/json.ts'
import { NotJson, readJson } from '../language/read-json.ts'
import { satisfies, violation } from '../model/constraints.ts'
import type { StartTarget } from '../model/machines.ts'
import { checkName } from '../model/names.ts'
import { on, type StatesParts } from '../parts.ts'

export const startActions = (parts: StatesParts): Readonly<Record<string, Action>> => ({
  StartExecution: action<StartExecutionCommandInput, StartExecutionCommandOutput>({
    accepts: ['stateMachineArn', 'name', 'input', 'traceHeader'],
    access: on('StartExecution', 'stateMachineArn'),
    run(input, call) {
      const target = parts.machines.target(input.stateMachineArn)
      const { arn, startDate } = start(parts, target, input, call)
      return { executionArn: arn, startDate: new Date(startDate) }
    },
  }),

  StartSyncExecution: action<StartSyncExecutionCommandInput, StartSyncExecutionCommandOutput>({
    accepts: ['stateMachineArn', 'name', 'input', 'traceHeader', 'includedData'],
    access: on('StartSyncExecution', 'stateMachineArn'),
    async run(input, call) {
      const target = parts.machines.target(input.stateMachineArn)
      if (target.machine.type !== 'EXPRESS') throw typeNotSupported()
      const execution = start(parts, target, input, call)
      await call.whileWaiting(parts.executions.whenEnded(execution.arn))
      return synchronous(execution, input.includedData !== 'METADATA_ONLY')
    },
  }),
})

/** @throws AwsError InvalidName, InvalidExecutionInput, ExecutionAlreadyExists */
function start(
  { context, executions }: StatesParts,
  target: StartTarget,
  { name, input = '{}', traceHeader }: StartExecutionCommandInput,
  call: Call,
): Execution {
  checkInput(input)
  return executions.start({
    target,
    name: name === undefined ? context.kernel.random.uuid('execution') : checkName(name),
    input,
    cause: call.entry,
    traceHeader: traceHeader ?? call.headers['x-amzn-trace-id'],
  })
}

/** @throws AwsError InvalidExecutionInput, ValidationException */
export function checkInput(input: string): void {
  if (input === '') throw invalidInput('Invalid execution input.')
  if (tooLarge(input))
    satisfies(violation('input', `${input.slice(0, 64)}...`, 'have length less than or equal to 262144'))
  try {
    readJson(input)
  } catch (error) {
    throw error instanceof NotJson ? invalidInput(error.message) : error
  }
}

/** Billing counts started units of 100 ms, and of 64 MB. */
function synchronous(execution: Execution, included: boolean): Omit<StartSyncExecutionCommandOutput, '$metadata'> {
  const {
    arn,
    name,
    machineArn,
    startDate,
    stopDate = startDate,
    status,
    error,
    failureCause,
    input,
    output,
  } = execution
  const billed = Math.max(1, Math.ceil((stopDate - startDate) / 100)) * 100
  return {
    executionArn: arn,
    stateMachineArn: machineArn,
    name,
    startDate: new Date(startDate),
    stopDate: new Date(stopDate),
    status: status === 'SUCCEEDED' ? 'SUCCEEDED' : status === 'TIMED_OUT' ? 'TIMED_OUT' : 'FAILED',
    ...(error === undefined ? {} : { error }),
    ...(failureCause === undefined ? {} : { cause: failureCause }),
    ...(included ? { input, ...(output === undefined ? {} : { output }) } : {}),
    inputDetails: { included },
    outputDetails: { included },
    ...(execution.traceHeader === undefined ? {} : { traceHeader: execution.traceHeader }),
    billingDetails: { billedDurationInMilliseconds: billed, billedMemoryUsedInMB: 64 },
  }
}
