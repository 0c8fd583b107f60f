import type {
  DescribeStreamCommandInput,
  DescribeStreamCommandOutput,
  GetRecordsCommandInput,
  GetRecordsCommandOutput,
  GetShardIteratorCommandInput,
  GetShardIteratorCommandOutput,
  ListStreamsCommandInput,
  ListStreamsCommandOutput,
} from '@aws-sdk/client-dynamodb-streams'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { Constraints } from '../constraints.ts'
import { invalid, invalidParameter } from '../errors.ts'
import type { Model } from '../model.ts'
import { keySchema } from '../tables/describe.ts'
import { iteratorText, placeOf, shardOf, streamNotFound } from './iterators.ts'
import { recordShape } from './record-shape.ts'
import { type Shard, type StreamState, seqOf, sequenceNumber } from './stream.ts'

const MAX_RECORDS = 1000
const MAX_ANSWER_BYTES = 1024 * 1024
const MAX_LISTED = 100

/** @throws AwsError where the text is no stream's ARN, rather than that of a stream that is not there */
function checkStreamArn(arn: string): void {
  if (!/^arn:[^:]+:dynamodb:[^:]+:[0-9]+:table\/[^/]+\/stream\/.+$/.test(arn)) throw invalid('Invalid StreamArn')
}

const named = (model: Model, arn: string | undefined): StreamState => {
  new Constraints().present('streamArn', arn).length('streamArn', arn, 37, 1024).done()
  checkStreamArn(arn as string)
  const state = model.streams.byArn(arn as string)
  if (!state) throw streamNotFound(arn as string)
  return state
}

const describeStream = (model: Model): Action =>
  action<DescribeStreamCommandInput, DescribeStreamCommandOutput>({
    accepts: ['StreamArn', 'Limit', 'ExclusiveStartShardId', 'ShardFilter'],
    access: (input) => [{ action: 'dynamodb:DescribeStream', resource: input.StreamArn ?? '' }],
    run(input) {
      new Constraints()
        .between('limit', input.Limit, 1)
        .oneOf('shardFilter.type', input.ShardFilter?.Type, ['CHILD_SHARDS'])
        .done()
      const state = named(model, input.StreamArn)
      const filter = input.ShardFilter?.ShardId
      const wanted = filter === undefined ? state.shards : state.shards.filter(({ parent }) => parent === filter)
      const start = wanted.findIndex(({ id }) => id === input.ExclusiveStartShardId) + 1
      const shards = wanted.slice(start, start + Math.min(input.Limit ?? MAX_LISTED, MAX_LISTED))
      return {
        StreamDescription: {
          StreamArn: state.arn,
          StreamLabel: state.label,
          StreamStatus: state.status,
          StreamViewType: state.view,
          CreationRequestDateTime: new Date(state.createdAt),
          TableName: state.tableName,
          KeySchema: keySchema(state.key),
          Shards: shards.map(shardShape),
          ...(start + shards.length < wanted.length && { LastEvaluatedShardId: shards.at(-1)?.id }),
        },
      }
    },
  })

const shardShape = ({ id, parent, start, end }: Shard) => ({
  ShardId: id,
  ...(parent !== undefined && { ParentShardId: parent }),
  SequenceNumberRange: {
    StartingSequenceNumber: sequenceNumber(start + 1),
    ...(end !== undefined && { EndingSequenceNumber: sequenceNumber(end) }),
  },
})

const listStreams = (model: Model): Action =>
  action<ListStreamsCommandInput, ListStreamsCommandOutput>({
    accepts: ['TableName', 'Limit', 'ExclusiveStartStreamArn'],
    access: () => [{ action: 'dynamodb:ListStreams', resource: '*' }],
    run(input) {
      new Constraints().between('limit', input.Limit, 1, MAX_LISTED).length('tableName', input.TableName, 3, 255).done()
      const { TableName: table, ExclusiveStartStreamArn: after } = input
      if (after !== undefined) checkStreamArn(after)
      const streams = model.streams.all().filter(({ tableName }) => table === undefined || tableName === table)
      const start = streams.findIndex(({ arn }) => arn === after) + 1
      const listed = streams.slice(start, start + Math.min(input.Limit ?? MAX_LISTED, MAX_LISTED))
      return {
        Streams: listed.map(({ arn, tableName, label }) => ({
          StreamArn: arn,
          TableName: tableName,
          StreamLabel: label,
        })),
        ...(start + listed.length < streams.length && { LastEvaluatedStreamArn: listed.at(-1)?.arn }),
      }
    },
  })

