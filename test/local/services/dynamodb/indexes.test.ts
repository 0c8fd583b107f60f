import type { CreateTableCommandInput, QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pages, reading, row } from './reading.ts'
import { composite, startTableCloud, type TableCloud } from './support.ts'

let tables: TableCloud

beforeAll(async () => {
  tables = await startTableCloud()
})
afterAll(() => tables.stop())
const { filled, query, scan } = reading(() => tables)

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
