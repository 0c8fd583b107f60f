import { CloudWatchClient, ListMetricsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { expect, it, onTestFinished } from 'vitest'
import { startTestCloud } from '../../support/cloud.ts'

it('reads what the SDK compresses: CloudWatch takes more than 10 KB of metrics at once', async () => {
  const cloud = await startTestCloud()
  onTestFinished(() => cloud.stop())
  const cloudwatch = cloud.client(CloudWatchClient)
  const MetricData = Array.from({ length: 200 }, (_, index) => ({ MetricName: `${'m'.repeat(60)}-${index}`, Value: 1 }))
  await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Compressed', MetricData }))
  expect((await cloudwatch.send(new ListMetricsCommand({ Namespace: 'Compressed' }))).Metrics).toHaveLength(200)

  const asked = { 'x-amz-target': 'DynamoDB_20120810.ListTables', 'content-encoding': 'gzip' }
  const answer = await fetch(cloud.endpoint, { method: 'POST', headers: asked, body: 'not gzip' })
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('SerializationException')])
})
