import type { CloudContext } from '../../../service.ts'
import type { Execution } from '../execution/execution.ts'
import type { Resource } from '../integrations/resource.ts'

const NAMESPACE = 'AWS/States'

const ends: Readonly<Partial<Record<Execution['status'], string>>> = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  ABORTED: 'ExecutionsAborted',
  TIMED_OUT: 'ExecutionsTimedOut',
}

export const recordStart = (context: CloudContext, execution: Execution): void =>
  point(context, execution, 'ExecutionsStarted', 1, 'Count')

export function recordEnd(context: CloudContext, execution: Execution): void {
  const name = ends[execution.status]
  if (name !== undefined) point(context, execution, name, 1, 'Count')
  const milliseconds = (execution.stopDate ?? execution.startDate) - execution.startDate
  point(context, execution, 'ExecutionTime', milliseconds, 'Milliseconds')
}

/** By the state machine, and by the version and the alias that it was started with. */
function point(context: CloudContext, execution: Execution, name: string, value: number, unit: string): void {
  const StateMachineArn = execution.machineArn
  context.metric(NAMESPACE, name, { StateMachineArn }, value, unit)
  if (execution.versionArn !== undefined)
    context.metric(
      NAMESPACE,
      name,
      { StateMachineArn, Version: execution.versionArn.split(':').at(-1) ?? '' },
      value,
      unit,
    )
  if (execution.aliasArn !== undefined)
    context.metric(NAMESPACE, name, { StateMachineArn, Alias: execution.aliasArn.split(':').at(-1) ?? '' }, value, unit)
}

/** A task's turn, by the function, the activity or the integration's resource. */
export function recordTask(
  context: CloudContext,
  resource: Resource,
  turn: 'Scheduled' | 'Started' | 'Succeeded' | 'Failed' | 'TimedOut',
): void {
  if (resource.kind === 'function')
    context.metric(NAMESPACE, `LambdaFunctions${turn}`, { LambdaFunctionArn: resource.arn }, 1, 'Count')
  if (resource.kind === 'activity')
    context.metric(NAMESPACE, `Activities${turn}`, { ActivityArn: resource.arn }, 1, 'Count')
  if (resource.kind !== 'integration') return
  const ServiceIntegrationResourceArn = `arn:aws:states:::${resource.resourceType}:${resource.resource}`
  context.metric(NAMESPACE, `ServiceIntegrations${turn}`, { ServiceIntegrationResourceArn }, 1, 'Count')
}
