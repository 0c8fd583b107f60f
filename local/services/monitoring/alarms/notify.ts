import type { InvokeCommandInput } from '@aws-sdk/client-lambda'
import type { PublishCommandInput } from '@aws-sdk/client-sns'
import { AwsError, NotSimulated } from '../../../errors.ts'
import type { CloudContext } from '../../../service.ts'
import { listOf } from '../dimensions.ts'
import type { Alarm, AlarmState, MetricAlarmRule } from './alarm.ts'
import { changeOf, timeOf } from './state-change.ts'

const regionNames: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-central-1': 'EU (Frankfurt)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
}

const isTopic = (arn: string): boolean => /^arn:[\w-]+:sns:/.test(arn)
const isFunction = (arn: string): boolean => /^arn:[\w-]+:lambda:/.test(arn)

/** @throws NotSimulated for an action that is neither a topic nor a function */
export function checkAction(arn: string): void {
  if (isTopic(arn) || isFunction(arn)) return
  throw new NotSimulated(`the alarm action ${arn}`, 'An alarm here notifies SNS topics and Lambda functions.')
}

/** Tells one action of a change of state. @throws AwsError where CloudWatch may not, or the target is gone */
export async function notify(context: CloudContext, arn: string, alarm: Alarm, previous: AlarmState): Promise<void> {
  if (isTopic(arn)) {
    const { name } = alarm.common
    await context.call<PublishCommandInput, object>({
      caller: context.principal('cloudwatch.amazonaws.com', alarm.common.arn),
      service: 'sns',
      action: 'Publish',
      input: {
        TopicArn: arn,
        Subject: `${alarm.state.value}: "${name}" in ${regionNames[context.region] ?? context.region}`.slice(0, 100),
        Message: JSON.stringify(topicMessage(context, alarm, previous)),
      },
    })
    return
  }
  await context.call<InvokeCommandInput, object>({
    caller: context.principal('lambda.alarms.cloudwatch.amazonaws.com', alarm.common.arn),
    service: 'lambda',
    action: 'Invoke',
    input: {
      FunctionName: arn,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(functionEvent(context, alarm, previous))),
    },
  })
}

/** A denial or a missing target must not stop other actions; it stands in the alarm's history. */
export const reasonOf = (error: unknown): string => {
  if (error instanceof AwsError) return error.message
  throw error
}

function topicMessage(context: CloudContext, { common, rule, state }: Alarm, previous: AlarmState): object {
  return {
    AlarmName: common.name,
    AlarmDescription: common.description ?? null,
    AWSAccountId: context.account,
    AlarmConfigurationUpdatedTimestamp: timeOf(common.configuredAt),
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: timeOf(state.updatedAt),
    Region: regionNames[context.region] ?? context.region,
    AlarmArn: common.arn,
    OldStateValue: previous.value,
    OKActions: common.actions.OK,
    AlarmActions: common.actions.ALARM,
    InsufficientDataActions: common.actions.INSUFFICIENT_DATA,
    ...(rule.kind === 'composite' ? { AlarmRule: rule.source } : { Trigger: triggerOf(rule) }),
  }
}

function triggerOf({ given, queries, ...rule }: MetricAlarmRule): object {
  const metric = given.Metrics === undefined ? queries[0]?.metric : undefined
  const head = metric
    ? {
        MetricName: metric.id.name,
        Namespace: metric.id.namespace,
        StatisticType: given.Statistic === undefined ? 'ExtendedStatistic' : 'Statistic',
        Statistic:
          given.Statistic === 'SampleCount' ? 'SAMPLE_COUNT' : String(given.Statistic ?? metric.stat).toUpperCase(),
        Unit: metric.unit ?? null,
        Dimensions: listOf(metric.id.dimensions).map(({ Name, Value }) => ({ value: Value, name: Name })),
      }
    : { Metrics: given.Metrics }
  return {
    ...head,
    Period: rule.period / 1_000,
    EvaluationPeriods: rule.evaluationPeriods,
    ...(rule.mOfN && { DatapointsToAlarm: rule.datapointsToAlarm }),
    ComparisonOperator: rule.comparison,
    Threshold: rule.threshold,
    TreatMissingData: rule.missingData,
    EvaluateLowSampleCountPercentile: given.EvaluateLowSampleCountPercentile ?? '',
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html */
function functionEvent(context: CloudContext, alarm: Alarm, previous: AlarmState): object {
  return {
    source: 'aws.cloudwatch',
    alarmArn: alarm.common.arn,
    accountId: context.account,
    time: timeOf(alarm.state.updatedAt),
    region: context.region,
    alarmData: changeOf(alarm, previous),
  }
}
