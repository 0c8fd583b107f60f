import {
  DeleteItemCommand,
  DescribeTableCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type ShardIteratorType,
  type StreamViewType,
} from '@aws-sdk/client-dynamodb-streams'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DynamoDbStreams } from '../../../../local/services/dynamodb/index.ts'
import { startTableCloud, type TableCloud } from './support.ts'

let tables: TableCloud

beforeAll(async () => {
  tables = await startTableCloud()
})
afterAll(() => tables.stop())

const streamed = (name: string, StreamViewType: StreamViewType = 'NEW_AND_OLD_IMAGES') =>
  tables.table(name, { StreamSpecification: { StreamEnabled: true, StreamViewType } })

const streamArn = async (TableName: string) =>
  (await tables.db.send(new DescribeTableCommand({ TableName }))).Table?.LatestStreamArn as string

/** All records of a table's stream, through all of its shards. */
async function records(TableName: string) {
  const StreamArn = await streamArn(TableName)
  const { StreamDescription } = await tables.streams.send(new DescribeStreamCommand({ StreamArn }))
  const all = []
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    let { ShardIterator } = await tables.streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    )
    while (ShardIterator) {
      const page = await tables.streams.send(new GetRecordsCommand({ ShardIterator }))
      all.push(...(page.Records ?? []))
      ShardIterator = page.Records?.length ? page.NextShardIterator : undefined
    }
  }
  return all
}

const put = (TableName: string, pk: string, v: string) =>
  tables.db.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, v: { S: v } } }))

describe('records', () => {
  it('DynamoDB 7: INSERT, MODIFY and REMOVE carry their images, and a write without change leaves no record', async () => {
    const TableName = await streamed('kinds')
    const Key = { pk: { S: 'a' } }
    await tables.db.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: 'SET v = :v',
        ExpressionAttributeValues: { ':v': { S: '1' } },
      }),
    )
    await put(TableName, 'a', '1')
    await put(TableName, 'a', '2')
    await tables.db.send(new DeleteItemCommand({ TableName, Key }))
    await tables.db.send(new DeleteItemCommand({ TableName, Key }))
    const image = (v: string) => ({ ...Key, v: { S: v } })
    expect(
      (await records(TableName)).map(({ eventName, dynamodb }) => [eventName, dynamodb?.OldImage, dynamodb?.NewImage]),
    ).toEqual([
      ['INSERT', undefined, image('1')],
      ['MODIFY', image('1'), image('2')],
      ['REMOVE', image('2'), undefined],
    ])
  })

  it.each([
    ['KEYS_ONLY', undefined, undefined],
    ['NEW_IMAGE', undefined, '2'],
    ['OLD_IMAGE', '1', undefined],
    ['NEW_AND_OLD_IMAGES', '1', '2'],
  ] as const)('DynamoDB 7: the view %s decides which images a record has', async (view, old, next) => {
    const TableName = await streamed(`view-${view}`, view)
    await put(TableName, 'a', '1')
    await put(TableName, 'a', '2')
    const last = (await records(TableName)).at(-1)
    expect(last?.dynamodb?.Keys).toEqual({ pk: { S: 'a' } })
    expect(last?.dynamodb?.OldImage?.v?.S).toBe(old)
    expect(last?.dynamodb?.NewImage?.v?.S).toBe(next)
  })

  it('DynamoDB 8: a transaction leaves one record a write, and none where it is cancelled', async () => {
    const TableName = await streamed('transactions')
    const items = ['a', 'b'].map((pk) => ({ Put: { TableName, Item: { pk: { S: pk } } } }))
    const check = {
      ConditionCheck: { TableName, Key: { pk: { S: 'c' } }, ConditionExpression: 'attribute_exists(pk)' },
    }
    await expect(tables.db.send(new TransactWriteItemsCommand({ TransactItems: [...items, check] }))).rejects.toThrow()
    expect(await records(TableName)).toEqual([])
    await tables.db.send(new TransactWriteItemsCommand({ TransactItems: items }))
    expect((await records(TableName)).map(({ dynamodb }) => dynamodb?.Keys?.pk?.S)).toEqual(['a', 'b'])
  })

  it('DynamoDB 9: an expired item stays readable until it is swept, and its REMOVE names the service', async () => {
    const TableName = await streamed('expiry')
    const specification = { AttributeName: 'ttl', Enabled: true }
    await tables.db.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: specification }))
    const expires = Math.floor(tables.cloud.clock.now() / 1000) + 60
    const Item = { pk: { S: 'a' }, ttl: { N: String(expires) } }
    await tables.db.send(new PutItemCommand({ TableName, Item }))
    await tables.cloud.clock.advance(120_000)
    expect((await records(TableName)).map(({ eventName }) => eventName)).toEqual(['INSERT'])
    await tables.cloud.clock.advance(3_600_000)
    const last = (await records(TableName)).at(-1)
    expect(last?.eventName).toBe('REMOVE')
    expect(last?.dynamodb?.OldImage).toEqual(Item)
    expect(last?.userIdentity).toEqual({ Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' })
  })

  it('DynamoDB 10: the ARN carries a label of the time, and times are whole seconds', async () => {
    const TableName = await streamed('label')
    expect(await streamArn(TableName)).toMatch(/:table\/label\/stream\/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/)
    await tables.cloud.clock.advance(1_234)
    await put(TableName, 'a', '1')
    const [record] = await records(TableName)
    expect((record?.dynamodb?.ApproximateCreationDateTime?.getTime() ?? 1) % 1000).toBe(0)
    expect(record?.eventVersion).toBe('1.1')
  })

  it('are gone after 24 hours', async () => {
    const TableName = await streamed('trimmed')
    await put(TableName, 'a', '1')
    await tables.cloud.clock.advance(24 * 3_600_000 + 1)
    await put(TableName, 'b', '1')
    expect((await records(TableName)).map(({ dynamodb }) => dynamodb?.Keys?.pk?.S)).toEqual(['b'])
  })
})

