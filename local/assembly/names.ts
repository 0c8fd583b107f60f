import type { Randomness } from '../kernel/randomness.ts'
import type { Properties } from '../service.ts'

const suffixLength = 12

/**
 * A physical name as CloudFormation makes one: `stack-logicalId-SUFFIX`, its parts cut evenly to the length. The suffix of a
 * resource's first creation is the same in every run (decision 0054); a further one gets another, as a replacement must.
 */
export function physicalName(suffixes: Randomness, stackName: string, logicalId: string, maxLength: number): string {
  const digits = BigInt(`0x${suffixes.hex(`${stackName} ${logicalId}`)}`)
  const suffix = digits.toString(36).toUpperCase().padStart(suffixLength, '0').slice(-suffixLength)
  const room = maxLength - suffixLength - 2
  if (stackName.length + logicalId.length <= room) return `${stackName}-${logicalId}-${suffix}`
  const forId = Math.min(logicalId.length, Math.max(Math.floor(room / 2), room - stackName.length))
  const forStack = room - forId
  return `${stackName.slice(0, forStack)}-${logicalId.slice(0, forId)}-${suffix}`
}

/** The property by which a template may name a resource itself; types without one get a physical name or id of their own. */
const nameProperties: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::CompositeAlarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::Archive': 'ArchiveName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::Lambda::Alias': 'Name',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SSM::Parameter': 'Name',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::Scheduler::ScheduleGroup': 'Name',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
}

/** The name that the template itself gives a resource. */
export function customName(type: string, properties: Properties): string | undefined {
  const property = nameProperties[type]
  const name = property === undefined ? undefined : properties[property]
  return name === undefined ? undefined : String(name)
}
