import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composite, startTableCloud, type TableCloud } from './support.ts'

/** Texts recorded from AWS in October 2026, when some actions told of bad requests in new words and some in old. */

let tables: TableCloud
let TableName: string
const Key = { pk: { S: 'k' } }

beforeAll(async () => {
  tables = await startTableCloud()
  TableName = await tables.table('messages')
})
afterAll(() => tables.stop())

const messageOf = (command: object): Promise<string> =>
  tables.db.send(command as never).then(
    () => 'accepted',
    (error: Error) => error.message,
  )

const one = (message: string) => `1 validation error detected: ${message}`
const put = (v: AttributeValue) => messageOf(new PutItemCommand({ TableName, Item: { ...Key, v } }))
const batchPut = (v: AttributeValue) =>
  messageOf(new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: { ...Key, v } } }] } }))

function nested(levels: number): AttributeValue {
  let value: AttributeValue = { S: 'leaf' }
  for (let level = 0; level < levels; level++) value = { M: { n: value } }
  return value
}

const NOT_NUMERIC = 'The parameter cannot be converted to a numeric value'
const OVERFLOW = 'Number overflow. Attempting to store a number with magnitude larger than supported range'
const UNDERFLOW = 'Number underflow. Attempting to store a number with magnitude smaller than supported range'

describe('a bad number', () => {
  it.each([
    ['1e99999999999', OVERFLOW],
    ['1e-99999999999', UNDERFLOW],
    ['1e9223372036854775808', `${NOT_NUMERIC}: 1e9223372036854775808`],
    ['0e126', OVERFLOW],
    ['0e-131', UNDERFLOW],
    ['', `${NOT_NUMERIC}: `],
    [' 1', `${NOT_NUMERIC}:  1`],
    ['NaN', `${NOT_NUMERIC}: NaN`],
    ['1'.repeat(39), 'Attempting to store more than 38 significant digits in a Number'],
  ])('%s is told by PutItem inside an envelope', async (n, message) => {
    expect(await put({ N: n })).toBe(one(message))
  })

  it('written as zero with a large exponent is zero', async () => {
    expect(await put({ N: '0e125' })).toBe('accepted')
    const { Item } = await tables.db.send(new GetItemCommand({ TableName, Key }))
    expect(Item?.v).toEqual({ N: '0' })
  })

  it('is told bare by reads, and by a batch of writes in the older words', async () => {
    const bad = { pk: { N: '' } }
    expect(await messageOf(new GetItemCommand({ TableName, Key: bad }))).toBe(`${NOT_NUMERIC}: `)
    expect(await messageOf(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [bad] } } }))).toBe(
      `${NOT_NUMERIC}: `,
    )
    expect(await batchPut({ N: '' })).toBe(NOT_NUMERIC)
  })

  it('with an exponent next to 32 bits turns over in the older code', async () => {
    expect(await put({ N: '1e2147483647' })).toBe(one(OVERFLOW))
    expect(await batchPut({ N: '1e2147483646' })).toBe(OVERFLOW)
    expect(await batchPut({ N: '1e2147483647' })).toBe(UNDERFLOW)
    expect(await batchPut({ N: '1e2147483648' })).toBe(`${NOT_NUMERIC}: 1e2147483648`)
  })

  it('in a value of an expression is told with the value only by the older actions', async () => {
    const values = { ExpressionAttributeValues: { ':v': { N: 'abc' } } }
    const update = { TableName, Key, UpdateExpression: 'SET n = :v', ...values }
    expect(await messageOf(new UpdateItemCommand(update))).toBe(one(`${NOT_NUMERIC}: abc`))
    const wrapped = `ExpressionAttributeValues contains invalid value: ${NOT_NUMERIC}: abc for key :v`
    expect(await messageOf(new TransactWriteItemsCommand({ TransactItems: [{ Update: update }] }))).toBe(wrapped)
    expect(await messageOf(new ScanCommand({ TableName, FilterExpression: 'n = :v', ...values }))).toBe(wrapped)
    const query = { TableName, KeyConditionExpression: 'pk = :v', ...values }
    expect(await messageOf(new QueryCommand(query))).toBe(`${NOT_NUMERIC}: abc`)
  })
})

