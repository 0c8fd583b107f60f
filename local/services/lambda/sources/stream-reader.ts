import type {
  DescribeStreamCommandInput,
  DescribeStreamCommandOutput,
  GetRecordsCommandInput,
  GetRecordsCommandOutput,
  GetShardIteratorCommandInput,
  GetShardIteratorCommandOutput,
  Shard,
} from '@aws-sdk/client-dynamodb-streams'
import type { Caller, CloudContext } from '../../../service.ts'
import { type StreamRecord, streamRecord } from './stream-record.ts'

const CALL_RECORDS = 1000

/** Reads a stream from a position on, shard after shard, with the permissions of the function's role. */
export class StreamReader {
  readonly #context: CloudContext
  readonly #arn: string
  readonly #caller: () => Caller
  /** The shard that is being read, and the last sequence number that was read of it. */
  #shard: string | undefined
  #after: string | undefined

  constructor(context: CloudContext, arn: string, caller: () => Caller) {
    this.#context = context
    this.#arn = arn
    this.#caller = caller
  }

  /** Passes over everything that the stream holds. */
  async skipToEnd(): Promise<void> {
    while ((await this.next()).more);
  }

  /** The next records, oldest first; `more` where the stream may hold further ones. @throws AwsError */
  async next(): Promise<{ records: StreamRecord[]; more: boolean }> {
    const shards = await this.#shards()
    let at = Math.max(
      0,
      shards.findIndex(({ ShardId }) => ShardId === this.#shard),
    )
    for (; at < shards.length; at++) {
      const id = shards[at]?.ShardId ?? ''
      if (id !== this.#shard) {
        this.#shard = id
        this.#after = undefined
      }
      const records = await this.#read(id)
      if (records.length > 0) return { records, more: records.length === CALL_RECORDS || at < shards.length - 1 }
    }
    return { records: [], more: false }
  }

  async #read(shard: string): Promise<StreamRecord[]> {
    const { ShardIterator } = await this.#call<GetShardIteratorCommandInput, GetShardIteratorCommandOutput>(
      'GetShardIterator',
      {
        StreamArn: this.#arn,
        ShardId: shard,
        ...(this.#after === undefined
          ? { ShardIteratorType: 'TRIM_HORIZON' }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: this.#after }),
      },
    )
    const { Records = [] } = await this.#call<GetRecordsCommandInput, GetRecordsCommandOutput>('GetRecords', {
      ShardIterator,
      Limit: CALL_RECORDS,
    })
    const records = Records.map((record) => streamRecord(record, shard, this.#arn))
    this.#after = records.at(-1)?.sequenceNumber ?? this.#after
    return records
  }

  /** Oldest first: a shard's records come after those of its parent. */
  async #shards(): Promise<Shard[]> {
    const shards: Shard[] = []
    let last: string | undefined
    do {
      const { StreamDescription } = await this.#call<DescribeStreamCommandInput, DescribeStreamCommandOutput>(
        'DescribeStream',
        {
          StreamArn: this.#arn,
          ...(last === undefined ? {} : { ExclusiveStartShardId: last }),
        },
      )
      shards.push(...(StreamDescription?.Shards ?? []))
      last = StreamDescription?.LastEvaluatedShardId
    } while (last !== undefined)
    return shards
  }

  #call<I extends object, O extends object>(action: string, input: I): Promise<O> {
    return this.#context.call<I, O>({ caller: this.#caller(), service: 'streams', action, input })
  }
}
