import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluate } from '../../../../local/services/monitoring/alarms/evaluate.ts'
import { type SqsBench, startSqs } from '../sqs/support.ts'

let bench: SqsBench
let cloudwatch: CloudWatchClient
beforeAll(async () => {
  bench = await startSqs()
  cloudwatch = bench.cloud.client(CloudWatchClient)
})
afterAll(() => bench.cloud.stop())

const MINUTE = 60_000
const advance = (minutes: number) => bench.cloud.clock.advance(minutes * MINUTE)

const putAlarm = (AlarmName: string, more: Partial<PutMetricAlarmCommandInput> = {}) =>
  cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'Test',
      MetricName: AlarmName,
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      ...more,
    }),
  )
const putPoint = (MetricName: string, Value: number) =>
  cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Test', MetricData: [{ MetricName, Value }] }))
const alarmOf = async (name: string) => {
  const answer = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
  )
  return { ...answer.MetricAlarms?.[0], ...answer.CompositeAlarms?.[0] }
}
const stateOf = async (name: string) => (await alarmOf(name)).StateValue
const QUEUE = { Namespace: 'AWS/SQS', Statistic: 'Maximum', TreatMissingData: 'notBreaching' } as const

it("a change of state is an event on EventBridge's default bus, even without actions", async () => {
  const events = bench.cloud.client(EventBridgeClient)
  const url = await bench.create('changes')
  const Arn = `arn:aws:sqs:us-east-1:000000000000:changes`
  const EventPattern = JSON.stringify({ source: ['aws.cloudwatch'], detail: { state: { value: ['ALARM'] } } })
  await events.send(new PutRuleCommand({ Name: 'changes', EventPattern }))
  const Statement = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: '*', Resource: Arn }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
  await bench.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }))
  await events.send(new PutTargetsCommand({ Rule: 'changes', Targets: [{ Id: 'queue', Arn }] }))
  await putAlarm('told', { AlarmDescription: 'why', ActionsEnabled: false, Dimensions: [{ Name: 'a', Value: 'b' }] })
  for (const [StateValue, StateReason] of [
    ['OK', 'fine'],
    ['ALARM', 'not fine'],
  ] as const)
    await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'told', StateValue, StateReason }))
  const { Body = '' } = await bench.receiveOne(url, { WaitTimeSeconds: 1 })
  const timestamp = '2026-01-01T00:00:00.000+0000'
  expect(JSON.parse(Body)).toMatchObject({
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    resources: ['arn:aws:cloudwatch:us-east-1:000000000000:alarm:told'],
    detail: {
      alarmName: 'told',
      state: { value: 'ALARM', reason: 'not fine', timestamp },
      previousState: { value: 'OK', reason: 'fine', timestamp },
      configuration: {
        description: 'why',
        metrics: [
          {
            metricStat: {
              metric: { namespace: 'Test', name: 'told', dimensions: { a: 'b' } },
              period: 60,
              stat: 'Sum',
            },
            returnData: true,
          },
        ],
      },
    },
  })
  await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['told'] }))
})