describe('a set that has a member twice', () => {
  const prefix = 'One or more parameter values were invalid: Input collection'
  const bytes = (...values: number[]) => values.map((value) => new Uint8Array([value]))

  it('is told in the order in which the current code collects it', async () => {
    expect(await put({ SS: ['b', 'a', 'b', 'c'] })).toBe(one(`${prefix} ["a", "b", "b", "c"] contains duplicates.`))
    expect(await put({ BS: bytes(255, 0, 0) })).toBe(
      one(`${prefix} ["AA==","/w==","AA=="]of type BS contains duplicates.`),
    )
    expect(await put({ NS: ['2', '1', '2.0'] })).toBe(one(`${prefix} contains duplicates.`))
  })

  it('is told as it came by the older code', async () => {
    expect(await batchPut({ SS: ['b', 'a', 'b'] })).toBe(`${prefix} [b, a, b] contains duplicates.`)
    expect(await batchPut({ BS: bytes(255, 0, 0) })).toBe(`${prefix} [/w==, AA==, AA==]of type BS contains duplicates.`)
    expect(await batchPut({ NS: ['2', '1', '2'] })).toBe('Input collection contains duplicates')
  })
})

describe('an item', () => {
  it('may be 32 levels deep, of which the attribute is the first', async () => {
    expect(await put(nested(31))).toBe('accepted')
    expect(await put(nested(32))).toBe(
      one(
        'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
      ),
    )
  })

  it('may have neither a false null nor an attribute without a name', async () => {
    expect(await put({ NULL: false } as never)).toBe(
      one('One or more parameter values were invalid: Null attribute value types must have the value of true'),
    )
    const Item = { ...Key, v: nested(100), '': { S: 'x' } }
    expect(await messageOf(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item } }] }))).toBe(
      'Empty attribute name',
    )
  })
})

describe("an attribute's name", () => {
  it('may be neither empty nor longer than 64 KB, wherever it is given', async () => {
    expect(await put({ M: { '': { S: 'x' } } })).toBe(one('Empty attribute name'))
    expect(await messageOf(new PutItemCommand({ TableName, Item: { ...Key, ['n'.repeat(65_536)]: { S: 'x' } } }))).toBe(
      one('Attribute name is too large, must be less than 65536 bytes'),
    )
    const named = { ProjectionExpression: '#e', ExpressionAttributeNames: { '#e': '' } }
    expect(await messageOf(new GetItemCommand({ TableName, Key, ...named }))).toBe(
      'ExpressionAttributeNames contains invalid value: Empty attribute name for key #e',
    )
  })
})

