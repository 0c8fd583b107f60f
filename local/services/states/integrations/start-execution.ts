import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn'
import { StateFailure } from '../execution/failure.ts'
import type { Step } from '../execution/step.ts'
import { compact, type Json, type JsonObject } from '../language/json.ts'
import { callerOf, callService } from './call.ts'
import { optimizedErrors } from './errors.ts'
import { sorted } from './metadata.ts'

const errors = optimizedErrors('StepFunctions', 'AWSStepFunctions')

/**
 * Waits for the started execution's end and describes it; `.sync:2` gives its input and output as JSON.
 * @throws StateFailure States.TaskFailed where the execution did not succeed
 */
export async function childResult(step: Step, executionArn: string, parsed: boolean): Promise<Json> {
  await step.thread.run.parts.executions.whenEnded(executionArn)
  const describe = { service: 'states', action: 'DescribeExecution', errors } as const
  const { output } = await callService(step, describe, { ExecutionArn: executionArn })
  const child = output as Partial<DescribeExecutionCommandOutput>
  const read = (text: string | undefined): Json => (parsed ? (JSON.parse(text ?? 'null') as Json) : (text ?? null))
  const succeeded = child.status === 'SUCCEEDED'
  const result: JsonObject = {
    ...(child.cause === undefined ? {} : { Cause: child.cause }),
    ...(child.error === undefined ? {} : { Error: child.error }),
    ExecutionArn: executionArn,
    Input: read(child.input),
    InputDetails: { Included: true },
    Name: child.name ?? '',
    ...(succeeded ? { Output: read(child.output), OutputDetails: { Included: true } } : {}),
    StartDate: child.startDate?.getTime() ?? 0,
    StateMachineArn: child.stateMachineArn ?? '',
    Status: child.status ?? '',
    StopDate: child.stopDate?.getTime() ?? 0,
  }
  if (succeeded) return sorted(result)
  throw new StateFailure('States.TaskFailed', compact(sorted({ ...result, Input: child.input ?? '' })))
}

/** A task that was given up takes its child with it, as far as the role may. */
export async function stopChild(step: Step, executionArn: string): Promise<void> {
  const { context } = step.thread.run.parts
  await context
    .call({ caller: callerOf(step), service: 'states', action: 'StopExecution', input: { executionArn } })
    .catch(() => undefined)
}
