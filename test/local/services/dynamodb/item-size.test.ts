import {
  type AttributeValue,
  BatchWriteItemCommand,
  PutItemCommand,
  type TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTableCloud, type TableCloud } from './support.ts'

const MAX_BYTES = 409_600
const TOO_LARGE = 'Item size has exceeded the maximum allowed size'
const TOO_LARGE_UPDATE = 'Item size to update has exceeded the maximum allowed size'

let tables: TableCloud
let TableName: string

beforeAll(async () => {
  tables = await startTableCloud()
  TableName = await tables.table('sizes')
})
afterAll(() => tables.stop())

const Key = { pk: { S: 'K' } }
const text = (bytes: number): AttributeValue => ({ S: 'y'.repeat(bytes) })
/** An item of exactly so many bytes. */
const item = (bytes: number) => ({ ...Key, p: text(bytes - 'pkKp'.length) })

describe('DynamoDB 17: an item has 400 KB at most', () => {
  it.each([
    ['PutItem', (bytes: number) => new PutItemCommand({ TableName, Item: item(bytes) })],
    [
      'BatchWriteItem',
      (bytes: number) =>
        new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: item(bytes) } }] } }),
    ],
    [
      'TransactWriteItems',
      (bytes: number) => new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: item(bytes) } }] }),
    ],
  ])('by %s', async (_name, command) => {
    const send = (bytes: number) => tables.db.send(command(bytes) as PutItemCommand)
    await send(MAX_BYTES)
    await expect(send(MAX_BYTES + 1)).rejects.toThrow(TOO_LARGE)
  })

  it('by an update in a transaction, which is cancelled', async () => {
    const send = (bytes: number) => {
      const set = { UpdateExpression: 'SET p = :p', ExpressionAttributeValues: { ':p': item(bytes).p } }
      return tables.db.send(new TransactWriteItemsCommand({ TransactItems: [{ Update: { TableName, Key, ...set } }] }))
    }
    await send(MAX_BYTES)
    const error = await send(MAX_BYTES + 1).catch((thrown: unknown) => thrown)
    expect((error as TransactionCanceledException).CancellationReasons).toEqual([
      { Code: 'ValidationError', Message: TOO_LARGE_UPDATE },
    ])
  })
})

describe('UpdateItem counts the request too', () => {
  const one = { N: '1' }
  const list = (...elements: AttributeValue[]): AttributeValue => ({ L: elements })

  /** Bytes beside those of `b`'s value, recorded from AWS: 3 for the update, 19 and the name for `SET b = :pad`. */
  const PAD = 3 + 19 + 'b'.length

  it.each<[string, Record<string, AttributeValue>, number]>([
    ['', {}, 0],
    ['SET c = abcdefghij', { abcdefghij: text(10) }, 20 + 15 + 10],
    ['SET c = m.z', { m: { M: { z: text(10) } } }, 20 + 1 + 15 + 15],
    ['SET c = l[0]', { l: list(text(10)) }, 20 + 1 + 15 + 15],
    ['SET l = list_append(l, :list)', { l: list(one) }, 20 + 37 + 16 + (3 + 1 + 10)],
    ['SET n = n + :one', { n: { N: '12345678901234567890' } }, 20 + 34 + 16 + 2],
    ['SET n = n - :one', { n: one }, 20 + 37 + 16 + 2],
    ['SET c = if_not_exists(c, :text)', {}, 20 + 39 + 16 + 10],
    ['SET l[0] = :text', { l: list(one) }, 20 + 5 + 10],
    ['ADD n :one', { n: one }, 20 + 2],
    ['REMOVE abcdefghij', {}, 1 + 10],
    ['REMOVE l[1]', { l: list(one, one) }, 1 + 1 + 5],
    ['DELETE abcdefghij :set', { abcdefghij: { SS: ['a', 'b'] } }, 1 + 10],
  ])('beside a SET: %s', async (clause, before, charge) => {
    const values: Record<string, AttributeValue> = {
      ...{ ':one': one, ':text': text(10), ':list': list(text(10)), ':set': { SS: ['a'] } },
    }
    const used = Object.entries(values).filter(([name]) => clause.includes(name))
    const UpdateExpression = clause.startsWith('SET') ? `SET b = :pad, ${clause.slice(4)}` : `SET b = :pad ${clause}`
    const send = async (bytes: number) => {
      await tables.db.send(new PutItemCommand({ TableName, Item: { ...Key, ...before } }))
      const ExpressionAttributeValues = { ...Object.fromEntries(used), ':pad': text(bytes) }
      await tables.db.send(new UpdateItemCommand({ TableName, Key, UpdateExpression, ExpressionAttributeValues }))
    }
    await send(MAX_BYTES - PAD - charge)
    await expect(send(MAX_BYTES - PAD - charge + 1)).rejects.toThrow(TOO_LARGE_UPDATE)
  })

  it('before its condition', async () => {
    const update = {
      UpdateExpression: 'SET c = if_not_exists(pk, :c)',
      ExpressionAttributeValues: { ':c': text(409_700) },
    }
    const ConditionExpression = 'attribute_exists(nope)'
    await expect(
      tables.db.send(new UpdateItemCommand({ TableName, Key, ...update, ConditionExpression })),
    ).rejects.toThrow(TOO_LARGE_UPDATE)
  })
})
