import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type CreateTableCommandInput,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composite, startTableCloud, type TableCloud } from './support.ts'

let tables: TableCloud

beforeAll(async () => {
  tables = await startTableCloud()
})
afterAll(() => tables.stop())

type Item = Record<string, AttributeValue>

async function filled(name: string, items: readonly Item[], more: Partial<CreateTableCommandInput> = composite) {
  await tables.table(name, more)
  for (const Item of items) await tables.db.send(new PutItemCommand({ TableName: name, Item }))
  return name
}

/** Every page of a query or a scan, followed by its keys. */
async function pages(
  read: (start: Item | undefined) => Promise<{ Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined }>,
) {
  const all: Item[][] = []
  let start: Item | undefined
  do {
    const page = await read(start)
    all.push(page.Items ?? [])
    start = page.LastEvaluatedKey
  } while (start)
  return all
}

const query = (input: QueryCommandInput) => tables.db.send(new QueryCommand(input))
const scan = (input: ScanCommandInput) => tables.db.send(new ScanCommand(input))
const row = (pk: string, sk: string, more: Item = {}): Item => ({ pk: { S: pk }, sk: { S: sk }, ...more })
const keysOf = (items: Item[] | undefined) => items?.map(({ sk }) => sk?.S).join('')

describe('Query', () => {
  it.each([
    ['sk = :c', 'c'],
    ['sk < :c', 'ab'],
    ['sk <= :c', 'abc'],
    ['sk > :c', 'de'],
    ['sk >= :c', 'cde'],
    [':c < sk', 'de'],
    ['sk BETWEEN :b AND :d', 'bcd'],
    ['begins_with(sk, :c)', 'c'],
  ])('chooses by %s, in order', async (condition, expected) => {
    const TableName = `operators-${condition.replace(/[^a-z]/g, '')}-${expected}`
    await filled(
      TableName,
      ['c', 'a', 'e', 'b', 'd'].map((sk) => row('p', sk)),
    )
    const values = { ':p': { S: 'p' }, ':b': { S: 'b' }, ':c': { S: 'c' }, ':d': { S: 'd' } }
    const used = Object.entries(values).filter(([name]) => name === ':p' || condition.includes(name))
    const asked = {
      TableName,
      KeyConditionExpression: `pk = :p AND ${condition}`,
      ExpressionAttributeValues: Object.fromEntries(used),
    }
    expect(keysOf((await query(asked)).Items)).toBe(expected)
    const back = [...expected].reverse().join('')
    expect(keysOf((await query({ ...asked, ScanIndexForward: false })).Items)).toBe(back)
  })

  it('DynamoDB 13: stops at a megabyte and at the limit, both before the filter, with a key even at the very end', async () => {
    const large = (sk: string) => row('p', sk, { v: { S: 'x'.repeat(300_000) }, keep: { BOOL: sk === 'e' } })
    const TableName = await filled('megabyte', [...'abcde'].map(large))
    const asked = {
      TableName,
      KeyConditionExpression: 'pk = :p',
      FilterExpression: 'keep = :yes',
      ExpressionAttributeValues: { ':p': { S: 'p' }, ':yes': { BOOL: true } },
    }
    const first = await query(asked)
    expect(first).toMatchObject({ Count: 0, ScannedCount: 4, LastEvaluatedKey: row('p', 'd') })
    const second = await query({ ...asked, ExclusiveStartKey: first.LastEvaluatedKey })
    expect(second).toMatchObject({ Count: 1, ScannedCount: 1 })
    expect(second.LastEvaluatedKey).toBeUndefined()
    const exact = await query({ ...asked, Limit: 1, ExclusiveStartKey: row('p', 'd') })
    expect(exact.LastEvaluatedKey).toEqual(row('p', 'e'))
  })

  it('DynamoDB 11: numbers sort by value, to the extremes', async () => {
    const numbers = [
      '-9.9999999999999999999999999999999999999E+125',
      '-1E+125',
      '-100',
      '-99.5',
      '-1.1',
      '-1',
      '-0.5',
      '-1E-130',
      '0',
      '1E-130',
      '0.00000000000000000000000000000000000001',
      '0.5',
      '1',
      '1.1',
      '9',
      '10',
      '99999999999999999999999999999999999999',
      '9.9999999999999999999999999999999999998E+125',
      '9.9999999999999999999999999999999999999E+125',
    ]
    const definitions = [
      { AttributeName: 'pk', AttributeType: 'S' as const },
      { AttributeName: 'sk', AttributeType: 'N' as const },
    ]
    const shuffled = [...numbers].sort()
    const items = shuffled.map((N, at) => ({ pk: { S: 'p' }, sk: { N }, at: { N: String(at) } }))
    const TableName = await filled('numbers', items, { ...composite, AttributeDefinitions: definitions })
    const { Items } = await query({
      TableName,
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': { S: 'p' } },
    })
    expect(Items?.map(({ at }) => shuffled[Number(at?.N)])).toEqual(numbers)
    const below = await query({
      TableName,
      KeyConditionExpression: 'pk = :p AND sk < :zero',
      ExpressionAttributeValues: { ':p': { S: 'p' }, ':zero': { N: '-0' } },
    })
    expect(below.Count).toBe(8)
  })
})

