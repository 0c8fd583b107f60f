import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modelOf } from '../../../../local/services/dynamodb/model.ts'
import { Database } from '../../../../local/services/dynamodb/store/database.ts'
import { TableStore } from '../../../../local/services/dynamodb/store/table-store.ts'
import { decodeItem } from '../../../../local/services/dynamodb/values/codec.ts'
import {
  addNumbers,
  compareNumbers,
  normalNumber,
  numberKey,
} from '../../../../local/services/dynamodb/values/number.ts'
import type { Item } from '../../../../local/services/dynamodb/values/value.ts'
import { comparable, operation, perform, table } from './operations.ts'
import { startTableCloud, type TableCloud } from './support.ts'

/** A number of up to 38 digits in DynamoDB's range. */
const decimal = fc
  .tuple(
    fc.boolean(),
    fc.integer({ min: 1, max: 38 }),
    fc.integer({ min: -130, max: 125 }),
    fc.infiniteStream(fc.nat(9)),
  )
  .map(([negative, length, exponent, digits]) => {
    const text = [...digits.take(length)].join('').replace(/^0/, '1')
    return `${negative ? '-' : ''}${text[0]}.${text.slice(1) || '0'}E${exponent}`
  })

describe('numbers', () => {
  it('as keys keep the order of their values', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(Math.sign(Buffer.compare(numberKey(a), numberKey(b)))).toBe(Math.sign(compareNumbers(a, b)))
      }),
    )
  })

  it('keep their value in normal form, which is normal already', () => {
    fc.assert(
      fc.property(decimal, (number) => {
        const normal = normalNumber(number, 'current')
        expect(compareNumbers(normal, number)).toBe(0)
        expect(normalNumber(normal, 'current')).toBe(normal)
        expect(normal).toMatch(/^(0|-?(0\.[0-9]*[1-9]|[1-9][0-9]*(\.[0-9]*[1-9])?))$/)
      }),
    )
  })

  it('that are added and taken away again are what they were', () => {
    const small = fc.integer({ min: -(10 ** 9), max: 10 ** 9 }).map((n) => normalNumber(`${n}E-3`, 'current'))
    fc.assert(
      fc.property(small, small, (a, b) => {
        expect(addNumbers(addNumbers(a, b, 1), b, -1)).toBe(a)
      }),
    )
  })
})

describe('after any calls', () => {
  let tables: TableCloud
  let count = 0

  beforeAll(async () => {
    tables = await startTableCloud()
  })
  afterAll(() => tables.stop())

  /** A table on which random calls were made. */
  async function exercised(
    calls: readonly Parameters<typeof perform>[2][],
    before?: (name: string) => unknown,
  ): Promise<string> {
    count += 1
    const name = await tables.table(`property-${count}`, table)
    before?.(name)
    for (const call of calls) await perform(tables.db, name, call)
    return name
  }

  const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)

  async function scanned(TableName: string, IndexName?: string): Promise<unknown[]> {
    const { Items } = await tables.db.send(new ScanCommand({ TableName, IndexName }))
    return (Items ?? []).map(comparable).sort(byText)
  }

  it('a global index equals the projection of its table', async () => {
    const property = fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 15 }), async (calls) => {
      const name = await exercised(calls)
      const projected = (await scanned(name))
        .map((item) => item as Item)
        .filter((item) => item.g)
        .map((item) =>
          Object.fromEntries(['a', 'g', 'pk', 'sk'].flatMap((key) => (item[key] ? [[key, item[key]]] : []))),
        )
      expect(await scanned(name, 'global')).toEqual(projected.sort(byText))
    })
    await fc.assert(property, { numRuns: 25 })
  })

  it('the totals that were kept are those that are counted', async () => {
    const totalsOf = (name: string, { fresh }: { fresh: boolean }) => {
      const { database, tables: model } = modelOf(tables.cloud.context)
      const { store, state } = model.active(name)
      const rows = fresh ? new TableStore(database, state.number) : store
      const indexes = state.indexes.map((index) =>
        fresh ? rows.index(index.number) : model.active(name).entries(index),
      )
      return [rows, ...indexes].map((each) => each.totals())
    }
    const property = fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 15 }), async (calls) => {
      const name = await exercised(calls, (made) => totalsOf(made, { fresh: false }))
      expect(totalsOf(name, { fresh: false })).toEqual(totalsOf(name, { fresh: true }))
    })
    await fc.assert(property, { numRuns: 15 })
  })

  it('the stream replayed over an empty table gives the table', async () => {
    const property = fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 15 }), async (calls) => {
      const name = await exercised(calls)
      const { streams, tables: model } = modelOf(tables.cloud.context)
      const state = streams.ofTable(model.active(name))
      const copy = new Map<string, unknown>()
      for (const shard of state?.shards ?? [])
        for (const { keys, next } of state ? streams.read(state, shard, 0, 1000) : []) {
          if (next === null) copy.delete(keys)
          else copy.set(keys, comparable(decodeItem(next)))
        }
      expect([...copy.values()].sort(byText)).toEqual(await scanned(name))
    })
    await fc.assert(property, { numRuns: 25 })
  })
})

it('the totals of a table forget a write that was undone', () => {
  const database = new Database(undefined)
  const store = new TableStore(database, 1)
  const insert = (sk: string) =>
    store.insert({ pk: Buffer.from('p'), sk: Buffer.from(sk) }, { item: '{}', size: 5, ttl: null })
  insert('a')
  expect(store.totals()).toEqual({ count: 1, size: 5 })
  const undone = () =>
    database.atomically(() => {
      insert('b')
      throw new Error('undone')
    })
  expect(undone).toThrow('undone')
  expect(store.totals()).toEqual({ count: 1, size: 5 })
  database.close()
})

it("an attribute may be called as a member of JavaScript's objects", async () => {
  const tables = await startTableCloud()
  const TableName = await tables.table('names')
  const Item = { pk: { S: 'a' }, constructor: { N: '1' }, toString: { S: 'x' } } as unknown as Item
  await tables.db.send(new PutItemCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(valueOf)' }))
  const { Items } = await tables.db.send(new ScanCommand({ TableName, FilterExpression: 'attribute_exists(toString)' }))
  await tables.stop()
  expect(Items).toEqual([Item])
})
