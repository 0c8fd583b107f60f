import type { InvokeCommandInput } from '@aws-sdk/client-lambda'
import type { PublishCommandInput } from '@aws-sdk/client-sns'
import { AwsError, NotSimulated } from '../../../errors.ts'
import type { CloudContext } from '../../../service.ts'
import { listOf } from '../dimensions.ts'
import type { Query } from '../model/queries.ts'
import type { SeriesRequest } from '../model/series.ts'
import type { Alarm, AlarmState, MetricAlarmRule } from './alarm.ts'
import { triggeringChildren } from './composite.ts'
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

export interface Notified {
  /** Why it failed: CloudWatch may not, or the target is gone. */
  readonly failure?: string | undefined
  /** What a topic was given. */
  readonly published?: string
}

/** Tells one action of a change of state. A denial or a missing target stops no other action; it stands in the alarm's history. */
export async function notify(
  context: CloudContext,
  arn: string,
  alarm: Alarm,
  previous: AlarmState,
): Promise<Notified> {
  if (!isTopic(arn)) return { failure: await failureOf(invoke(context, arn, alarm, previous)) }
  const message = JSON.stringify(topicMessage(context, alarm, previous))
  const Subject = `${alarm.state.value}: "${alarm.common.name}" in ${regionNames[context.region] ?? context.region}`
  const published = context.call<PublishCommandInput, object>({
    caller: context.principal('cloudwatch.amazonaws.com', alarm.common.arn),
    service: 'sns',
    action: 'Publish',
    input: { TopicArn: arn, Subject: Subject.slice(0, 100), Message: message },
  })
  return { failure: await failureOf(published), published: JSON.stringify({ default: message, sms: Subject }) }
}

const invoke = (context: CloudContext, functionArn: string, alarm: Alarm, previous: AlarmState): Promise<object> =>
  context.call<InvokeCommandInput, object>({
    caller: context.principal('lambda.alarms.cloudwatch.amazonaws.com', alarm.common.arn),
    service: 'lambda',
    action: 'Invoke',
    input: {
      FunctionName: functionArn,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(functionEvent(context, alarm, previous))),
    },
  })

const failureOf = (done: Promise<object>): Promise<string | undefined> =>
  done.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof AwsError) return error.message
      throw error
    },
  )

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
    ...(rule.kind === 'composite'
      ? { AlarmRule: rule.source, TriggeringChildren: triggeringChildren(state) }
      : { Trigger: triggerOf(rule) }),
  }
}

/** As users' notifications show it: of one metric its own members, of metric math the queries behind the rest. */
function triggerOf({ given, queries, ...rule }: MetricAlarmRule): object {
  const metric = given.Metrics === undefined ? queries[0]?.metric : undefined
  return {
    ...(metric && ofMetric(metric, given.Statistic)),
    Period: rule.period / 1_000,
    EvaluationPeriods: rule.evaluationPeriods,
    ...(rule.mOfN && { DatapointsToAlarm: rule.datapointsToAlarm }),
    ComparisonOperator: rule.comparison,
    Threshold: rule.threshold,
    TreatMissingData: rule.missingData,
    EvaluateLowSampleCountPercentile: given.EvaluateLowSampleCountPercentile ?? '',
    ...(!metric && { Metrics: queries.map(ofQuery) }),
  }
}

const pairs = ({ id }: SeriesRequest): object[] =>
  listOf(id.dimensions).map(({ Name, Value }) => ({ value: Value, name: Name }))

const ofMetric = (metric: SeriesRequest, statistic: unknown): object => ({
  MetricName: metric.id.name,
  Namespace: metric.id.namespace,
  ...(statistic === undefined
    ? { StatisticType: 'ExtendedStatistic', ExtendedStatistic: metric.stat }
    : {
        StatisticType: 'Statistic',
        Statistic: statistic === 'SampleCount' ? 'SAMPLE_COUNT' : String(statistic).toUpperCase(),
      }),
  Unit: metric.unit ?? null,
  Dimensions: pairs(metric),
})

const ofQuery = ({ id, label, returned, metric, math }: Query): object => ({
  ...(math && { Expression: math.source }),
  Id: id,
  ...(label !== undefined && { Label: label }),
  ...(metric && {
    MetricStat: {
      Metric: { Dimensions: pairs(metric), MetricName: metric.id.name, Namespace: metric.id.namespace },
      Period: metric.period / 1_000,
      Stat: metric.stat,
      ...(metric.unit !== undefined && { Unit: metric.unit }),
    },
  }),
  ReturnData: returned,
})

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
