import {
  CloudWatchClient,
  type MetricDatum,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'

/** CloudWatch's refusals, in the texts that LocalStack's tests recorded from AWS. */

let cloud: TestCloud
let cloudwatch: CloudWatchClient
beforeAll(async () => {
  cloud = await startTestCloud()
  cloudwatch = cloud.client(CloudWatchClient)
})
afterAll(() => cloud.stop())

const refused = (answer: Promise<unknown>) =>
  answer.then(
    () => 'accepted',
    ({ message }: Error) => message,
  )
const alarm = (more: Partial<PutMetricAlarmCommandInput>) =>
  cloudwatch.send(
    new PutMetricAlarmCommand({
      ...{ AlarmName: 'a', Namespace: 'N', MetricName: 'm', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1 },
      ...{ Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' },
      ...more,
    }),
  )

it.each<[Partial<PutMetricAlarmCommandInput>, string]>([
  [
    { TreatMissingData: 'x' },
    'The value x is not supported for TreatMissingData parameter. Supported values are [breaching, notBreaching, ignore, missing].',
  ],
  [
    { Statistic: 'x' as 'Sum' },
    "Value 'x' at 'statistic' failed to satisfy constraint: Member must satisfy enum value set: [Maximum, SampleCount, Sum, Minimum, Average]",
  ],
  [{ Statistic: undefined, ExtendedStatistic: 'x' }, 'The value x for parameter ExtendedStatistic is not supported.'],
  [
    { EvaluateLowSampleCountPercentile: 'x' },
    'Option x is not supported. Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore.',
  ],
  [{ EvaluateLowSampleCountPercentile: 'evaluate' }, 'accepted'],
])('an alarm with %o', async (more, words) => {
  expect(await refused(alarm(more))).toBe(words)
})

it.each<[Partial<MetricDatum>, string]>([
  [
    { Value: 1, Values: [1] },
    'The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.',
  ],
  [
    { Value: 1, StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 } },
    'The parameters MetricData.member.1.Value and MetricData.member.1.StatisticValues are mutually exclusive and you have specified both.',
  ],
])('a datum with %o', async (datum, words) => {
  const MetricData = [{ MetricName: 'm', ...datum }]
  expect(await refused(cloudwatch.send(new PutMetricDataCommand({ Namespace: 'N', MetricData })))).toBe(words)
})

it('the data of a reason that are no JSON', async () => {
  await alarm({})
  const given = { AlarmName: 'a', StateValue: 'OK', StateReason: 'r', StateReasonData: 'no' } as const
  await expect(cloudwatch.send(new SetAlarmStateCommand(given))).rejects.toMatchObject({ name: 'InvalidFormatFault' })
})