const getShardIterator = (model: Model): Action =>
  action<GetShardIteratorCommandInput, GetShardIteratorCommandOutput>({
    accepts: ['StreamArn', 'ShardId', 'ShardIteratorType', 'SequenceNumber'],
    access: (input) => [{ action: 'dynamodb:GetShardIterator', resource: input.StreamArn ?? '' }],
    run(input) {
      new Constraints()
        .present('shardId', input.ShardId)
        .length('shardId', input.ShardId, 28, 65)
        .length('sequenceNumber', input.SequenceNumber, 21, 40)
        .present('shardIteratorType', input.ShardIteratorType)
        .oneOf('shardIteratorType', input.ShardIteratorType, [
          'AT_SEQUENCE_NUMBER',
          'TRIM_HORIZON',
          'AFTER_SEQUENCE_NUMBER',
          'LATEST',
        ])
        .done()
      const state = named(model, input.StreamArn)
      const shard = shardOf(state, input.ShardId)
      const place = { arn: state.arn, shard: shard.id, after: startOf(model, state, shard, input) }
      return { ShardIterator: iteratorText(place, model.context.kernel.clock.now()) }
    },
  })

/** The number after which an iterator of the asked type begins. */
function startOf(model: Model, state: StreamState, shard: Shard, input: GetShardIteratorCommandInput): number {
  const isAt = input.ShardIteratorType === 'AT_SEQUENCE_NUMBER' || input.ShardIteratorType === 'AFTER_SEQUENCE_NUMBER'
  if (!isAt && input.SequenceNumber !== undefined)
    throw invalidParameter('SequenceNumber should not be passed for this iterator type')
  const trimPoint = model.streams.trimPoint(state)
  if (input.ShardIteratorType === 'TRIM_HORIZON') return Math.max(shard.start, trimPoint)
  if (input.ShardIteratorType === 'LATEST') return shard.end ?? model.streams.newest
  if (input.SequenceNumber === undefined) throw invalidParameter('Invalid SequenceNumber')
  const seq = seqOf(input.SequenceNumber)
  // Where a shard starts may be asked for before it has a record.
  const last = Math.max(shard.end ?? model.streams.newest, shard.start + 1)
  if (seq === undefined || seq <= shard.start || seq > last)
    throw new AwsError(
      'ValidationException',
      `Invalid SequenceNumber ${input.SequenceNumber}: it is not in the range of the shard`,
    )
  if (seq <= trimPoint) throw trimmed()
  return input.ShardIteratorType === 'AT_SEQUENCE_NUMBER' ? seq - 1 : seq
}

/** Not to be met at the tip or the trim horizon: only by whoever names, or was at, a record that is gone. */
const trimmed = (): AwsError =>
  new AwsError(
    'TrimmedDataAccessException',
    'The operation attempted to read past the oldest stream record in a shard.',
  )

const getRecords = (model: Model): Action =>
  action<GetRecordsCommandInput, GetRecordsCommandOutput>({
    accepts: ['ShardIterator', 'Limit'],
    access: (input) => [{ action: 'dynamodb:GetRecords', resource: input.ShardIterator?.split('|')[0] ?? '' }],
    run(input) {
      new Constraints()
        .present('shardIterator', input.ShardIterator)
        .between('limit', input.Limit, 1, MAX_RECORDS)
        .done()
      const now = model.context.kernel.clock.now()
      const place = placeOf(input.ShardIterator as string, now)
      const state = named(model, place.arn)
      const shard = shardOf(state, place.shard)
      if (place.after < Math.min(model.streams.trimPoint(state), shard.end ?? Number.MAX_SAFE_INTEGER)) throw trimmed()
      const stored = model.streams.read(state, shard, place.after, input.Limit ?? MAX_RECORDS)
      let bytes = 0
      const records = stored.filter(({ size }, at) => {
        bytes += size
        return at === 0 || bytes <= MAX_ANSWER_BYTES
      })
      // Whoever has read all goes on at the shard's tip: what it read may be trimmed without its missing anything.
      const isTip = records.length === stored.length && stored.length < (input.Limit ?? MAX_RECORDS)
      const after = isTip ? Math.max(place.after, model.streams.newest) : (records.at(-1)?.seq ?? place.after)
      const isEnd = shard.end !== undefined && (after >= shard.end || records.length === 0)
      return {
        Records: records.map((record) => recordShape(state, record, model.context.region)),
        ...(!isEnd && { NextShardIterator: iteratorText({ ...place, after }, now) }),
      }
    },
  })

export const streamActions = (model: Model): Record<string, Action> => ({
  DescribeStream: describeStream(model),
  ListStreams: listStreams(model),
  GetShardIterator: getShardIterator(model),
  GetRecords: getRecords(model),
})
