import {
  CloudWatchLogsClient,
  DescribeMetricFiltersCommand,
  PutMetricFilterCommand,
  TestMetricFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { writing } from './support.ts'

let cloud: TestCloud
let logs: CloudWatchLogsClient
beforeAll(async () => {
  cloud = await startTestCloud()
  logs = cloud.client(CloudWatchLogsClient)
})
afterAll(() => cloud.stop())
const { createGroup, put, sumOf } = writing(() => cloud)

describe('metrics out of logs', () => {
  const embedded = (metrics: object[], values: object, dimensions: string[][] = [['service']]) =>
    JSON.stringify({
      _aws: {
        Timestamp: cloud.clock.now(),
        CloudWatchMetrics: [{ Namespace: 'Shop', Dimensions: dimensions, Metrics: metrics }],
      },
      service: 'orders',
      ...values,
    })

  it('reads the embedded metric format out of a line', async () => {
    cloud.context.log('/aws/lambda/emf', 's', [
      'plain',
      embedded(
        [
          { Name: 'handled', Unit: 'Count' },
          { Name: 'latency', Unit: 'Milliseconds' },
        ],
        {
          handled: 2,
          latency: [10, 20],
        },
      ),
      embedded([{ Name: 'handled', Unit: 'Count' }], { handled: 3, region: 'x' }, [
        ['service'],
        ['service', 'region'],
        [],
      ]),
    ])
    expect(await sumOf('Shop', 'handled', { service: 'orders' })).toBe(5)
    expect(await sumOf('Shop', 'latency', { service: 'orders' })).toBe(30)
    expect(await sumOf('Shop', 'handled', { service: 'orders', region: 'x' })).toBe(3)
    expect(await sumOf('Shop', 'handled')).toBe(3)
  })

  it('counts lines whose metrics cannot be used', async () => {
    cloud.context.log('/aws/lambda/broken', 's', [
      embedded([{ Name: 'text' }], { text: 'no number' }),
      embedded([{ Name: 'text' }], { text: 1 }, [['missing']]),
    ])
    expect(await sumOf('AWS/Logs', 'EMFValidationErrors', { LogGroupName: '/aws/lambda/broken' })).toBe(2)
  })

  it('counts matching events by metric filters, with values and dimensions out of them', async () => {
    await createGroup('/filtered', 's')
    const putFilter = (filterName: string, filterPattern: string, transformation: object) =>
      logs.send(
        new PutMetricFilterCommand({
          logGroupName: '/filtered',
          filterName,
          filterPattern,
          metricTransformations: [
            { metricNamespace: 'Filtered', metricName: filterName, metricValue: '1', ...transformation },
          ],
        }),
      )
    await putFilter('errors', '{ $.level = "ERROR" }', {})
    await putFilter('bytes', '{ $.bytes > 0 }', { metricValue: '$.bytes', dimensions: { Level: '$.level' } })
    await put('/filtered', 's', [0, '{"level":"ERROR","bytes":5}'], [1, '{"level":"INFO","bytes":7}'], [2, 'ERROR'])
    expect(await sumOf('Filtered', 'errors')).toBe(1)
    expect(await sumOf('Filtered', 'bytes', { Level: 'INFO' })).toBe(7)
    const { metricFilters } = await logs.send(new DescribeMetricFiltersCommand({ logGroupName: '/filtered' }))
    expect(metricFilters?.map(({ filterName }) => filterName)).toEqual(['bytes', 'errors'])
    const { matches } = await logs.send(
      new TestMetricFilterCommand({ filterPattern: 'ERROR', logEventMessages: ['INFO', 'ERROR'] }),
    )
    expect(matches).toMatchObject([{ eventNumber: 2, eventMessage: 'ERROR' }])
  })
})