describe('the state of an alarm', () => {
  it('follows its points at the end of each period, and says why', async () => {
    await putAlarm('follows')
    expect(await alarmOf('follows')).toMatchObject({
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
    })
    await putPoint('follows', 5)
    await bench.cloud.clock.advance(MINUTE - 1)
    expect(await stateOf('follows')).toBe('INSUFFICIENT_DATA')
    await bench.cloud.clock.advance(1)
    expect(await alarmOf('follows')).toMatchObject({
      StateValue: 'ALARM',
      StateReason:
        'Threshold Crossed: 1 datapoint [5.0 (01/01/26 00:00:00)] was greater than or equal to the threshold (1.0).',
    })
    expect(JSON.parse((await alarmOf('follows')).StateReasonData ?? '')).toEqual({
      version: '1.0',
      queryDate: '2026-01-01T00:01:00.000+0000',
      startDate: '2026-01-01T00:00:00.000+0000',
      statistic: 'Sum',
      period: 60,
      recentDatapoints: [5],
      threshold: 1,
      evaluatedDatapoints: [{ timestamp: '2026-01-01T00:00:00.000+0000', sampleCount: 1, value: 5 }],
    })
    await putPoint('follows', 0)
    await advance(1)
    expect(await stateOf('follows')).toBe('OK')
    await advance(5)
    expect(await stateOf('follows')).toBe('INSUFFICIENT_DATA')
    expect(bench.cloud.clock.pending()).toEqual([])
  })

  it('needs so many points of so many periods', async () => {
    await putAlarm('m-of-n', { EvaluationPeriods: 3, DatapointsToAlarm: 2, TreatMissingData: 'notBreaching' })
    const states: (string | undefined)[] = []
    for (const value of [5, 0, 0, 5, 0, 5]) {
      await putPoint('m-of-n', value)
      await advance(1)
      states.push(await stateOf('m-of-n'))
    }
    expect(states).toEqual(['OK', 'OK', 'OK', 'OK', 'OK', 'ALARM'])
    expect((await alarmOf('m-of-n')).StateReason).toMatch(
      /^Threshold Crossed: 2 out of the last 3 datapoints \[5\.0 \(.*\), 5\.0 \(.*\)\] were greater than or equal to the threshold \(1\.0\) \(minimum 2 datapoints for OK -> ALARM transition\)\.$/,
    )
  })

  it('computes metric math', async () => {
    const metric = (Id: string, MetricName: string) => ({
      Id,
      MetricStat: { Metric: { Namespace: 'Test', MetricName }, Period: 60, Stat: 'Sum' },
      ReturnData: false,
    })
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'rate',
        Metrics: [metric('errors', 'e'), metric('calls', 'c'), { Id: 'rate', Expression: '100 * errors / calls' }],
        EvaluationPeriods: 1,
        Threshold: 10,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    )
    await putPoint('e', 1)
    await putPoint('c', 5)
    await advance(1)
    expect(await stateOf('rate')).toBe('ALARM')
    expect((await alarmOf('rate')).Metrics).toHaveLength(3)
  })

  it('watches the depth of a dead-letter queue, however the message came there, and rests when it is empty', async () => {
    const dlq = await bench.create('dlq')
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: await bench.attribute(dlq, 'QueueArn'),
      maxReceiveCount: 1,
    })
    const url = await bench.create('source', { RedrivePolicy })
    const Dimensions = [{ Name: 'QueueName', Value: 'dlq' }]
    await putAlarm('dlq', { ...QUEUE, MetricName: 'ApproximateNumberOfMessagesVisible', Dimensions })
    await advance(5)
    expect(await stateOf('dlq')).toBe('OK')
    expect(bench.cloud.clock.pending()).toEqual([])
    await bench.send(url, 'poison')
    for (let count = 0; count < 2; count++) await bench.receive(url, { VisibilityTimeout: 0 })
    await advance(1)
    expect(await stateOf('dlq')).toBe('ALARM')
    await bench.delete(dlq, await bench.receiveOne(dlq))
    await advance(5)
    expect(await stateOf('dlq')).toBe('OK')
    expect(bench.cloud.clock.pending()).toEqual([])
  })

  it('watches the age of the oldest message, which grows by itself', async () => {
    const url = await bench.create('aging')
    const Dimensions = [{ Name: 'QueueName', Value: 'aging' }]
    const alarm = { ...QUEUE, MetricName: 'ApproximateAgeOfOldestMessage', Dimensions, Threshold: 300 }
    await putAlarm('age', { ...alarm, EvaluationPeriods: 3 })
    await bench.send(url, 'a')
    await advance(6)
    expect(await stateOf('age')).toBe('OK')
    await advance(2)
    expect(await stateOf('age')).toBe('ALARM')
  })

  it('never moves an auto clock', async () => {
    const other = await startSqs({ clock: 'auto' })
    const client = other.cloud.client(CloudWatchClient)
    const before = other.cloud.clock.now()
    await client.send(
      new PutMetricAlarmCommand({
        AlarmName: 'auto',
        Namespace: 'Test',
        MetricName: 'auto',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    )
    await other.cloud.clock.idle()
    expect(other.cloud.clock.now()).toBe(before)
    await other.cloud.stop()
  })

  // The examples of AWS's page on missing data: `-` is missing, `0` is fine, `X` breaches; three of three, then two.
  it.each([
    [3, '0-X-X', 'OK OK OK OK'],
    [3, '----0', 'OK OK OK OK'],
    [3, '-----', 'INSUFFICIENT_DATA kept ALARM OK'],
    [3, '0XX-X', 'ALARM ALARM ALARM ALARM'],
    [3, '--X--', 'ALARM kept ALARM OK'],
    [2, '0-X-X', 'ALARM ALARM ALARM ALARM'],
    [2, '00X0X', 'ALARM ALARM ALARM ALARM'],
    [2, '0-X--', 'OK OK ALARM OK'],
    [2, '--X--', 'ALARM kept ALARM OK'],
  ])('treats missing data as AWS does: %i of 3 of %s', (datapointsToAlarm, points, expected) => {
    const rule = {
      kind: 'metric' as const,
      queries: [],
      period: MINUTE,
      evaluationPeriods: 3,
      datapointsToAlarm,
      mOfN: true,
      threshold: 1,
      comparison: 'GreaterThanOrEqualToThreshold' as const,
      given: {},
    }
    const list = [...points].map((point, index) => ({
      at: index * MINUTE,
      value: point === '-' ? undefined : point === 'X' ? 1 : 0,
      sampleCount: 1,
    }))
    const states = (['missing', 'ignore', 'breaching', 'notBreaching'] as const).map(
      (missingData) => evaluate({ ...rule, missingData }, list).value ?? 'kept',
    )
    expect(states.join(' ')).toBe(expected)
  })
})

