import {
  BatchWriteItemCommand,
  type ConsumedCapacity,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composite, startTableCloud, type TableCloud } from './support.ts'

let tables: TableCloud
const TableName = 'capacity'

beforeAll(async () => {
  tables = await startTableCloud()
  await tables.table(TableName, {
    ...composite,
    AttributeDefinitions: ['pk', 'sk', 'g', 'l'].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S' as const,
    })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'global',
        KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a'] },
      },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'local',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'l', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  })
})
afterAll(() => tables.stop())

/** Units of a table, a global and a local index. */
const units = (consumed: ConsumedCapacity | undefined) => [
  consumed?.Table?.CapacityUnits,
  consumed?.GlobalSecondaryIndexes?.global?.CapacityUnits,
  consumed?.LocalSecondaryIndexes?.local?.CapacityUnits,
]

const item = (pk: string, more: Record<string, { S: string }> = {}) => ({ pk: { S: pk }, sk: { S: '1' }, ...more })
const put = async (Item: Record<string, { S: string }>) => {
  const asked = new PutItemCommand({ TableName, Item, ReturnConsumedCapacity: 'INDEXES' })
  return units((await tables.db.send(asked)).ConsumedCapacity)
}
const update = async (pk: string, UpdateExpression: string, v?: string) => {
  const asked = new UpdateItemCommand({
    TableName,
    Key: item(pk),
    UpdateExpression,
    ...(v !== undefined && { ExpressionAttributeValues: { ':v': { S: v } } }),
    ReturnConsumedCapacity: 'INDEXES',
  })
  return units((await tables.db.send(asked)).ConsumedCapacity)
}

describe('DynamoDB 18: ConsumedCapacity', () => {
  it('counts a write to each index that it changes, and no index that it does not', async () => {
    expect(await put(item('a'))).toEqual([1, undefined, undefined])
    expect(await put(item('b', { g: { S: 'x' } }))).toEqual([1, 1, undefined])
    const full = item('c', { g: { S: 'x' }, l: { S: 'y' }, a: { S: '1' }, o: { S: '1' } })
    expect(await put(full)).toEqual([1, 1, 1])
    expect(await put(full)).toEqual([1, undefined, undefined])
    expect(await update('c', 'SET o = :v', '2')).toEqual([1, undefined, 1])
    expect(await update('c', 'SET a = :v', '2')).toEqual([1, 1, 1])
    expect(await update('c', 'SET g = :v', 'z')).toEqual([1, 2, 1])
    expect(await update('c', 'SET l = :v', 'z')).toEqual([1, undefined, 2])
    expect(await update('c', 'REMOVE g')).toEqual([1, 1, 1])
    const gone = await tables.db.send(
      new DeleteItemCommand({ TableName, Key: item('c'), ReturnConsumedCapacity: 'INDEXES' }),
    )
    expect(units(gone.ConsumedCapacity)).toEqual([1, undefined, 1])
  })

  it('counts the larger of the two sizes of an item, by kilobytes', async () => {
    const large = item('large', { v: { S: 'x'.repeat(3 * 1024) } })
    expect((await put(large))[0]).toBe(4)
    expect((await put(item('large')))[0]).toBe(4)
    expect((await put(item('large')))[0]).toBe(1)
  })

  it('counts reads by four kilobytes, half where they need not be consistent', async () => {
    await put(item('read', { v: { S: 'x'.repeat(5 * 1024) } }))
    const get = async (ConsistentRead: boolean) =>
      (
        await tables.db.send(
          new GetItemCommand({ TableName, Key: item('read'), ConsistentRead, ReturnConsumedCapacity: 'TOTAL' }),
        )
      ).ConsumedCapacity
    expect(await get(true)).toEqual({ TableName, CapacityUnits: 2 })
    expect(await get(false)).toEqual({ TableName, CapacityUnits: 1 })
    const query = new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': { S: 'nothing' } },
      ReturnConsumedCapacity: 'TOTAL',
    })
    expect((await tables.db.send(query)).ConsumedCapacity?.CapacityUnits).toBe(0.5)
  })

  it('counts a transaction twice, and its repetition as a read', async () => {
    const asked = new TransactWriteItemsCommand({
      TransactItems: [{ Put: { TableName, Item: item('t') } }],
      ClientRequestToken: 'once',
      ReturnConsumedCapacity: 'TOTAL',
    })
    const first = await tables.db.send(asked)
    expect(first.ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 2, WriteCapacityUnits: 2 }])
    const second = await tables.db.send(asked)
    expect(second.ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 2, ReadCapacityUnits: 2 }])
  })
})

it('ItemCollectionMetrics tell the size of a collection of a table with a local index', async () => {
  const asked = new PutItemCommand({ TableName, Item: item('m'), ReturnItemCollectionMetrics: 'SIZE' })
  expect((await tables.db.send(asked)).ItemCollectionMetrics).toEqual({
    ItemCollectionKey: { pk: { S: 'm' } },
    SizeEstimateRangeGB: [0, 1],
  })
})

it('ItemCollectionMetrics of a batch and of a transaction name collections from which nothing was deleted, too', async () => {
  const Key = { pk: { S: 'nothing' }, sk: { S: '1' } }
  const metrics = { [TableName]: [{ ItemCollectionKey: { pk: { S: 'nothing' } }, SizeEstimateRangeGB: [0, 1] }] }
  const asked = { ReturnItemCollectionMetrics: 'SIZE' } as const
  const batch = new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ DeleteRequest: { Key } }] }, ...asked })
  expect((await tables.db.send(batch)).ItemCollectionMetrics).toEqual(metrics)
  const transaction = new TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName, Key } }], ...asked })
  expect((await tables.db.send(transaction)).ItemCollectionMetrics).toEqual(metrics)
})
