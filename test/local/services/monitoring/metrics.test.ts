import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type MetricDataQuery,
  type MetricDatum,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud, testStart } from '../../../support/cloud.ts'

let cloud: TestCloud
let cloudwatch: CloudWatchClient
beforeAll(async () => {
  cloud = await startTestCloud()
  cloudwatch = cloud.client(CloudWatchClient)
})
afterAll(() => cloud.stop())

const MINUTE = 60_000
const at = (minutes: number) => new Date(testStart + minutes * MINUTE)

const put = (Namespace: string, ...MetricData: MetricDatum[]) =>
  cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData }))

/** Values of queries over ten minutes, oldest first, by id. */
async function values(...MetricDataQueries: MetricDataQuery[]): Promise<Record<string, (number | undefined)[]>> {
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({ MetricDataQueries, StartTime: at(0), EndTime: at(10), ScanBy: 'TimestampAscending' }),
  )
  return Object.fromEntries(MetricDataResults.map(({ Id = '', Values = [] }) => [Id, Values]))
}

const stat = (Id: string, Namespace: string, MetricName: string, Stat = 'Sum', more: object = {}): MetricDataQuery => ({
  Id,
  MetricStat: { Metric: { Namespace, MetricName }, Period: 60, Stat, ...more },
})

describe('metrics', () => {
  it('sums points up by the period, for every statistic', async () => {
    for (const [index, Value] of [1, 2, 3, 10].entries())
      await put('Stats', { MetricName: 'm', Value, Timestamp: at(index === 3 ? 1 : 0) })
    const { Datapoints = [] } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'Stats',
        MetricName: 'm',
        StartTime: at(0),
        EndTime: at(5),
        Period: 60,
        Statistics: ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'],
      }),
    )
    expect(Datapoints).toMatchObject([
      { Timestamp: at(0), SampleCount: 3, Average: 2, Sum: 6, Minimum: 1, Maximum: 3, Unit: 'None' },
      { Timestamp: at(1), SampleCount: 1, Average: 10, Sum: 10, Minimum: 10, Maximum: 10 },
    ])
    expect(await values(stat('a', 'Stats', 'm', 'Sum', { Period: 300 }))).toEqual({ a: [16] })
  })

  it('takes values with counts and statistic sets, and computes percentiles', async () => {
    await put('Sets', {
      MetricName: 'm',
      Values: [...Array(100).keys()].map((value) => value + 1),
      Unit: 'Milliseconds',
    })
    expect(await values(stat('p', 'Sets', 'm', 'p99'), stat('q', 'Sets', 'm', 'p50'))).toEqual({ p: [99], q: [50] })
    await put('Sets', { MetricName: 'c', Values: [5, 7], Counts: [3, 1] })
    expect(await values(stat('n', 'Sets', 'c', 'SampleCount'), stat('s', 'Sets', 'c'))).toEqual({ n: [4], s: [22] })
    const StatisticValues = { SampleCount: 4, Sum: 10, Minimum: 1, Maximum: 4 }
    await put('Sets', { MetricName: 's', StatisticValues })
    expect(await values(stat('s', 'Sets', 's', 'Average'), stat('p', 'Sets', 's', 'p50'))).toEqual({ s: [2.5], p: [] })
  })

  it.each([
    ['tm90', 45.5],
    ['TM(10%:90%)', 50.5],
    ['TM(10:20)', 15.5],
    ['IQM', 50.5],
    ['wm90', 49.95],
    ['WM(10%:90%)', 50.4],
    ['tc90', 90],
    ['TC(10:)', 90],
    ['ts90', 4095],
    ['PR(:30)', 30],
    ['PR(20:50)', 30],
  ])('trims the numbers from 1 to 100: %s', async (name, expected) => {
    await put('Trimmed', { MetricName: name, Values: [...Array(100).keys()].map((value) => value + 1) })
    expect((await values(stat('t', 'Trimmed', name, name))).t?.[0]).toBeCloseTo(expected, 9)
  })

  it('fills in labels that tell values and properties', async () => {
    for (const [minute, Value] of [3, 9, 6].entries())
      await put('Labels', { MetricName: 'm', Value, Timestamp: at(minute), Dimensions: [{ Name: 'Shop', Value: 'a' }] })
    const Metric = { Namespace: 'Labels', MetricName: 'm', Dimensions: [{ Name: 'Shop', Value: 'a' }] }
    const labelOf = async (Label: string) => {
      const query = { Id: 'q', Label, MetricStat: { Metric, Period: 60, Stat: 'Sum' } }
      const range = { StartTime: at(0), EndTime: at(5) }
      const { MetricDataResults } = await cloudwatch.send(
        new GetMetricDataCommand({ MetricDataQueries: [query], ...range }),
      )
      return MetricDataResults?.[0]?.Label
    }
    expect(await labelOf(`\${PROP('Dim.Shop')}: \${MIN} to \${MAX}, now \${LAST}, on average \${AVG}`)).toBe(
      'a: 3 to 9, now 6, on average 6',
    )
    expect(await labelOf(`\${LABEL} of \${PROP('Namespace')} by \${PROP('Stat')}/\${PROP('Period')} \${NONE}`)).toBe(
      `m of Labels by Sum/60 \${NONE}`,
    )
    await expect(labelOf(`since \${FIRST_TIME}`)).rejects.toThrow('does not simulate the dynamic label')
  })

  it('keeps metrics apart by dimensions and points by unit', async () => {
    const dimensions = (...pairs: string[]) => pairs.map((pair) => ({ Name: pair[0], Value: pair[1] }))
    await put('Apart', { MetricName: 'm', Value: 1, Dimensions: dimensions('a1', 'b2') })
    await put('Apart', { MetricName: 'm', Value: 2, Dimensions: dimensions('b2', 'a1') })
    await put('Apart', { MetricName: 'm', Value: 4, Dimensions: dimensions('a1'), Unit: 'Bytes' })
    const query = (
      Id: string,
      Dimensions: { Name: string | undefined; Value: string | undefined }[],
      more: object = {},
    ): MetricDataQuery => ({
      Id,
      MetricStat: { Metric: { Namespace: 'Apart', MetricName: 'm', Dimensions }, Period: 60, Stat: 'Sum', ...more },
    })
    expect(
      await values(
        query('both', dimensions('a1', 'b2')),
        query('one', dimensions('a1')),
        query('bytes', dimensions('a1'), { Unit: 'Bytes' }),
        query('count', dimensions('a1'), { Unit: 'Count' }),
        query('none', []),
      ),
    ).toEqual({ both: [3], one: [4], bytes: [4], count: [], none: [] })
    const list = async (more: object) =>
      (await cloudwatch.send(new ListMetricsCommand({ Namespace: 'Apart', ...more }))).Metrics?.length
    expect(await list({})).toBe(2)
    expect(await list({ Dimensions: [{ Name: 'b' }] })).toBe(1)
    expect(await list({ Dimensions: [{ Name: 'a', Value: '2' }] })).toBe(0)
  })

  it('answers the points of the first unit by name and says that there are others, or each unit apart (recorded)', async () => {
    for (const [Value, Unit] of [
      [60, 'Seconds'],
      [60_000, 'Milliseconds'],
    ] as const)
      await put('Units', { MetricName: 'm', Value, Unit })
    const { MetricDataResults } = await cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: [stat('m1', 'Units', 'm', 'Average')],
        StartTime: at(0),
        EndTime: at(10),
      }),
    )
    expect(MetricDataResults).toMatchObject([
      {
        Values: [60_000],
        Messages: [{ Code: 'MultipleUnits', Value: "Multiple units returned: '[Milliseconds, Seconds]'" }],
      },
    ])
    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'Units',
        MetricName: 'm',
        StartTime: at(0),
        EndTime: at(5),
        Period: 60,
        Statistics: ['Average'],
      }),
    )
    expect(Datapoints).toMatchObject([
      { Average: 60_000, Unit: 'Milliseconds' },
      { Average: 60, Unit: 'Seconds' },
    ])
  })

  it('pages through points of all results', async () => {
    for (let minute = 0; minute < 3; minute++)
      await put('Pages', { MetricName: 'm', Value: minute, Timestamp: at(minute) })
    const get = async (NextToken?: string) => {
      const MetricDataQueries = [stat('a', 'Pages', 'm'), stat('b', 'Pages', 'm', 'Maximum')]
      const range = { StartTime: at(0), EndTime: at(10), ScanBy: 'TimestampAscending' as const }
      const answer = await cloudwatch.send(
        new GetMetricDataCommand({ MetricDataQueries, ...range, MaxDatapoints: 4, NextToken }),
      )
      return { values: answer.MetricDataResults?.map(({ Values }) => Values), next: answer.NextToken }
    }
    const first = await get()
    expect(first.values).toEqual([[0, 1, 2], [0]])
    expect(await get(first.next)).toEqual({ values: [[], [1, 2]], next: undefined })
  })

  it('labels metrics of one name by what tells them apart (recorded)', async () => {
    const labels = async (...pairs: [string, number][]) => {
      const MetricDataQueries = pairs.map(([Stat, Period], index) => stat(`m${index}`, 'Labels', 'm', Stat, { Period }))
      const command = new GetMetricDataCommand({ MetricDataQueries, StartTime: at(0), EndTime: at(1) })
      return (await cloudwatch.send(command)).MetricDataResults?.map(({ Label }) => Label)
    }
    expect(await labels(['Sum', 60], ['Minimum', 30])).toEqual(['m Sum 60', 'm Minimum 30'])
    expect(await labels(['Sum', 60], ['Minimum', 60])).toEqual(['m Sum', 'm Minimum'])
    expect(await labels(['Sum', 60], ['Sum', 30])).toEqual(['m 60', 'm 30'])
    expect(await labels(['Sum', 60])).toEqual(['m'])
  })

  it('keeps points of high resolution by the second', async () => {
    await put('Fine', { MetricName: 'm', Value: 1, StorageResolution: 1, Timestamp: new Date(testStart + 1_000) })
    await put('Fine', { MetricName: 'm', Value: 2, StorageResolution: 1, Timestamp: new Date(testStart + 12_000) })
    expect(await values(stat('m', 'Fine', 'm', 'Sum', { Period: 10 }))).toEqual({ m: [1, 2] })
  })

  it('refuses what AWS refuses', async () => {
    await expect(put('AWS/Own', { MetricName: 'm', Value: 1 })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    })
    await expect(put('Own', { MetricName: 'm' })).rejects.toMatchObject({
      name: 'InvalidParameterCombinationException',
    })
    await expect(put('Own', { MetricName: 'm', Value: 1, Timestamp: at(-21_000) })).rejects.toThrow('two weeks')
    await expect(values(stat('m', 'Own', 'm', 'Sum', { Period: 61 }))).rejects.toThrow('any multiple of 60')
    await expect(values(stat('m', 'Own', 'm', 'tm900'))).rejects.toThrow('tm900 for parameter Stat is not supported')
    const EntityMetricData = [{ MetricData: [{ MetricName: 'm', Value: 1 }] }]
    await expect(cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Own', EntityMetricData }))).rejects.toThrow(
      'does not simulate the member EntityMetricData',
    )
  })

  it("serves the services' own points and the depth of queues, which is read when asked for", async () => {
    cloud.context.metric('AWS/Lambda', 'Errors', { FunctionName: 'f' }, 1, 'Count')
    const call = (action: string, input: object) =>
      cloud.context.call<object, { QueueUrl: string }>({
        caller: cloud.context.administrator,
        service: 'sqs',
        action,
        input,
      })
    const { QueueUrl } = await call('CreateQueue', { QueueName: 'depth' })
    for (let count = 0; count < 3; count++) await call('SendMessage', { QueueUrl, MessageBody: 'a' })
    await cloud.clock.advance(90_000)
    const queue = (Id: string, MetricName: string, Stat: string) => ({
      Id,
      MetricStat: {
        Metric: { Namespace: 'AWS/SQS', MetricName, Dimensions: [{ Name: 'QueueName', Value: 'depth' }] },
        Period: 60,
        Stat,
      },
    })
    expect(
      await values(
        queue('visible', 'ApproximateNumberOfMessagesVisible', 'Maximum'),
        queue('age', 'ApproximateAgeOfOldestMessage', 'Maximum'),
        queue('sent', 'NumberOfMessagesSent', 'Sum'),
      ),
    ).toEqual({ visible: [3], age: [90], sent: [3] })
    const { Metrics = [] } = await cloudwatch.send(new ListMetricsCommand({ Namespace: 'AWS/SQS' }))
    expect(Metrics.map(({ MetricName }) => MetricName)).toContain('ApproximateAgeOfOldestMessage')
  })
})