describe('a request', () => {
  it('with values and no expression is told inside an envelope', async () => {
    const ExpressionAttributeValues = { ':v': { S: 'x' } }
    expect(await messageOf(new DeleteItemCommand({ TableName, Key, ExpressionAttributeValues }))).toBe(
      one('ExpressionAttributeValues can only be specified when using expressions'),
    )
  })

  it('that breaks a rule of the table is told bare', async () => {
    const update = { UpdateExpression: 'SET pk = :v', ExpressionAttributeValues: { ':v': { S: 'x' } } }
    expect(await messageOf(new UpdateItemCommand({ TableName, Key, ...update }))).toBe(
      'One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key',
    )
    expect(await messageOf(new PutItemCommand({ TableName, Item: { other: { S: 'x' } } }))).toBe(
      'One or more parameter values were invalid: Missing the key pk in the item',
    )
  })

  it('to update nothing tells of every member', async () => {
    const input = { TableName: '', ReturnConsumedCapacity: 'BAD', ReturnValues: 'BAD' }
    expect(await messageOf(new UpdateItemCommand(input as never))).toMatch(
      /^4 validation errors detected: .*'returnConsumedCapacity'.*; .*'tableName'.*; .*'returnValues'.*; Value null at 'key'/,
    )
  })

  it('with bad enumerations is told each in its own words, by an update only the first', async () => {
    const capacity =
      "Value 'BAD' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"
    // The slip of the pen is AWS's.
    const values =
      'Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]'
    const bad = { ReturnValues: 'BAD', ReturnConsumedCapacity: 'BAD', ReturnItemCollectionMetrics: 'BAD' } as never
    const all = `3 validation errors detected: ${capacity}; ${values}; ReturnItemCollectionMetrics can only be SIZE or NONE`
    expect(await messageOf(new PutItemCommand({ TableName, Item: Key, ...(bad as object) }))).toBe(all)
    expect(await messageOf(new DeleteItemCommand({ TableName, Key, ...(bad as object) }))).toBe(all)
    expect(await messageOf(new UpdateItemCommand({ TableName, Key, ...(bad as object) }))).toBe(one(values))
  })

  it('whose values lie deeper than 62 levels is told in the older words', async () => {
    const deep = (levels: number) => ({
      TableName,
      Key,
      ConditionExpression: 'v = :v',
      ExpressionAttributeValues: { ':v': nested(levels) },
    })
    const none = (levels: number, ReturnValues: string) =>
      messageOf(new DeleteItemCommand({ ...deep(levels), ReturnValues } as never))
    expect(await none(62, 'UPDATED_NEW')).toMatch(/^1 validation error detected: /)
    expect(await none(63, 'UPDATED_NEW')).toBe('ReturnValues can only be ALL_OLD or NONE')
    expect(await none(63, 'BAD')).toMatch(/^1 validation error detected: Value 'BAD' at 'returnValues'/)
  })

  it('without a name of a table is told so without the name, by the older code with it', async () => {
    const rule = 'failed to satisfy constraint: Member must have length greater than or equal to 1'
    const unnamed = { TableName: '', Key }
    for (const command of [
      new PutItemCommand({ TableName: '', Item: Key }),
      new UpdateItemCommand(unnamed),
      new DeleteItemCommand(unnamed),
    ])
      expect(await messageOf(command)).toBe(one(`Value at 'TableName' ${rule}`))
    expect(await messageOf(new ScanCommand({ TableName: '' }))).toBe(one(`Value '' at 'tableName' ${rule}`))
  })

  it('of a transaction names the action whose table is named wrongly', async () => {
    const fine = { Put: { TableName, Item: Key } }
    const rule = `failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`
    const check = { ConditionCheck: { TableName: 'bad!', Key, ConditionExpression: 'attribute_exists(pk)' } }
    expect(await messageOf(new TransactWriteItemsCommand({ TransactItems: [fine, check] }))).toBe(
      one(`Value 'bad!' at 'transactItems.2.member.conditionCheck.tableName' ${rule}`),
    )
    expect(await messageOf(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName: 'bad!', Key } }] }))).toBe(
      one(`Value 'bad!' at 'transactItems.1.member.get.tableName' ${rule}`),
    )
  })

  it('of a batch names its tables', async () => {
    const RequestItems = { 'bad!name': { Keys: [{ pk: { S: 'a' } }] } }
    const input = { RequestItems, ReturnConsumedCapacity: 'BOGUS' as never }
    expect(await messageOf(new BatchGetItemCommand(input))).toBe(
      `2 validation errors detected: Value '{"bad!name":{"Keys":[{"pk":{"S":"a"}}]}}' at 'requestItems' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]; Value 'BOGUS' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]`,
    )
    const writes = { 'bad!name': [{ PutRequest: { Item: Key } }] }
    expect(await messageOf(new BatchWriteItemCommand({ RequestItems: writes }))).toMatch(
      /^1 validation error detected: Value '\{bad!name=\[WriteRequest\(putRequest=PutRequest\(item=\{pk=.+\}\)\)\]\}' at 'requestItems' failed to satisfy constraint: Map keys /,
    )
    expect(await messageOf(new BatchGetItemCommand({ RequestItems: {} }))).toBe(
      one("Value at 'RequestItems' failed to satisfy constraint: Member must have length greater than or equal to 1"),
    )
  })

  it('whose expression is too long is told its length, but for an update', async () => {
    const long = (clause: string, by: string) => Array.from({ length: 800 }, () => clause).join(by)
    const ExpressionAttributeValues = { ':v': { S: 'x' } }
    const condition = { ConditionExpression: long('a = :v', ' AND '), ExpressionAttributeValues }
    expect(await messageOf(new DeleteItemCommand({ TableName, Key, ...condition }))).toMatch(
      /^1 validation error detected: Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: [0-9]+$/,
    )
    const update = { UpdateExpression: `SET ${long('a = :v', ', ')}`, ExpressionAttributeValues }
    expect(await messageOf(new UpdateItemCommand({ TableName, Key, ...update }))).toBe(
      one('Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;'),
    )
  })

  it('of a transaction names what an action lacks', async () => {
    const update = (more: object) => ({ TransactItems: [{ Update: { TableName, Key, ...more } }] }) as never
    expect(await messageOf(new TransactWriteItemsCommand(update({})))).toBe(
      one(
        "Value null at 'transactItems.1.member.update.updateExpression' failed to satisfy constraint: Member must not be null",
      ),
    )
    const check = { TransactItems: [{ ConditionCheck: { TableName, Key } }] } as never
    expect(await messageOf(new TransactWriteItemsCommand(check))).toBe(
      one(
        "Value null at 'transactItems.1.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null",
      ),
    )
  })

  it('of a transaction with a long token is told of nothing else', async () => {
    const input = { TransactItems: [], ClientRequestToken: 'x'.repeat(37) }
    expect(await messageOf(new TransactWriteItemsCommand(input))).toBe(
      one(
        "Value at 'ClientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36",
      ),
    )
  })
})