describe('notifications', () => {
  const topicWithQueue = async (name: string, allowed: boolean): Promise<{ topicArn: string; url: string }> => {
    const sns = bench.cloud.client(SNSClient)
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: name }))
    const url = await bench.create(name)
    const Endpoint = (await bench.attribute(url, 'QueueArn')) ?? ''
    const statement = (service: string, action: string, resource: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: action, Resource: resource }],
      })
    const { SetQueueAttributesCommand } = await import('@aws-sdk/client-sqs')
    const Policy = statement('sns.amazonaws.com', 'sqs:SendMessage', Endpoint)
    await bench.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }))
    const AttributeValue = statement(
      allowed ? 'cloudwatch.amazonaws.com' : 'events.amazonaws.com',
      'sns:Publish',
      TopicArn,
    )
    await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }))
    await sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes: { RawMessageDelivery: 'true' } }),
    )
    return { topicArn: TopicArn, url }
  }

  it('publishes each change of state to its topics as CloudWatch, which needs their leave', async () => {
    const { topicArn, url } = await topicWithQueue('told', true)
    const denied = await topicWithQueue('untold', false)
    await putAlarm('tells', {
      AlarmDescription: 'why',
      AlarmActions: [topicArn, denied.topicArn],
      OKActions: [topicArn],
      Dimensions: [{ Name: 'A', Value: 'b' }],
      TreatMissingData: 'notBreaching',
    })
    await advance(1)
    await cloudwatch.send(
      new PutMetricDataCommand({
        Namespace: 'Test',
        MetricData: [{ MetricName: 'tells', Value: 5, Dimensions: [{ Name: 'A', Value: 'b' }] }],
      }),
    )
    await advance(1)
    const messages = [...(await bench.receive(url)), ...(await bench.receive(url))]
    const bodies = messages.map(({ Body = '' }) => JSON.parse(Body))
    const body = bodies.find(({ NewStateValue }) => NewStateValue === 'ALARM')
    expect(body).toMatchObject({
      AlarmName: 'tells',
      AlarmDescription: 'why',
      AWSAccountId: '000000000000',
      OldStateValue: 'OK',
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:tells',
      Region: 'US East (N. Virginia)',
      Trigger: {
        MetricName: 'tells',
        Namespace: 'Test',
        Statistic: 'SUM',
        Dimensions: [{ value: 'b', name: 'A' }],
        Period: 60,
        Threshold: 1,
      },
    })
    expect(await bench.counts(denied.url)).toEqual([0, 0, 0])
    const { AlarmHistoryItems = [] } = await cloudwatch.send(
      new DescribeAlarmHistoryCommand({ AlarmName: 'tells', HistoryItemType: 'Action' }),
    )
    expect(AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary)).toEqual([
      `Failed to execute action ${denied.topicArn}`,
      `Successfully executed action ${topicArn}`,
      `Successfully executed action ${topicArn}`,
    ])
  })

  it('tells a topic the queries of metric math, and the triggering children of a composite alarm', async () => {
    const { topicArn, url } = await topicWithQueue('shapes', true)
    const Metric = { Namespace: 'Test', MetricName: 'shapes', Dimensions: [{ Name: 'A', Value: 'b' }] }
    const queries = [
      { Id: 'e', Expression: 'm * 2', Label: 'twice' },
      { Id: 'm', MetricStat: { Metric, Period: 60, Stat: 'Sum' }, ReturnData: false },
    ]
    const condition = { EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' } as const
    await cloudwatch.send(
      new PutMetricAlarmCommand({ AlarmName: 'maths', Metrics: queries, ...condition, AlarmActions: [topicArn] }),
    )
    const AlarmActions = [topicArn]
    await cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: 'above', AlarmRule: 'ALARM(maths)', AlarmActions }))
    await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'maths', StateValue: 'ALARM', StateReason: 'a drill' }))
    const bodies = [...(await bench.receive(url)), ...(await bench.receive(url))].map(({ Body = '' }) =>
      JSON.parse(Body),
    )
    expect(bodies.find(({ AlarmName }) => AlarmName === 'maths').Trigger).toEqual({
      ...{ Period: 60, EvaluationPeriods: 1, ComparisonOperator: 'GreaterThanThreshold', Threshold: 1 },
      ...{ TreatMissingData: 'missing', EvaluateLowSampleCountPercentile: '' },
      Metrics: [
        { Expression: 'm * 2', Id: 'e', Label: 'twice', ReturnData: true },
        {
          Id: 'm',
          MetricStat: {
            Metric: { Dimensions: [{ value: 'b', name: 'A' }], MetricName: 'shapes', Namespace: 'Test' },
            ...{ Period: 60, Stat: 'Sum' },
          },
          ReturnData: false,
        },
      ],
    })
    const arn = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:maths'
    expect(bodies.find(({ AlarmName }) => AlarmName === 'above')).toMatchObject({
      AlarmRule: 'ALARM(maths)',
      TriggeringChildren: [{ Arn: arn, State: { Value: 'ALARM' } }],
    })
    const history = new DescribeAlarmHistoryCommand({ AlarmName: 'maths', HistoryItemType: 'Action' })
    const { AlarmHistoryItems } = await cloudwatch.send(history)
    expect(JSON.parse(AlarmHistoryItems?.[0]?.HistoryData ?? '')).toMatchObject({
      ...{ actionState: 'Succeeded', notificationResource: topicArn, error: null },
      publishedMessage: expect.stringContaining('default'),
    })
  })

  it('tells nobody while actions are disabled', async () => {
    const { topicArn, url } = await topicWithQueue('disabled', true)
    await putAlarm('disabled', { AlarmActions: [topicArn] })
    await cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: ['disabled'] }))
    await putPoint('disabled', 5)
    await advance(1)
    expect(await stateOf('disabled')).toBe('ALARM')
    expect(await bench.counts(url)).toEqual([0, 0, 0])
  })

  it('keeps a state that is set until the next evaluation', async () => {
    await putAlarm('set', { TreatMissingData: 'notBreaching' })
    await advance(1)
    const set = new SetAlarmStateCommand({ AlarmName: 'set', StateValue: 'ALARM', StateReason: 'a drill' })
    await cloudwatch.send(set)
    expect(await alarmOf('set')).toMatchObject({ StateValue: 'ALARM', StateReason: 'a drill' })
    await advance(1)
    expect(await stateOf('set')).toBe('OK')
    await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['set'] }))
    await expect(cloudwatch.send(set)).rejects.toMatchObject({ name: 'ResourceNotFound' })
    const wrong = new SetAlarmStateCommand({ AlarmName: 'set', StateValue: 'INVALID' as 'OK', StateReason: 'x' })
    await expect(cloudwatch.send(wrong)).rejects.toThrow(
      "1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]",
    )
  })

  it('combines alarms by a rule', async () => {
    await putAlarm('child-1', { TreatMissingData: 'notBreaching' })
    await putAlarm('child-2', { TreatMissingData: 'notBreaching' })
    const AlarmRule = 'ALARM("child-1") AND (NOT ALARM(child-2) OR FALSE)'
    await cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: 'parent', AlarmRule }))
    expect(await stateOf('parent')).toBe('OK')
    const set = (AlarmName: string, StateValue: 'ALARM' | 'OK') =>
      cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'test' }))
    const arn = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm'
    const parent = async () => {
      const named = new DescribeAlarmsCommand({ AlarmNames: ['parent'], AlarmTypes: ['CompositeAlarm'] })
      return (await cloudwatch.send(named)).CompositeAlarms?.[0]
    }
    expect((await parent())?.StateReason).toBe(`${arn}:parent was created and its alarm rule evaluates to OK`)
    await set('child-1', 'ALARM')
    expect(await stateOf('parent')).toBe('ALARM')
    const { StateReason, StateReasonData = '' } = (await parent()) ?? {}
    expect(StateReason).toMatch(/:child-1 transitioned to ALARM at [A-Z][a-z]+day 01 January, 2026 \d\d:\d\d:\d\d UTC$/)
    expect(JSON.parse(StateReasonData)).toMatchObject({
      triggeringAlarms: [{ arn: `${arn}:child-1`, state: { value: 'ALARM' } }],
    })
    const children = new DescribeAlarmsCommand({ ChildrenOfAlarmName: 'parent' })
    expect((await cloudwatch.send(children)).MetricAlarms?.map(({ AlarmName }) => AlarmName)).toEqual([
      'child-1',
      'child-2',
    ])
    const parents = new DescribeAlarmsCommand({ ParentsOfAlarmName: 'child-2' })
    expect((await cloudwatch.send(parents)).CompositeAlarms).toEqual([
      { AlarmName: 'parent', AlarmArn: `${arn}:parent` },
    ])
    await set('child-2', 'ALARM')
    expect(await stateOf('parent')).toBe('OK')
    const wrong = (rule: string) =>
      cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: 'wrong', AlarmRule: rule }))
    await expect(wrong('ALARM(child-1) AND')).rejects.toThrow('AlarmRule is not valid')
    await expect(wrong('ALARM(nobody)')).rejects.toThrow('does not exist')
  })

  it('refuses actions and comparisons that it does not simulate', async () => {
    await expect(putAlarm('x', { AlarmActions: ['arn:aws:automate:us-east-1:ec2:stop'] })).rejects.toThrow(
      'does not simulate the alarm action',
    )
    await expect(putAlarm('x', { ComparisonOperator: 'GreaterThanUpperThreshold' })).rejects.toThrow(
      'does not simulate the comparison',
    )
    await expect(putAlarm('x', { DatapointsToAlarm: 2 })).rejects.toThrow('DatapointsToAlarm')
  })
})
