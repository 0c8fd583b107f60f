import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  ListDashboardsCommand,
  ListTagsForResourceCommand,
  PutDashboardCommand,
} from '@aws-sdk/client-cloudwatch'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ResourceContext, ResourceType } from '../../../../local/service.ts'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'

let cloud: TestCloud
let cloudwatch: CloudWatchClient
beforeAll(async () => {
  cloud = await startTestCloud()
  cloudwatch = cloud.client(CloudWatchClient)
})
afterAll(() => cloud.stop())

const body = JSON.stringify({ widgets: [{ type: 'text', properties: { markdown: '# hello' } }] })
const put = (DashboardName: string, DashboardBody: string) =>
  cloudwatch.send(new PutDashboardCommand({ DashboardName, DashboardBody }))

it('keeps dashboards as their text', async () => {
  await put('one', body)
  expect(await cloudwatch.send(new GetDashboardCommand({ DashboardName: 'one' }))).toMatchObject({
    DashboardArn: 'arn:aws:cloudwatch::000000000000:dashboard/one',
    DashboardBody: body,
  })
  const { DashboardEntries } = await cloudwatch.send(new ListDashboardsCommand({ DashboardNamePrefix: 'on' }))
  expect(DashboardEntries).toMatchObject([
    { DashboardName: 'one', Size: body.length, LastModified: new Date(cloud.clock.now()) },
  ])
})

it('refuses a body that is no dashboard, with everything that is wrong', async () => {
  await expect(put('bad', '{')).rejects.toMatchObject({ name: 'DashboardInvalidInputError' })
  const wrong = JSON.stringify({ widgets: [{ type: 'nothing', properties: {} }, { type: 'text' }] })
  const error = await put('bad', wrong).catch((caught) => caught)
  expect(error.dashboardValidationMessages).toMatchObject([
    { DataPath: '/widgets/0/type' },
    { DataPath: '/widgets/1', Message: "Should have required property 'properties'" },
  ])
  await expect(cloudwatch.send(new GetDashboardCommand({ DashboardName: 'bad' }))).rejects.toMatchObject({
    message: 'Dashboard bad does not exist',
  })
})

it('creates, updates and deletes alarms and dashboards of templates', async () => {
  const resource = { physicalName: () => 'stack-Alarm-ABC' } as unknown as ResourceContext
  const typeOf = (name: string) => cloud.context.service('monitoring').resources[name] as ResourceType
  const alarm = typeOf('AWS::CloudWatch::Alarm')
  const properties = {
    Namespace: 'Test',
    MetricName: 'm',
    Statistic: 'Sum',
    Period: '60',
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    Tags: [{ Key: 'team', Value: 'orders' }],
  }
  const { ref, attributes } = await alarm.create(properties, resource)
  expect([ref, attributes]).toEqual([
    'stack-Alarm-ABC',
    { Arn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:stack-Alarm-ABC' },
  ])
  const described = async () => (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [ref] }))).MetricAlarms
  await alarm.update?.(ref, { ...properties, Threshold: 5 }, properties, resource)
  expect(await described()).toMatchObject([{ Threshold: 5, Period: 60, Statistic: 'Sum' }])
  const tags = new ListTagsForResourceCommand({ ResourceARN: attributes.Arn as string })
  expect((await cloudwatch.send(tags)).Tags).toEqual([{ Key: 'team', Value: 'orders' }])
  expect(await alarm.update?.(ref, { ...properties, AlarmName: 'x' }, properties, resource)).toBeUndefined()
  await alarm.delete(ref, properties)
  expect(await described()).toEqual([])

  const dashboard = typeOf('AWS::CloudWatch::Dashboard')
  await dashboard.create({ DashboardName: 'made', DashboardBody: body }, resource)
  await dashboard.delete('made', {})
  await dashboard.delete('made', {})
})