describe('secondary indexes', () => {
  const definitions = {
    AttributeDefinitions: [...composite.AttributeDefinitions, { AttributeName: 'g', AttributeType: 'S' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byGroup',
        KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a'] },
      },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'byG',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'g', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
    KeySchema: composite.KeySchema,
  } satisfies Partial<CreateTableCommandInput>
  const items = ['a', 'b', 'c', 'd'].map((sk) =>
    row('p', sk, { ...(sk !== 'd' && { g: { S: 'one' } }), a: { S: sk }, b: { S: sk } }),
  )
  const asked = (TableName: string): QueryCommandInput => ({
    TableName,
    IndexName: 'byGroup',
    KeyConditionExpression: 'g = :g',
    ExpressionAttributeValues: { ':g': { S: 'one' } },
  })

  it('DynamoDB 14: a sparse index leaves out items without its key, and pages carry both keys', async () => {
    const TableName = await filled('sparse', items, definitions)
    const all = await pages((start) => query({ ...asked(TableName), Limit: 1, ExclusiveStartKey: start }))
    expect(
      all
        .flat()
        .map(({ sk }) => sk?.S)
        .sort(),
    ).toEqual(['a', 'b', 'c'])
    const { LastEvaluatedKey } = await query({ ...asked(TableName), Limit: 1 })
    expect(Object.keys(LastEvaluatedKey ?? {}).sort()).toEqual(['g', 'pk', 'sk'])
    const scanned = await pages((start) =>
      scan({ TableName, IndexName: 'byGroup', Limit: 2, ExclusiveStartKey: start }),
    )
    expect(scanned.flat()).toHaveLength(3)
  })

  it('gives what it projects, and a local index fetches the rest', async () => {
    const TableName = await filled('projects', items, definitions)
    const { Items } = await query(asked(TableName))
    expect(Object.keys(Items?.[0] ?? {}).sort()).toEqual(['a', 'g', 'pk', 'sk'])
    await expect(query({ ...asked(TableName), Select: 'ALL_ATTRIBUTES' })).rejects.toThrow(
      'Select type ALL_ATTRIBUTES is not supported for global secondary index byGroup because its projection type is not ALL',
    )
    await expect(
      query({ ...asked(TableName), FilterExpression: 'attribute_exists(b) AND attribute_exists(a)' }),
    ).rejects.toThrow(
      'One or more parameter values were invalid: Secondary index byGroup does not project one or more filter attributes: [b]',
    )
    const local = await query({
      TableName,
      IndexName: 'byG',
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': { S: 'p' } },
      ProjectionExpression: 'b',
      ConsistentRead: true,
      ReturnConsumedCapacity: 'INDEXES',
    })
    expect(local.Items?.map(({ b }) => b?.S).sort()).toEqual(['a', 'b', 'c'])
    expect(local.ConsumedCapacity).toMatchObject({ CapacityUnits: 4, Table: { CapacityUnits: 3 } })
  })
})

describe('an index with several key attributes', () => {
  const names = ['pk', 'h', 'i', 'a', 'b', 'n']
  const definition = {
    AttributeDefinitions: names.map((AttributeName) => ({
      AttributeName,
      AttributeType: AttributeName === 'n' ? ('N' as const) : ('S' as const),
    })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'several',
        KeySchema: names
          .slice(1)
          .map((AttributeName, at) => ({ AttributeName, KeyType: at < 2 ? ('HASH' as const) : ('RANGE' as const) })),
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  } satisfies Partial<CreateTableCommandInput>
  const item = (pk: string, a: string, b: string | undefined, n: string) => ({
    ...{ pk: { S: pk }, h: { S: 'h' }, i: { S: 'i' }, a: { S: a }, n: { N: n } },
    ...(b !== undefined && { b: { S: b } }),
  })
  const items = [
    item('p1', 'T', 'live', '10'),
    item('p2', 'T', 'live', '-2'),
    item('p3', 'T', 'live\0', '-5'),
    item('p4', 'T', 'draft', '3'),
    item('p5', 'F', 'live', '0'),
    item('absent', 'T', undefined, '1'),
    { ...item('other partition', 'F', 'live', '0'), h: { S: 'hi' }, i: { S: 'j' } },
  ]
  const values = {
    ...{
      ':h': { S: 'h' },
      ':i': { S: 'i' },
      ':a': { S: 'T' },
      ':b': { S: 'live' },
      ':n': { N: '-2' },
      ':l': { S: 'l' },
    },
    ':m': { N: '10' },
  }
  let TableName: string

  beforeAll(async () => {
    TableName = await filled('several', items, definition)
  })

  const found = async (condition: string, more: Partial<QueryCommandInput> = {}) => {
    const used = Object.entries(values).filter(([name]) => condition.includes(name))
    const { Items, LastEvaluatedKey } = await query({
      TableName,
      IndexName: 'several',
      KeyConditionExpression: condition,
      ExpressionAttributeValues: Object.fromEntries(used),
      ...more,
    })
    return { keys: Items?.map(({ pk }) => pk?.S).join(' '), LastEvaluatedKey }
  }

  it.each([
    ['h = :h AND i = :i', 'p5 p4 p2 p1 p3'],
    ['h = :h AND i = :i AND a = :a', 'p4 p2 p1 p3'],
    ['b = :b AND i = :i AND a = :a AND h = :h', 'p2 p1'],
    ['h = :h AND i = :i AND a = :a AND b > :b', 'p3'],
    ['h = :h AND i = :i AND a = :a AND b >= :b', 'p2 p1 p3'],
    ['h = :h AND i = :i AND a = :a AND b < :b', 'p4'],
    ['h = :h AND i = :i AND a = :a AND b <= :b', 'p4 p2 p1'],
    ['h = :h AND i = :i AND a = :a AND begins_with(b, :l)', 'p2 p1 p3'],
    ['h = :h AND i = :i AND a < :a', 'p5'],
    ['h = :h AND i = :i AND a = :a AND b = :b AND n > :n', 'p1'],
    ['h = :h AND i = :i AND a = :a AND b = :b AND n BETWEEN :n AND :m', 'p2 p1'],
  ])('%s finds %s', async (condition, keys) => {
    expect((await found(condition)).keys).toBe(keys)
    const backwards = await found(condition, { ScanIndexForward: false })
    expect(backwards.keys?.split(' ').reverse().join(' ')).toBe(keys)
  })

  it('is read in pages by all its attributes', async () => {
    const condition = 'h = :h AND i = :i AND a = :a'
    const { keys, LastEvaluatedKey } = await found(condition, { Limit: 2 })
    expect(keys).toBe('p4 p2')
    expect(Object.keys(LastEvaluatedKey ?? {}).sort()).toEqual([...names].sort())
    expect((await found(condition, { ExclusiveStartKey: LastEvaluatedKey })).keys).toBe('p1 p3')
  })

  it.each([
    [
      'h = :h AND i = :i AND a = :a AND n > :n',
      'RANGE key attributes b must have equality conditions specified in the query because a condition is present on key attribute n',
    ],
    [
      'h = :h AND i = :i AND a > :a AND b = :b',
      'RANGE key attributes a must have equality conditions specified in the query because a condition is present on key attribute b',
    ],
    ['h = :h', 'Query condition missed key schema element: i'],
  ])('%s is refused', async (condition, message) => {
    await expect(found(condition)).rejects.toThrow(message)
  })
})

describe('Scan', () => {
  it('by segments gives every item once, in pages', async () => {
    const keys = Array.from({ length: 40 }, (_, at) => `key ${at}`)
    const TableName = await filled(
      'segments',
      keys.map((pk) => ({ pk: { S: pk } })),
      {},
    )
    const found = await Promise.all(
      [0, 1, 2].map((Segment) =>
        pages((start) => scan({ TableName, Segment, TotalSegments: 3, Limit: 7, ExclusiveStartKey: start })),
      ),
    )
    expect(
      found
        .flat(2)
        .map(({ pk }) => pk?.S)
        .sort(),
    ).toEqual([...keys].sort())
    expect(found.every((segment) => segment.flat().length > 0)).toBe(true)
  })
})

describe('batches', () => {
  it('write and read up to their limits, and refuse duplicates', async () => {
    const TableName = await filled('batches', [], {})
    const requests = Array.from({ length: 25 }, (_, at) => ({ PutRequest: { Item: { pk: { S: `k${at}` } } } }))
    const written = await tables.db.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }))
    expect(written.UnprocessedItems).toEqual({})
    const Keys = [...requests.map(({ PutRequest }) => PutRequest.Item), { pk: { S: 'missing' } }]
    const read = await tables.db.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }))
    expect(read.Responses?.[TableName]).toHaveLength(25)
    const twice = { Keys: [{ pk: { S: 'k1' } }, { pk: { S: 'k1' } }] }
    await expect(tables.db.send(new BatchGetItemCommand({ RequestItems: { [TableName]: twice } }))).rejects.toThrow(
      'Provided list of item keys contains duplicates',
    )
    const many = { [TableName]: [...requests, { DeleteRequest: { Key: { pk: { S: 'x' } } } }] }
    await expect(tables.db.send(new BatchWriteItemCommand({ RequestItems: many }))).rejects.toThrow(
      'Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]',
    )
  })

  it('leave what exceeds 16 MB for the next call', async () => {
    const large = Array.from({ length: 45 }, (_, at) => ({ pk: { S: `k${at}` }, v: { S: 'x'.repeat(380_000) } }))
    const TableName = await filled('sixteen', large, {})
    const Keys = large.map(({ pk }) => ({ pk }))
    const { Responses, UnprocessedKeys } = await tables.db.send(
      new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }),
    )
    const left = UnprocessedKeys?.[TableName]?.Keys?.length ?? 0
    expect(left).toBeGreaterThan(0)
    expect((Responses?.[TableName]?.length ?? 0) + left).toBe(45)
  })
})
