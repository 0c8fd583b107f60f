import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams'
import type { Envelope } from '../../../messaging/envelope.ts'
import { type StreamRecord, unload } from '../../../messaging/runtime/stream-record.ts'
import type { Lab } from '../lab.ts'

/** Everything that has left by the table's stream so far, in order: what a relay ships. */
export async function streamed(lab: Lab): Promise<readonly Envelope[]> {
  const client = lab.cloud.client(DynamoDBStreamsClient)
  const { Streams = [] } = await client.send(new ListStreamsCommand({ TableName: 'shop-orders' }))
  const StreamArn = Streams[0]?.StreamArn
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }))
  const left: Envelope[] = []
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const start = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const
    let { ShardIterator } = await client.send(new GetShardIteratorCommand(start))
    for (;;) {
      const { Records = [], NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator }))
      // The client has read the times; the poller hands them over as numbers. Neither is looked at here.
      const unloaded = Records.flatMap((record) => unload(record as unknown as StreamRecord)?.messages ?? [])
      left.push(...unloaded.map(({ envelope }) => envelope))
      if (Records.length === 0 || !NextShardIterator) break
      ShardIterator = NextShardIterator
    }
  }
  return left
}
