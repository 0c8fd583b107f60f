import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import type { TestCloud } from '../../../support/cloud.ts'

/** What tests of logs do with a cloud that their `beforeAll` starts. */
export const writing = (cloud: () => TestCloud) => ({
  createGroup: async (logGroupName: string, ...streams: string[]): Promise<void> => {
    const logs = cloud().client(CloudWatchLogsClient)
    await logs.send(new CreateLogGroupCommand({ logGroupName }))
    for (const logStreamName of streams) await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }))
  },

  /** Lines at milliseconds after now. */
  put: (logGroupName: string, logStreamName: string, ...entries: [after: number, message: string][]) => {
    const now = cloud().clock.now()
    const logEvents = entries.map(([after, message]) => ({ timestamp: now + after, message }))
    return cloud()
      .client(CloudWatchLogsClient)
      .send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }))
  },

  /** The sum of a metric over the hour around now. */
  sumOf: async (Namespace: string, MetricName: string, dimensions: Record<string, string> = {}): Promise<number> => {
    const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))
    const { MetricDataResults } = await cloud()
      .client(CloudWatchClient)
      .send(
        new GetMetricDataCommand({
          MetricDataQueries: [
            { Id: 'm', MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 3_600, Stat: 'Sum' } },
          ],
          StartTime: new Date(cloud().clock.now() - 3_600_000),
          EndTime: new Date(cloud().clock.now() + 3_600_000),
        }),
      )
    return (MetricDataResults?.[0]?.Values ?? []).reduce((sum, value) => sum + value, 0)
  },
})
