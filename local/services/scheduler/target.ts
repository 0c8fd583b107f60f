import type { CreateScheduleInput } from '@aws-sdk/client-scheduler'
import { AwsError, NotSimulated } from '../../errors.ts'
import type { CloudContext, ServiceName } from '../../service.ts'
import type { Iam } from '../iam/index.ts'
import { validation } from './errors.ts'
import type { ScheduleTarget } from './schedule.ts'
import { isUniversal, universalTarget } from './universal.ts'

type Target = NonNullable<CreateScheduleInput['Target']>

/** Services whose one call a schedule may make by their resource's ARN; those that are not here are not simulated. */
const TEMPLATED = [
  ...['codebuild', 'codepipeline', 'ecs', 'events', 'firehose', 'inspector', 'kinesis', 'lambda', 'sagemaker', 'sns'],
  ...['sqs', 'states'],
]
const SIMULATED: readonly string[] = ['sqs', 'sns', 'lambda', 'states', 'events']

/** Of other services' targets the input may be any text (API reference of Target). */
const WANTS_JSON = ['lambda', 'states', 'events']

/** The parameters that go with one service only. */
const PARAMETERS_OF: Readonly<Record<string, string>> = {
  EcsParameters: 'ecs',
  EventBridgeParameters: 'events',
  KinesisParameters: 'kinesis',
  SageMakerPipelineParameters: 'sagemaker',
  SqsParameters: 'sqs',
}
const HONOURED = [
  ...['Arn', 'RoleArn', 'Input', 'RetryPolicy', 'DeadLetterConfig'],
  ...['SqsParameters', 'EventBridgeParameters'],
]

/** @throws AwsError ValidationException; NotSimulated for targets and settings that have no effect here */
export function targetOf(context: CloudContext, target: Target, groupArn: string): ScheduleTarget {
  const { Arn = '', RoleArn = '', Input } = target
  if (!Arn.startsWith('arn:')) throw validation(`Provided Arn is not in correct format. ${Arn}`)
  if (isUniversal(Arn)) {
    if (Input === undefined) throw validation('You must provide an input to set this target for your schedule.')
    universalTarget(context, Arn)
  } else checkTemplated(context, Arn, target)
  if (Input !== undefined && WANTS_JSON.includes(Arn.split(':')[2] ?? '') && !isJson(Input))
    throw validation('JSON syntax error in input for the target.')
  checkRole(context, RoleArn, groupArn)
  return { ...target, Arn, RoleArn }
}

function checkTemplated(context: CloudContext, arn: string, target: Target): void {
  const [, , service = '', region = ''] = arn.split(':')
  if (!TEMPLATED.includes(service)) throw validation(`${service} is not a supported service for a target.`)
  if (region !== context.region)
    throw validation(`The target ARN provided does not match the current region ${context.region}.`)
  checkParameters(service, arn, target)
  if (!SIMULATED.includes(service) || !isHere(context, service as ServiceName))
    throw new NotSimulated(`schedule targets of the service ${service} (${arn})`, `Targets it has: ${SIMULATED}.`)
  for (const [member, value] of Object.entries(target))
    if (value !== undefined && !HONOURED.includes(member))
      throw new NotSimulated(`the target setting ${member} of a schedule`, `It honours ${HONOURED.join(', ')}.`)
}

/** As CreateSchedule was measured to answer (us-east-1, September 2026); of event buses by analogy. */
function checkParameters(service: string, arn: string, target: Target): void {
  for (const [member, owner] of Object.entries(PARAMETERS_OF))
    if (target[member as keyof Target] !== undefined && service !== owner)
      throw validation(`Parameters ${member} not supported for the target.`)
  const fifo = arn.endsWith('.fifo')
  const group = target.SqsParameters?.MessageGroupId
  if (service === 'sqs' && fifo && group === undefined) throw unspecified('SqsParameters')
  if (service === 'sqs' && !fifo && group !== undefined)
    throw validation('Parameters MessageGroupId not valid for the target.')
  if (service === 'events' && !target.EventBridgeParameters) throw unspecified('EventBridgeParameters')
}

const unspecified = (member: string): AwsError => validation(`Parameters ${member} must be specified for the target.`)

/** A role that the service may not take is refused when the schedule is made. */
function checkRole(context: CloudContext, roleArn: string, groupArn: string): void {
  try {
    context.service<Iam>('iam').assume('scheduler.amazonaws.com', roleArn, 'service', groupArn)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw validation('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.')
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
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
