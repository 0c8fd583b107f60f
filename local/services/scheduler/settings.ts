import type { CreateScheduleInput } from '@aws-sdk/client-scheduler'
import { AwsError, NotSimulated } from '../../errors.ts'
import type { CloudContext, ServiceName } from '../../service.ts'
import { atMost, between, oneOf, required, satisfies } from '../events/constraints.ts'
import type { Iam } from '../iam/index.ts'
import { validation } from './errors.ts'
import { type Expression, parseExpression } from './expression/expression.ts'
import { isZone } from './expression/zone.ts'
import type { ScheduleInput, ScheduleSettings, ScheduleTarget } from './schedule.ts'
import { universalTarget } from './universal.ts'

const TARGETS: readonly string[] = ['sqs', 'sns', 'lambda', 'states', 'events']
const HONOURED = [
  ...['Arn', 'RoleArn', 'Input', 'RetryPolicy', 'DeadLetterConfig'],
  ...['SqsParameters', 'EventBridgeParameters'],
]

/** @throws AwsError ValidationException; NotSimulated for targets and settings that have no effect here */
export function settingsOf(context: CloudContext, input: ScheduleInput, groupArn: string): ScheduleSettings {
  checkConstraints(input)
  const text = input.ScheduleExpression ?? ''
  const zone = input.ScheduleExpressionTimezone ?? 'UTC'
  if (!isZone(zone)) throw validation(`Invalid Schedule Expression Timezone ${zone}.`)
  const { StartDate: start, EndDate: end } = input
  if (start && end && start >= end)
    throw validation('The StartDate you specify cannot be later than or equal to the EndDate.')
  return {
    ...{ text, zone, start, end },
    expression: expressionOf(text),
    enabled: input.State !== 'DISABLED',
    description: input.Description,
    windowMinutes: windowOf(input.FlexibleTimeWindow),
    deleteAfter: input.ActionAfterCompletion === 'DELETE',
    target: targetOf(context, input.Target, groupArn),
  }
}

function checkConstraints(input: ScheduleInput): void {
  const { Target, FlexibleTimeWindow } = input
  const retry = Target?.RetryPolicy
  satisfies(
    required('scheduleExpression', input.ScheduleExpression),
    atMost('scheduleExpression', input.ScheduleExpression, 256),
    atMost('scheduleExpressionTimezone', input.ScheduleExpressionTimezone, 50),
    atMost('description', input.Description, 512),
    oneOf('state', input.State, ['ENABLED', 'DISABLED']),
    oneOf('actionAfterCompletion', input.ActionAfterCompletion, ['NONE', 'DELETE']),
    required('target', Target),
    required('flexibleTimeWindow', FlexibleTimeWindow),
    oneOf('flexibleTimeWindow.mode', FlexibleTimeWindow?.Mode, ['OFF', 'FLEXIBLE']),
    between('flexibleTimeWindow.maximumWindowInMinutes', FlexibleTimeWindow?.MaximumWindowInMinutes, 1, 1440),
    between('target.retryPolicy.maximumRetryAttempts', retry?.MaximumRetryAttempts, 0, 185),
    between('target.retryPolicy.maximumEventAgeInSeconds', retry?.MaximumEventAgeInSeconds, 60, 86_400),
  )
}

function expressionOf(text: string): Expression {
  const expression = parseExpression(text)
  if (!expression) throw validation(`Invalid Schedule Expression ${text}.`)
  return expression
}

function windowOf(window: CreateScheduleInput['FlexibleTimeWindow']): number {
  if (window?.Mode !== 'FLEXIBLE') return 0
  if (window.MaximumWindowInMinutes === undefined)
    throw validation('FlexibleTimeWindow.MaximumWindowInMinutes must be provided when mode is FLEXIBLE.')
  return window.MaximumWindowInMinutes
}

function targetOf(context: CloudContext, target: CreateScheduleInput['Target'], groupArn: string): ScheduleTarget {
  const { Arn = '', RoleArn = '' } = target ?? {}
  for (const [member, value] of Object.entries(target ?? {}))
    if (value !== undefined && !HONOURED.includes(member))
      throw new NotSimulated(`the target setting ${member} of a schedule`, `It honours ${HONOURED.join(', ')}.`)
  if (!Arn.startsWith('arn:')) throw validation(`Provided Arn is not in correct format. ${Arn}`)
  if (!universalTarget(context, Arn)) checkTemplated(context, Arn, target)
  checkRole(context, RoleArn, groupArn)
  return { ...target, Arn, RoleArn }
}

function checkTemplated(context: CloudContext, Arn: string, target: CreateScheduleInput['Target']): void {
  const service = Arn.split(':')[2] ?? ''
  if (!TARGETS.includes(service) || !isHere(context, service as ServiceName))
    throw new NotSimulated(
      `schedule targets of the service ${service} (${Arn})`,
      `Targets it has: ${TARGETS.join(', ')}.`,
    )
  if (service === 'sqs' && Arn.endsWith('.fifo') && !target?.SqsParameters?.MessageGroupId)
    throw validation('SqsParameters must be provided when the target is an SQS FIFO queue.')
  if (service === 'events' && !target?.EventBridgeParameters)
    throw validation('EventBridgeParameters must be provided when the target is an event bus.')
}

/** A role that the service may not take is refused when the schedule is made. */
function checkRole(context: CloudContext, roleArn: string, groupArn: string): void {
  try {
    context.service<Iam>('iam').assume('scheduler.amazonaws.com', roleArn, 'service', groupArn)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw validation('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.')
  }
}

function isHere(context: CloudContext, service: ServiceName): boolean {
  try {
    context.service(service)
    return true
  } catch {
    return false
  }
}
