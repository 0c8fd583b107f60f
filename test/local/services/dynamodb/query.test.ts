import { BatchGetItemCommand, BatchWriteItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Item, pages, reading, row } from './reading.ts'
import { composite, startTableCloud, type TableCloud } from './support.ts'

let tables: TableCloud

beforeAll(async () => {
  tables = await startTableCloud()
})
afterAll(() => tables.stop())
const { filled, query, scan } = reading(() => tables)

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
