import {
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTableCloud, type TableCloud } from './support.ts'

let tables: TableCloud
const TableName = 'behaviours'
beforeAll(async () => {
  tables = await startTableCloud()
  await tables.table(TableName)
})
afterAll(() => tables.stop())

const put = (more: Partial<PutItemCommandInput>) =>
  tables.db.send(new PutItemCommand({ TableName, Item: { pk: { S: 'a' } }, ...more }))

describe('DynamoDB, where emulators go wrong', () => {
  it('DynamoDB 6: redundant parentheses are refused in a condition, in a transaction too', async () => {
    const ConditionExpression = '((attribute_not_exists(pk)))'
    const refusal = 'Invalid ConditionExpression: The expression has redundant parentheses;'
    await expect(put({ ConditionExpression })).rejects.toThrow(refusal)
    const action = { Put: { TableName, Item: { pk: { S: 'a' } }, ConditionExpression } }
    await expect(tables.db.send(new TransactWriteItemsCommand({ TransactItems: [action] }))).rejects.toThrow(refusal)
    await put({ ConditionExpression: '(attribute_not_exists(pk))' })
  })

  it('DynamoDB 12: an empty text or binary is a value, but no key', async () => {
    const Item = { pk: { S: 'empty' }, text: { S: '' }, bytes: { B: new Uint8Array() } }
    await put({ Item })
    const { Item: kept } = await tables.db.send(new GetItemCommand({ TableName, Key: { pk: Item.pk } }))
    expect(kept).toEqual(Item)
    await expect(put({ Item: { pk: { S: '' } } })).rejects.toThrow(
      'The AttributeValue for a key attribute cannot contain an empty string value. Key: pk',
    )
  })

  it.each([
    ['text', { SS: [] }, 'An string set  may not be empty'],
    ['number', { M: { in: { L: [{ NS: [] }] } } }, 'An number set  may not be empty'],
  ])('DynamoDB 12: an empty %s set is refused, nested too', async (_kind, v, refusal) => {
    await expect(put({ Item: { pk: { S: 'a' }, v } })).rejects.toThrow(refusal)
  })

  it('DynamoDB 16: a bad table name is told alone, wrong words of the options together, both before the expressions', async () => {
    const wrong = {
      ReturnValues: 'X',
      ReturnConsumedCapacity: 'Y',
      ConditionExpression: '((',
    } as unknown as Partial<PutItemCommandInput>
    const named = put({ ...wrong, TableName: 'b!' })
    await expect(named).rejects.toThrow(/^1 validation error detected: Value 'b!' at 'tableName'/)
    await expect(put(wrong)).rejects.toThrow(
      /^2 validation errors detected: .*'Y' at 'returnConsumedCapacity'.*; .* enum value set: \[ALL_OLD, /,
    )
    await expect(put({ ConditionExpression: '((' })).rejects.toThrow('Invalid ConditionExpression: Syntax error')
  })
})