describe('iterators', () => {
  it('before a record that was trimmed are refused, by name and on the way; the tip is not', async () => {
    const TableName = await streamed('horizon')
    await put(TableName, 'a', '1')
    const StreamArn = await streamArn(TableName)
    const { StreamDescription } = await tables.streams.send(new DescribeStreamCommand({ StreamArn }))
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId
    const [{ dynamodb: { SequenceNumber } = {} } = {}] = await records(TableName)
    const open = async (position: { ShardIteratorType: ShardIteratorType; SequenceNumber?: string | undefined }) =>
      (await tables.streams.send(new GetShardIteratorCommand({ StreamArn, ShardId, ...position }))).ShardIterator
    const read = (ShardIterator: string | undefined) => tables.streams.send(new GetRecordsCommand({ ShardIterator }))
    await tables.cloud.clock.advance(24 * 3_600_000 - 600_000)
    const early = await open({ ShardIteratorType: 'TRIM_HORIZON' })
    const tip = (await read(early)).NextShardIterator
    await tables.cloud.clock.advance(600_001)
    const past = {
      name: 'TrimmedDataAccessException',
      message: expect.stringContaining('past the oldest stream record'),
    }
    await expect(read(early)).rejects.toMatchObject(past)
    for (const ShardIteratorType of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'] as const)
      await expect(open({ ShardIteratorType, SequenceNumber })).rejects.toMatchObject(past)
    for (const iterator of [tip, await open({ ShardIteratorType: 'TRIM_HORIZON' })])
      expect((await read(iterator)).Records ?? []).toEqual([])
    await put(TableName, 'b', '1')
    expect((await records(TableName)).map(({ dynamodb }) => dynamodb?.Keys?.pk?.S)).toEqual(['b'])
  })

  it('of each type begin where they say', async () => {
    const TableName = await streamed('iterators')
    const StreamArn = await streamArn(TableName)
    for (const pk of ['a', 'b', 'c']) await put(TableName, pk, '1')
    const all = await records(TableName)
    const { StreamDescription } = await tables.streams.send(new DescribeStreamCommand({ StreamArn }))
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId
    const SequenceNumber = all[1]?.dynamodb?.SequenceNumber
    const from = async (
      ShardIteratorType: 'TRIM_HORIZON' | 'LATEST' | 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER',
    ) => {
      const { ShardIterator } = await tables.streams.send(
        new GetShardIteratorCommand({
          StreamArn,
          ShardId,
          ShardIteratorType,
          ...(ShardIteratorType.endsWith('NUMBER') && { SequenceNumber }),
        }),
      )
      const { Records } = await tables.streams.send(new GetRecordsCommand({ ShardIterator }))
      return Records?.map(({ dynamodb }) => dynamodb?.Keys?.pk?.S).join('')
    }
    expect(await from('TRIM_HORIZON')).toBe('abc')
    expect(await from('AT_SEQUENCE_NUMBER')).toBe('bc')
    expect(await from('AFTER_SEQUENCE_NUMBER')).toBe('c')
    expect(await from('LATEST')).toBe('')
  })

  it.each([
    ['LATEST', '100000000000000000001', 'SequenceNumber should not be passed for this iterator type'],
    ['AT_SEQUENCE_NUMBER', undefined, 'Invalid SequenceNumber'],
    [
      'AFTER_SEQUENCE_NUMBER',
      '5',
      "Value '5' at 'sequenceNumber' failed to satisfy constraint: Member must have length",
    ],
    ['AFTER_SEQUENCE_NUMBER', '199999999999999999999', 'it is not in the range of the shard'],
  ] as const)('of type %s do not begin at %s', async (ShardIteratorType, SequenceNumber, message) => {
    const StreamArn = await streamArn(await streamed(`refused-${ShardIteratorType}-${SequenceNumber}`))
    const { StreamDescription } = await tables.streams.send(new DescribeStreamCommand({ StreamArn }))
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId
    const asked = new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType, SequenceNumber })
    await expect(tables.streams.send(asked)).rejects.toThrow(message)
  })

  it('are whole or none, and shards are filtered in one way', async () => {
    const StreamArn = await streamArn(await streamed('whole'))
    const { StreamDescription } = await tables.streams.send(new DescribeStreamCommand({ StreamArn }))
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId
    const { ShardIterator = '' } = await tables.streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'LATEST' }),
    )
    await expect(tables.streams.send(new GetRecordsCommand({ ShardIterator: `${ShardIterator}x` }))).rejects.toThrow(
      'Invalid ShardIterator',
    )
    const ShardFilter = { Type: 'SOME' as 'CHILD_SHARDS', ShardId }
    await expect(tables.streams.send(new DescribeStreamCommand({ StreamArn, ShardFilter }))).rejects.toThrow(
      "Value 'SOME' at 'shardFilter.type' failed to satisfy constraint: Member must satisfy enum value set: [CHILD_SHARDS]",
    )
  })

  it('of a closed shard end, and a shard that was open for four hours has a child', async () => {
    const TableName = await streamed('shards')
    await put(TableName, 'a', '1')
    await tables.cloud.clock.advance(4 * 3_600_000)
    await put(TableName, 'b', '1')
    const StreamArn = await streamArn(TableName)
    const describe = () => tables.streams.send(new DescribeStreamCommand({ StreamArn }))
    const [parent, child] = (await describe()).StreamDescription?.Shards ?? []
    expect(parent?.SequenceNumberRange?.EndingSequenceNumber).toBeDefined()
    expect(child?.ParentShardId).toBe(parent?.ShardId)
    expect((await records(TableName)).map(({ dynamodb }) => dynamodb?.Keys?.pk?.S)).toEqual(['a', 'b'])
    const off = { StreamEnabled: false }
    await tables.db.send(new UpdateTableCommand({ TableName, StreamSpecification: off }))
    expect((await describe()).StreamDescription?.StreamStatus).toBe('DISABLED')
  })
})

it('onRecords tells of a write once, and causeOf gives its journal entry', async () => {
  const TableName = await streamed('listened')
  const arn = await streamArn(TableName)
  const streams = tables.cloud.context.service<DynamoDbStreams>('streams')
  let told = 0
  const stop = streams.onRecords(arn, () => {
    told += 1
  })
  const items = ['a', 'b'].map((pk) => ({ Put: { TableName, Item: { pk: { S: pk } } } }))
  await tables.db.send(new TransactWriteItemsCommand({ TransactItems: items }))
  expect(told).toBe(1)
  stop()
  await put(TableName, 'c', '1')
  expect(told).toBe(1)
  const [record] = await records(TableName)
  const entry = streams.causeOf(arn, record?.dynamodb?.SequenceNumber as string)
  const [written] = tables.cloud.kernel.journal.entries(({ seq }) => seq === entry)
  expect(written?.kind).toBe('api')
})

it('ListStreams lists the streams of a table', async () => {
  const TableName = await streamed('listed')
  const { Streams } = await tables.streams.send(new ListStreamsCommand({ TableName }))
  expect(Streams?.map(({ StreamArn }) => StreamArn)).toEqual([await streamArn(TableName)])
})
