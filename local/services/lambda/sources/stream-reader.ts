import type {
  DescribeStreamCommandInput,
  DescribeStreamCommandOutput,
  GetRecordsCommandInput,
  GetRecordsCommandOutput,
  GetShardIteratorCommandInput,
  GetShardIteratorCommandOutput,
  Shard,
} from '@aws-sdk/client-dynamodb-streams'
import { AwsError } from '../../../errors.ts'
import type { Caller, CloudContext } from '../../../service.ts'
import type { Position } from './positions.ts'
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
  /** Where to read on in the shard; without one the shards are looked at anew. */
  #iterator: string | undefined
  /** The shard is closed and was read to its end. */
  #exhausted = false

  constructor(context: CloudContext, arn: string, caller: () => Caller, position: Position | undefined) {
    this.#context = context
    this.#arn = arn
    this.#caller = caller
    this.#shard = position?.shardId
    this.#after = position?.sequenceNumber
  }

  /** Passes over everything that the stream holds. */
  async skipToEnd(): Promise<void> {
    while ((await this.next()).more);
  }

  /** The next records, oldest first; `more` where the stream may hold further ones. @throws AwsError */
  async next(): Promise<{ records: StreamRecord[]; more: boolean }> {
    while (this.#iterator !== undefined || (await this.#openShard())) {
      const records = await this.#read()
      if (records.length > 0) return { records, more: records.length === CALL_RECORDS || this.#exhausted }
      if (!this.#exhausted) break
    }
    return { records: [], more: false }
  }

  async #read(): Promise<StreamRecord[]> {
    const answer = await this.#getRecords().catch((error: unknown) => this.#leaveShard(error))
    if (!answer) return []
    const { Records = [], NextShardIterator } = answer
    this.#iterator = NextShardIterator
    this.#exhausted = NextShardIterator === undefined
    const records = Records.map((record) => streamRecord(record, this.#shard ?? '', this.#arn))
    this.#after = records.at(-1)?.sequenceNumber ?? this.#after
    return records
  }

  /** A shard of which nothing is left is gone itself: the oldest that there is comes next. */
  #leaveShard(error: unknown): undefined {
    if (!(error instanceof AwsError) || error.code !== 'ResourceNotFoundException') throw error
    this.#shard = undefined
    this.#iterator = undefined
    this.#exhausted = true
  }

  /** An iterator lives for 15 minutes: an idle stream is opened anew where it was left, or at the oldest record that it has. */
  async #getRecords(): Promise<GetRecordsCommandOutput> {
    const read = () =>
      this.#call<GetRecordsCommandInput, GetRecordsCommandOutput>('GetRecords', {
        ShardIterator: this.#iterator,
        Limit: CALL_RECORDS,
      })
    try {
      return await read()
    } catch (error) {
      if (isTrimmed(error)) this.#after = undefined
      else if (!(error instanceof AwsError) || error.code !== 'ExpiredIteratorException') throw error
      this.#iterator = await this.#iteratorOf(this.#shard ?? '')
      return read()
    }
  }

  /** Goes on in the shard that was left, or in the one after it where that was read to its end. Answers false where there is none. */
  async #openShard(): Promise<boolean> {
    const shards = await this.#shards()
    const left = shards.findIndex(({ ShardId }) => ShardId === this.#shard)
    const shard = shards[this.#exhausted ? left + 1 : Math.max(0, left)]?.ShardId
    if (shard === undefined) return false
    if (shard !== this.#shard) this.#after = undefined
    this.#shard = shard
    this.#exhausted = false
    this.#iterator = await this.#iteratorOf(shard)
    return this.#iterator !== undefined
  }

  async #iteratorOf(shard: string): Promise<string | undefined> {
    try {
      return await this.#iteratorAfter(shard)
    } catch (error) {
      if (!isTrimmed(error)) throw error
      // Lambda goes on at the trim horizon: what the stream has dropped, the function never sees.
      this.#after = undefined
      return this.#iteratorAfter(shard)
    }
  }

  async #iteratorAfter(shard: string): Promise<string | undefined> {
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
    return ShardIterator
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

const isTrimmed = (error: unknown): boolean => error instanceof AwsError && error.code === 'TrimmedDataAccessException'