it('forgets metrics without points for the longest beyond 50,000', async () => {
  const other = await startTestCloud()
  for (let index = 0; index < 50_001; index++) {
    other.context.metric('Many', 'm', { order: String(index) }, 1)
    if (index === 10_000) await other.clock.advance(MINUTE)
  }
  const client = other.client(CloudWatchClient)
  const known = async (Value: string) => {
    const list = new ListMetricsCommand({ Namespace: 'Many', Dimensions: [{ Name: 'order', Value }] })
    return (await client.send(list)).Metrics?.length
  }
  expect(await known('0')).toBe(0)
  expect(await known('20000')).toBe(1)
  expect(await known('50000')).toBe(1)
  await other.stop()
})

describe('metric math', () => {
  const math = (Id: string, Expression: string, more: object = {}): MetricDataQuery => ({ Id, Expression, ...more })
  const inputs: MetricDataQuery[] = [
    { ...stat('a', 'Math', 'a'), ReturnData: false },
    { ...stat('b', 'Math', 'b'), ReturnData: false },
  ]
  beforeAll(async () => {
    // a: 1 2 _ 4, b: 10 _ 30 0
    for (const [minute, Value] of [
      [0, 1],
      [1, 2],
      [3, 4],
    ] as const)
      await put('Math', { MetricName: 'a', Value, Timestamp: at(minute) })
    for (const [minute, Value] of [
      [0, 10],
      [2, 30],
      [3, 0],
    ] as const)
      await put('Math', { MetricName: 'b', Value, Timestamp: at(minute) })
  })
  const compute = async (expression: string) => (await values(...inputs, math('e', expression))).e

  it.each([
    ['a + b', [11, 4]],
    ['b / a * 100', [1000, 0]],
    ['a / b', [0.1]],
    ['-a ^ 2', [1, 4, 16]],
    ['2 + 3 * a', [5, 8, 14]],
    ['(2 + 3) * a', [5, 10, 20]],
    ['SUM([a, b])', [11, 2, 30, 4]],
    ['SUM(METRICS())', [11, 2, 30, 4]],
    ['MAX(METRICS("a"))', [1, 2, 4]],
    ['a / SUM(a)', [1 / 7, 2 / 7, 4 / 7]],
    ['IF(a > 1, 100, a)', [1, 100, 100]],
    ['IF(a >= 2 AND b == 0, 1)', [1]],
    ['DIFF(a)', [1, 2]],
    ['RATE(a)', [1 / 60, 2 / 120]],
    ['RUNNING_SUM(a)', [1, 3, 7]],
    ['a / PERIOD(a)', [1 / 60, 2 / 60, 4 / 60]],
    ['CEIL(a / 3)', [1, 1, 2]],
    ['MINUTE(a)', [0, 1, 3]],
    ['IF(HOUR(a) == 0, a, 0)', [1, 2, 4]],
    ['DAY(a)', [4, 4, 4]],
    ['SORT(METRICS(), MAX, DESC, 1)', [10, 30, 0]],
    ['SORT(METRICS(), SUM, ASC, 1)', [1, 2, 4]],
    ['SLICE(METRICS(), 1)', [10, 30, 0]],
  ])('computes %s', async (expression, expected) => {
    expect(await compute(expression)).toEqual(expected)
  })

  it('fills gaps with a number, the last value or a line', async () => {
    expect((await compute('FILL(a, 0)'))?.slice(0, 5)).toEqual([1, 2, 0, 4, 0])
    expect((await compute('FILL(a, REPEAT)'))?.slice(0, 5)).toEqual([1, 2, 2, 4, 4])
    expect(await compute('FILL(a, LINEAR)')).toEqual([1, 2, 3, 4])
  })

  it('reads other expressions in any order, and returns an array as several results', async () => {
    const answer = await values(...inputs, math('outer', 'inner + 1'), math('inner', 'a * 2', { ReturnData: false }))
    expect(answer).toEqual({ outer: [3, 5, 9] })
    const { MetricDataResults } = await cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: [...inputs, math('all', 'METRICS() * 2')],
        StartTime: at(0),
        EndTime: at(1),
      }),
    )
    expect(MetricDataResults?.map(({ Id, Values }) => [Id, Values])).toEqual([
      ['all', [2]],
      ['all', [20]],
    ])
  })

  it('refuses what it cannot read, and names what it does not have', async () => {
    await expect(compute('a +')).rejects.toThrow("Error in expression 'a +': It ends too early.")
    await expect(compute('a ? b')).rejects.toThrow('Unexpected character')
    await expect(compute('c')).rejects.toThrow('No query has the id c.')
    await expect(compute('ANOMALY_DETECTION_BAND(a)')).rejects.toThrow('does not simulate the metric math function')
    await expect(values(math('x', 'y'), math('y', 'x'))).rejects.toThrow('read each other')
  })
})