describe('a key condition', () => {
  const query = async (KeyConditionExpression: string, ExpressionAttributeValues: Record<string, AttributeValue>) =>
    messageOf(new QueryCommand({ TableName: 'sorted', KeyConditionExpression, ExpressionAttributeValues }))

  beforeAll(() => tables.table('sorted', composite))

  it.each([
    ['pk = :p AND :v >= sk', { BOOL: true }, operandText('>=', 'BOOL')],
    ['pk = :p AND begins_with(sk, :v)', { N: '1' }, operandText('begins_with', 'N')],
    [
      'pk = :p AND sk = :v',
      { BOOL: true },
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    ],
    [
      'pk = :p AND sk > :v AND sk < :v',
      { S: 'a' },
      'Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key',
    ],
    [
      'pk = :p AND sk > :v AND extra = :v',
      { S: 'a' },
      'The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)',
    ],
    [
      '((pk = :p)) AND sk = :v',
      { S: 'a' },
      'Invalid KeyConditionExpression: The expression has redundant parentheses;',
    ],
  ])('%s is refused', async (expression, v, message) => {
    expect(await query(expression, { ':p': { S: 'p' }, ':v': v as AttributeValue })).toBe(message)
  })
})

describe('a read of', () => {
  const KeyConditionExpression = 'pk = :p'
  const ExpressionAttributeValues = { ':p': { S: 'p' } }
  const query = (more: object) =>
    messageOf(new QueryCommand({ TableName, KeyConditionExpression, ExpressionAttributeValues, ...more }))
  const scan = (more: object) => messageOf(new ScanCommand({ TableName, ...more }))

  it('specific attributes that names none: a Query calls it a validation error', async () => {
    const text = 'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES'
    expect(await query({ Select: 'SPECIFIC_ATTRIBUTES' })).toBe(one(text))
    expect(await scan({ Select: 'SPECIFIC_ATTRIBUTES' })).toBe(text)
  })

  it('a start key of another schema: only a Scan tells why it is none', async () => {
    const text = 'The provided starting key is invalid'
    expect(await query({ ExclusiveStartKey: { other: { S: 'x' } } })).toBe(text)
    expect(await scan({ ExclusiveStartKey: { other: { S: 'x' } } })).toBe(
      `${text}: The provided key element does not match the schema`,
    )
  })
})

function operandText(operator: string, type: string): string {
  return `Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`
}
