import type { Target } from '@aws-sdk/client-eventbridge'
import { NotSimulated } from '../../errors.ts'
import type { CloudContext, ServiceName } from '../../service.ts'
import {
  atMost,
  between,
  invalid,
  matchingKeys,
  named,
  requiredText,
  satisfies,
  text,
  type Violation,
} from './constraints.ts'
import { checkDeadLetters } from './dead-letter-validation.ts'
import { TARGET_SERVICES } from './delivery/send.ts'
import { validateInput } from './input/validation.ts'

const HONOURED = new Set([
  ...['Id', 'Arn', 'RoleArn', 'Input', 'InputPath', 'InputTransformer', 'SqsParameters', 'DeadLetterConfig'],
  'RetryPolicy',
])

/** Parameters that go with the targets of some services only; SqsParameters go with any. */
const PARAMETERS_OF: Readonly<Record<string, readonly string[]>> = {
  EcsParameters: ['ecs'],
  KinesisParameters: ['kinesis'],
  BatchParameters: ['batch'],
  HttpParameters: ['events', 'execute-api'],
  RedshiftDataParameters: ['redshift', 'redshift-serverless'],
  RunCommandParameters: ['ssm'],
  SageMakerPipelineParameters: ['sagemaker'],
  AppSyncParameters: ['appsync'],
}

/** @throws AwsError ValidationException; NotSimulated for targets and settings that have no effect here */
export function validateTargets(context: CloudContext, targets: readonly Target[]): void {
  satisfies(...targets.flatMap(violations))
  const ids = targets.map(({ Id }) => Id)
  const twice = ids.find((id, index) => ids.indexOf(id) < index)
  if (twice !== undefined)
    throw invalid(`Parameter targets is not valid. Reason: More than one target with Id '${twice}' is provided.`)
  for (const target of targets) {
    checkKind(target)
    refuseUnknown(context, target)
    validateInput(target)
    checkDeadLetters(target.DeadLetterConfig)
  }
}

function violations(target: Target, index: number): readonly Violation[] {
  const at = (member: string) => `targets.${index + 1}.member.${member}`
  const { Id, Arn, RoleArn, Input, InputPath, InputTransformer: transformer, RetryPolicy } = target
  const map = at('inputTransformer.inputPathsMap')
  return [
    ...named(at('id'), Id),
    ...requiredText(at('arn'), Arn, { most: 1600 }),
    ...text(at('roleArn'), RoleArn, { most: 1600 }),
    atMost(at('input'), Input, 8192),
    atMost(at('inputPath'), InputPath, 256),
    ...(transformer
      ? [
          ...matchingKeys(map, transformer.InputPathsMap, { entries: 100, most: 256, pattern: '[A-Za-z0-9\\_\\-]+' }),
          ...requiredText(at('inputTransformer.inputTemplate'), transformer.InputTemplate, { most: 8192 }),
        ]
      : []),
    atMost(at('sqsParameters.messageGroupId'), target.SqsParameters?.MessageGroupId, 100),
    ...text(at('deadLetterConfig.arn'), target.DeadLetterConfig?.Arn, { most: 1600 }),
    between(at('retryPolicy.maximumRetryAttempts'), RetryPolicy?.MaximumRetryAttempts, 0, 185),
    between(at('retryPolicy.maximumEventAgeInSeconds'), RetryPolicy?.MaximumEventAgeInSeconds, 60, 86_400),
  ]
}

/** What PutTargets was measured to want of each kind of target (us-east-1, September 2026). */
function checkKind(target: Target): void {
  const { Id = '', Arn = '', RoleArn } = target
  const service = Arn.split(':')[2] ?? ''
  if (!Arn.startsWith('arn:') || service === '') throw malformed(Arn)
  for (const [member, services] of Object.entries(PARAMETERS_OF))
    if (target[member as keyof Target] !== undefined && !services.includes(service))
      throw invalid(`Parameter(s) ${member} not supported for target: ${Id}.`)
  if (service === 'sqs' && Arn.endsWith('.fifo') && !target.SqsParameters?.MessageGroupId)
    throw invalid(`Parameter(s) SqsParameters must be specified for target: ${Id}.`)
  if ((service === 'states' || service === 'events') && RoleArn === undefined)
    throw invalid(`RoleArn is required for target ${Arn}.`)
  if (service !== 'logs') return
  if (!/:log-group:[^:]+$/.test(Arn)) throw malformed(Arn)
  if (RoleArn !== undefined) throw invalid(`RoleArn is not supported for target ${Arn}.`)
  if (target.Input !== undefined || target.InputPath !== undefined)
    throw invalid(
      `Input and InputPath are not valid forms of input for target ${Id}. The only valid form of input is InputTransformer.`,
    )
}

const malformed = (arn: string) =>
  invalid(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`)

function refuseUnknown(context: CloudContext, target: Target): void {
  for (const [member, value] of Object.entries(target))
    if (value !== undefined && !HONOURED.has(member))
      throw new NotSimulated(
        `the target setting ${member} (target ${target.Id})`,
        `It honours ${[...HONOURED].join(', ')}.`,
      )
  const arn = target.Arn ?? ''
  const service = arn.split(':')[2] ?? ''
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
