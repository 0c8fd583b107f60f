import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTableCloud, type TableCloud } from './support.ts'

let tables: TableCloud
let TableName: string

beforeAll(async () => {
  tables = await startTableCloud()
  TableName = await tables.table('items')
})
afterAll(() => tables.stop())

describe('PutItem and GetItem', () => {
  it('give back every type of value as it was put', async () => {
    const Item = {
      pk: { S: 'all types' },
      n: { N: '1.50' },
      b: { B: new Uint8Array([1, 2, 255]) },
      ss: { SS: ['a', 'b'] },
      ns: { NS: ['1', '2.5'] },
      bs: { BS: [new Uint8Array([3])] },
      m: { M: { deep: { L: [{ BOOL: true }, { NULL: true }, { B: new Uint8Array([9]) }] } } },
      empty: { S: '' },
    }
    await tables.db.send(new PutItemCommand({ TableName, Item }))
    const got = await tables.db.send(new GetItemCommand({ TableName, Key: { pk: { S: 'all types' } } }))
    expect(got.Item).toEqual({ ...Item, n: { N: '1.5' } })
  })

  it("give back a set's members in the order of their values", async () => {
    const sets = {
      ss: { SS: ['\u{1f600}', 'b', '\uff5e', '', 'a'] },
      ns: { NS: ['10', '9', '-1.5', '-10', '0'] },
      bs: { BS: [new Uint8Array([2]), new Uint8Array([]), new Uint8Array([1, 9])] },
    }
    const Key = { pk: { S: 'sets' } }
    await tables.db.send(new PutItemCommand({ TableName, Item: { ...Key, ...sets } }))
    await tables.db.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: 'ADD ns :n',
        ExpressionAttributeValues: { ':n': { NS: ['9.5'] } },
      }),
    )
    const { Item } = await tables.db.send(new GetItemCommand({ TableName, Key }))
    expect(Item).toEqual({
      ...Key,
      ss: { SS: ['', 'a', 'b', '\uff5e', '\u{1f600}'] },
      ns: { NS: ['-10', '-1.5', '0', '9', '9.5', '10'] },
      bs: { BS: [new Uint8Array([]), new Uint8Array([1, 9]), new Uint8Array([2])] },
    })
  })

  it('DynamoDB 2: a failed condition shows the item where ALL_OLD is asked', async () => {
    await tables.db.send(new PutItemCommand({ TableName, Item: { pk: { S: 'there' }, v: { N: '1' } } }))
    const again = new PutItemCommand({
      TableName,
      Item: { pk: { S: 'there' } },
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    const error = await tables.db.send(again).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ConditionalCheckFailedException)
    expect((error as ConditionalCheckFailedException).message).toBe('The conditional request failed')
    expect((error as ConditionalCheckFailedException).Item).toEqual({ pk: { S: 'there' }, v: { N: '1' } })
  })
})

describe('UpdateItem', () => {
  it('takes parentheses, nested functions and values from before', async () => {
    const Key = { pk: { S: 'composed' } }
    await tables.db.send(new PutItemCommand({ TableName, Item: { ...Key, c: { N: '10' } } }))
    const { Attributes } = await tables.db.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: 'SET c = (c - :v), d = c, l = list_append(if_not_exists(l, :none), :more)',
        ExpressionAttributeValues: { ':v': { N: '3' }, ':none': { L: [] }, ':more': { L: [{ S: 'x' }] } },
        ReturnValues: 'ALL_NEW',
      }),
    )
    expect(Attributes).toEqual({ ...Key, c: { N: '7' }, d: { N: '10' }, l: { L: [{ S: 'x' }] } })
  })

  it('sets, removes, adds and deletes in one expression', async () => {
    const Key = { pk: { S: 'updated' } }
    const Item = { ...Key, a: { N: '1' }, gone: { S: 'x' }, set: { SS: ['p', 'q'] }, list: { L: [{ N: '1' }] } }
    await tables.db.send(new PutItemCommand({ TableName, Item }))
    const { Attributes } = await tables.db.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression:
          'SET b = if_not_exists(b, :one) + a, #l = list_append(#l, :more) REMOVE gone ADD a :one DELETE #s :p',
        ExpressionAttributeNames: { '#l': 'list', '#s': 'set' },
        ExpressionAttributeValues: { ':one': { N: '1' }, ':more': { L: [{ N: '2' }] }, ':p': { SS: ['p'] } },
        ReturnValues: 'ALL_NEW',
      }),
    )
    expect(Attributes).toEqual({
      ...Key,
      a: { N: '2' },
      b: { N: '2' },
      set: { SS: ['q'] },
      list: { L: [{ N: '1' }, { N: '2' }] },
    })
  })

  it('DynamoDB 15: fails to set under a missing map, and appends beyond the end of a list', async () => {
    const Key = { pk: { S: 'paths' } }
    await tables.db.send(new PutItemCommand({ TableName, Item: { ...Key, l: { L: [{ S: 'a' }] } } }))
    const missing = new UpdateItemCommand({
      TableName,
      Key,
      UpdateExpression: 'SET m.n = :v',
      ExpressionAttributeValues: { ':v': { S: 'x' } },
    })
    await expect(tables.db.send(missing)).rejects.toThrow(
      'The document path provided in the update expression is invalid for update',
    )
    const { Attributes } = await tables.db.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: 'SET l[7] = :v',
        ExpressionAttributeValues: { ':v': { S: 'b' } },
        ReturnValues: 'ALL_NEW',
      }),
    )
    expect(Attributes?.l).toEqual({ L: [{ S: 'a' }, { S: 'b' }] })
  })

  it('DynamoDB 4: a failed condition on a missing item leaves no ghost', async () => {
    const Key = { pk: { S: 'ghost' } }
    const update = new UpdateItemCommand({
      TableName,
      Key,
      UpdateExpression: 'SET v = :v',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':v': { S: 'x' } },
    })
    await expect(tables.db.send(update)).rejects.toBeInstanceOf(ConditionalCheckFailedException)
    expect((await tables.db.send(new GetItemCommand({ TableName, Key }))).Item).toBeUndefined()
  })
})

describe('DeleteItem', () => {
  it('gives the old item, and succeeds where there is none', async () => {
    const Key = { pk: { S: 'deleted' } }
    await tables.db.send(new PutItemCommand({ TableName, Item: { ...Key, v: { S: 'x' } } }))
    const first = await tables.db.send(new DeleteItemCommand({ TableName, Key, ReturnValues: 'ALL_OLD' }))
    const second = await tables.db.send(new DeleteItemCommand({ TableName, Key, ReturnValues: 'ALL_OLD' }))
    expect(first.Attributes).toEqual({ ...Key, v: { S: 'x' } })
    expect(second.Attributes).toBeUndefined()
  })
})
