import type { Target } from '@aws-sdk/client-eventbridge'
import { NotSimulated } from '../../errors.ts'
import type { CloudContext, ServiceName } from '../../service.ts'
import { atLeast, atMost, between, invalid, matching, required, satisfies, type Violation } from './constraints.ts'
import { TARGET_SERVICES } from './delivery/send.ts'
import { validateInput } from './input/validation.ts'

const HONOURED = new Set([
  'Id',
  'Arn',
  'RoleArn',
  'Input',
  'InputPath',
  'InputTransformer',
  'SqsParameters',
  'DeadLetterConfig',
  'RetryPolicy',
])

/** @throws AwsError ValidationException; NotSimulated for targets and settings that have no effect here */
export function validateTargets(context: CloudContext, targets: readonly Target[]): void {
  satisfies(...targets.flatMap(violations))
  for (const target of targets) {
    refuseUnknown(context, target)
    validateInput(target)
    if (target.Arn?.startsWith('arn:aws:sqs:') && target.Arn.endsWith('.fifo') && !target.SqsParameters?.MessageGroupId)
      throw invalid(`Parameter(s) SqsParameters must be specified for target: ${target.Id}.`)
    if (target.Arn?.startsWith('arn:aws:states:') && !target.RoleArn)
      throw invalid(`RoleArn is required for target ${target.Arn}.`)
  }
}

function violations(target: Target, index: number): readonly Violation[] {
  const at = (member: string) => `targets.${index + 1}.member.${member}`
  const { Id, Arn, Input, InputPath, RetryPolicy } = target
  return [
    required(at('id'), Id),
    atLeast(at('id'), Id, 1),
    atMost(at('id'), Id, 64),
    matching(at('id'), Id, /^[.\-_A-Za-z0-9]+$/, '[\\.\\-_A-Za-z0-9]+'),
    required(at('arn'), Arn),
    atMost(at('arn'), Arn, 1600),
    atMost(at('input'), Input, 8192),
    atMost(at('inputPath'), InputPath, 256),
    between(at('retryPolicy.maximumRetryAttempts'), RetryPolicy?.MaximumRetryAttempts, 0, 185),
    between(at('retryPolicy.maximumEventAgeInSeconds'), RetryPolicy?.MaximumEventAgeInSeconds, 60, 86_400),
  ]
}

function refuseUnknown(context: CloudContext, target: Target): void {
  for (const [member, value] of Object.entries(target))
    if (value !== undefined && !HONOURED.has(member))
      throw new NotSimulated(
        `the target setting ${member} (target ${target.Id})`,
        `It honours ${[...HONOURED].join(', ')}.`,
      )
  const arn = target.Arn ?? ''
  const service = arn.split(':')[2] ?? ''
  if (!arn.startsWith('arn:') || service === '')
    throw invalid(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`)
  if (arn.includes(':event-bus/')) return
  if (!TARGET_SERVICES.includes(service) || !isHere(context, service as ServiceName))
    throw new NotSimulated(
      `event targets of the service ${service} (${arn})`,
      'Targets it has: SQS queues, SNS topics, Lambda functions, other event buses, CloudWatch log groups, Step Functions state machines.',
    )
}

function isHere(context: CloudContext, service: ServiceName): boolean {
  try {
    context.service(service)
    return true
  } catch {
    return false
  }
}
