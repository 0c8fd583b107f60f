import {
  GetItemCommand,
  IdempotentParameterMismatchException,
  PutItemCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTableCloud, type TableCloud } from './support.ts'

let tables: TableCloud
let TableName: string
let other: string

beforeAll(async () => {
  tables = await startTableCloud()
  TableName = await tables.table('first')
  other = await tables.table('second')
})
afterAll(() => tables.stop())

const write = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
  tables.db.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }))
const get = async (table: string, pk: string) =>
  (await tables.db.send(new GetItemCommand({ TableName: table, Key: { pk: { S: pk } } }))).Item
const failure = async (work: Promise<unknown>) => (await work.catch((error: unknown) => error)) as Error

describe('TransactWriteItems', () => {
  it('DynamoDB 1: writes to all tables or to none, with reasons by position', async () => {
    await tables.db.send(new PutItemCommand({ TableName: other, Item: { pk: { S: 'taken' }, v: { S: 'old' } } }))
    const error = await failure(
      write([
        { Put: { TableName, Item: { pk: { S: 'one' } } } },
        {
          Put: {
            TableName: other,
            Item: { pk: { S: 'taken' } },
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
        {
          Update: {
            TableName: other,
            Key: { pk: { S: 'three' } },
            UpdateExpression: 'SET v = :v',
            ExpressionAttributeValues: { ':v': { S: 'x' } },
          },
        },
      ]),
    )
    expect(error).toBeInstanceOf(TransactionCanceledException)
    expect(error.message).toBe(
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None]',
    )
    expect((error as TransactionCanceledException).CancellationReasons).toEqual([
      { Code: 'None' },
      {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        Item: { pk: { S: 'taken' }, v: { S: 'old' } },
      },
      { Code: 'None' },
    ])
    expect(await get(TableName, 'one')).toBeUndefined()
    expect(await get(other, 'three')).toBeUndefined()
  })

  it('DynamoDB 3: answers a repeated token without writing, for ten minutes', async () => {
    const add: TransactWriteItem[] = [
      {
        Update: {
          TableName,
          Key: { pk: { S: 'counter' } },
          UpdateExpression: 'ADD n :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        },
      },
    ]
    await write(add, 'token')
    await write(add, 'token')
    expect((await get(TableName, 'counter'))?.n).toEqual({ N: '1' })
    const mismatch = await failure(write([{ Delete: { TableName, Key: { pk: { S: 'counter' } } } }], 'token'))
    expect(mismatch).toBeInstanceOf(IdempotentParameterMismatchException)
    await tables.cloud.clock.advance(600_001)
    await write(add, 'token')
    expect((await get(TableName, 'counter'))?.n).toEqual({ N: '2' })
  })

  it('DynamoDB 5: rejects two actions on one item, 101 actions, and more than 4 MB', async () => {
    const put = (pk: string, more = {}): TransactWriteItem => ({
      Put: { TableName, Item: { pk: { S: pk }, ...more } },
    })
    await expect(write([put('same'), put('same')])).rejects.toThrow(
      'Transaction request cannot include multiple operations on one item',
    )
    await expect(write(Array.from({ length: 101 }, (_, at) => put(`n${at}`)))).rejects.toThrow(
      "at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100",
    )
    const large = Array.from({ length: 12 }, (_, at) => put(`l${at}`, { v: { S: 'x'.repeat(350_000) } }))
    await expect(write(large)).rejects.toMatchObject({ name: 'ValidationException' })
    expect(await get(TableName, 'l0')).toBeUndefined()
  })

  it('cancels with TransactionConflict where the fault plan says so, and writes nothing', async () => {
    tables.cloud.kernel.faults.use((point) => (point === 'dynamodb.transaction' ? 'conflict' : 'none'))
    const error = await failure(write([{ Put: { TableName, Item: { pk: { S: 'conflict' } } } }]))
    tables.cloud.kernel.faults.use(undefined)
    expect((error as TransactionCanceledException).CancellationReasons).toEqual([
      { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' },
    ])
    expect(await get(TableName, 'conflict')).toBeUndefined()
  })
})

describe('TransactGetItems', () => {
  it('gives items by position, an empty place for one that is missing, and two units each', async () => {
    await tables.db.send(new PutItemCommand({ TableName, Item: { pk: { S: 'read' }, v: { S: 'x' }, w: { S: 'y' } } }))
    const { Responses, ConsumedCapacity } = await tables.db.send(
      new TransactGetItemsCommand({
        TransactItems: [
          { Get: { TableName, Key: { pk: { S: 'missing' } } } },
          { Get: { TableName, Key: { pk: { S: 'read' } }, ProjectionExpression: 'v' } },
        ],
        ReturnConsumedCapacity: 'TOTAL',
      }),
    )
    expect(Responses).toEqual([{}, { Item: { v: { S: 'x' } } }])
    expect(ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 4, ReadCapacityUnits: 4 }])
  })

  it('gives an empty place for an item of which the projection leaves nothing', async () => {
    const Get = { TableName, Key: { pk: { S: 'bare' } }, ProjectionExpression: 'v' }
    await tables.db.send(new PutItemCommand({ TableName, Item: Get.Key }))
    const { Responses } = await tables.db.send(new TransactGetItemsCommand({ TransactItems: [{ Get }] }))
    expect(Responses).toEqual([{}])
  })
})
