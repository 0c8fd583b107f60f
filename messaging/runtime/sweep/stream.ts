import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type Shard,
} from '@aws-sdk/client-dynamodb-streams'
import { instantOf, type StreamRecord } from '../stream-record.ts'

/** Some records of a shard, oldest first. */
export interface Page {
  readonly shardId: string
  readonly records: readonly StreamRecord[]
  /** The sequence number of the last. */
  readonly position: string
}

/** An open shard may answer nothing and still hold something further on. */
const EMPTY_ANSWERS = 10

/**
 * Reads a table's stream from the positions on, or from its oldest record, shards after their parents, up to what was written
 * `until` then: a busy table is never read to its end. It is the second reader beside the relay's mapping; a stream allows no third.
 */
export async function* readStream(
  client: DynamoDBStreamsClient,
  arn: string,
  positions: ReadonlyMap<string, string>,
  until: number,
): AsyncGenerator<Page> {
  for (const { ShardId = '' } of await shardsOf(client, arn))
    yield* readShard(client, { StreamArn: arn, ShardId }, positions.get(ShardId), until)
}

async function* readShard(
  client: DynamoDBStreamsClient,
  shard: { readonly StreamArn: string; readonly ShardId: string },
  from: string | undefined,
  until: number,
): AsyncGenerator<Page> {
  let iterator = await iteratorAt(client, shard, from)
  for (let empty = 0; iterator !== undefined && empty < EMPTY_ANSWERS; ) {
    const { Records = [], NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator: iterator }))
    iterator = NextShardIterator
    const records = Records.map((record) => ({
      ...record,
      dynamodb: {
        ...record.dynamodb,
        ApproximateCreationDateTime: (record.dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0) / 1000,
      },
    })) as unknown as StreamRecord[]
    empty = records.length === 0 ? empty + 1 : 0
    const last = records.at(-1)
    if (last) yield { shardId: shard.ShardId, records, position: last.dynamodb.SequenceNumber }
    if (last && instantOf(last) >= until) return
  }
}

/** What was trimmed meanwhile cannot be read on from: the oldest record that is left comes next. */
async function iteratorAt(
  client: DynamoDBStreamsClient,
  shard: Pick<GetShardIteratorCommandInput, 'StreamArn' | 'ShardId'>,
  position: string | undefined,
): Promise<string | undefined> {
  const from = (input: Pick<GetShardIteratorCommandInput, 'ShardIteratorType' | 'SequenceNumber'>) =>
    client.send(new GetShardIteratorCommand({ ...shard, ...input }))
  if (position === undefined) return (await from({ ShardIteratorType: 'TRIM_HORIZON' })).ShardIterator
  try {
    const after = { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: position } as const
    return (await from(after)).ShardIterator
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'TrimmedDataAccessException') throw error
    return (await from({ ShardIteratorType: 'TRIM_HORIZON' })).ShardIterator
  }
}

/** Oldest first, so that a shard comes after its parent. */
async function shardsOf(client: DynamoDBStreamsClient, StreamArn: string): Promise<readonly Shard[]> {
  const shards: Shard[] = []
  let ExclusiveStartShardId: string | undefined
  do {
    const { StreamDescription } = await client.send(
      new DescribeStreamCommand({ StreamArn, ...(ExclusiveStartShardId !== undefined && { ExclusiveStartShardId }) }),
    )
    shards.push(...(StreamDescription?.Shards ?? []))
    ExclusiveStartShardId = StreamDescription?.LastEvaluatedShardId
  } while (ExclusiveStartShardId !== undefined)
  const known = new Map(shards.map((shard) => [shard.ShardId, shard]))
  const depth = ({ ParentShardId }: Shard): number => {
    const parent = known.get(ParentShardId)
    return parent ? depth(parent) + 1 : 0
  }
  return shards.sort((a, b) => depth(a) - depth(b))
}
