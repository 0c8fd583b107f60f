import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  type TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTableCloud, type TableCloud } from './support.ts'

/*
 * Rules of AWS that ScyllaDB's engineers found out for Alternator: its tests pass on AWS, too (scylladb/scylladb,
 * test/alternator, read 2026-11).
 */

let tables: TableCloud
let TableName: string

beforeAll(async () => {
  tables = await startTableCloud()
  TableName = await tables.table('alternator')
})
afterAll(() => tables.stop())

const Key = (pk: string) => ({ pk: { S: pk } })
const error = async (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error('accepted'),
    (found: Error) => found,
  )
const told = async (work: Promise<unknown>): Promise<string> => (await error(work)).message
const transact = (TransactItems: TransactWriteItem[]) =>
  tables.db.send(new TransactWriteItemsCommand({ TransactItems }))
const update = (pk: string, UpdateExpression: string, values?: Record<string, string>) =>
  tables.db.send(
    new UpdateItemCommand({
      TableName,
      Key: Key(pk),
      UpdateExpression,
      ...(values && {
        ExpressionAttributeValues: Object.fromEntries(Object.entries(values).map(([name, N]) => [name, { N }])),
      }),
    }),
  )
const checked = (ConditionExpression: string) =>
  told(tables.db.send(new DeleteItemCommand({ TableName, Key: Key('c'), ConditionExpression })))

describe('a transaction', () => {
  it('is cancelled by the first action that does not fit its table, before any condition is looked at', async () => {
    const wrong = { Put: { TableName, Item: { pk: { N: '1' } } } }
    const failing = { Put: { TableName, Item: Key('none'), ConditionExpression: 'attribute_exists(pk)' } }
    const other = { Put: { TableName, Item: { pk: { N: '2' } } } }
    const cancelled = (await error(transact([failing, wrong, other]))) as TransactionCanceledException
    expect(cancelled.CancellationReasons?.map(({ Code }) => Code)).toEqual(['None', 'ValidationError', 'None'])
  })

  it('may meet items of any size, but carry 4 MB at most', async () => {
    const items = Array.from({ length: 12 }, (_, index) => ({
      ...Key(`large ${index}`),
      v: { S: 'x'.repeat(400_000) },
    }))
    expect(await told(transact(items.map((Item) => ({ Put: { TableName, Item } }))))).toContain('size cannot exceed')
    for (const Item of items) await tables.db.send(new PutItemCommand({ TableName, Item }))
    await transact(items.map(({ pk }) => ({ Delete: { TableName, Key: { pk } } })))
  })

  it('wants to know what to return of a failed condition', async () => {
    const unknown = { ReturnValuesOnConditionCheckFailure: 'none' as never }
    expect(await told(transact([{ Delete: { TableName, Key: Key('a'), ...unknown } }]))).toMatch(
      /^1 validation error detected: Value 'none' at 'transactItems\.1\.member\.delete\.returnValuesOnConditionCheckFailure' failed/,
    )
  })
})

describe('an update', () => {
  it.each(['REMOVE a', 'REMOVE a.b', 'REMOVE a[0]', 'DELETE s :s'])(
    'that only takes away makes no item: %s',
    async (UpdateExpression) => {
      const values = UpdateExpression.includes(':s') && { ExpressionAttributeValues: { ':s': { SS: ['x'] } } }
      await tables.db.send(new UpdateItemCommand({ TableName, Key: Key('no'), UpdateExpression, ...values }))
      expect(await tables.db.send(new GetItemCommand({ TableName, Key: Key('no') }))).not.toHaveProperty('Item')
    },
  )

  it('without an expression, or that also sets, makes one', async () => {
    await tables.db.send(new UpdateItemCommand({ TableName, Key: Key('bare') }))
    await update('both', 'REMOVE a SET b = :b', { ':b': '1' })
    for (const pk of ['bare', 'both'])
      expect(await tables.db.send(new GetItemCommand({ TableName, Key: Key(pk) }))).toHaveProperty('Item')
  })

  it('overflows where a sum needs more than 38 digits', async () => {
    const sum = update('sum', 'SET a = :a + :b', { ':a': '1e50', ':b': '1' })
    expect(await told(sum)).toMatch(/^Number overflow\. /)
  })

  it('has no list_append within a list_append', async () => {
    expect(await told(update('l', 'SET a = list_append(list_append(a, b), c)'))).toContain(
      'The function is not allowed to be used this way in an expression; function: list_append',
    )
  })
})

describe('an expression', () => {
  it('may have 300 operators, parentheses and functions not counted', async () => {
    const nested = (depth: number) => `a<b ${'or (a<b '.repeat(depth)}${')'.repeat(depth)}`
    expect(await checked(nested(149))).toBe('The conditional request failed')
    expect(await checked(nested(454))).toContain('The expression contains too many operators; operator count: 301')
    expect(await checked(`${'not '.repeat(301)}a<b`)).toContain('too many operators')
  })

  it('of parentheses only is told as any other', async () => {
    expect(await checked('('.repeat(4096))).toContain('Syntax error; token: "<EOF>", near: "("')
    expect(await checked(`${'('.repeat(2000)}a<b${')'.repeat(2000)}`)).toContain('redundant parentheses')
  })

  it('knows no name that starts with an underscore', async () => {
    expect(await told(update('u', 'SET _123 = :a', { ':a': '1' }))).toContain(
      'Syntax error; token: "_", near: "SET _123"',
    )
    expect(await told(update('u', 'SET a = _f(b)'))).toContain('Syntax error; token: "_", near: "= _f"')
  })
})

describe('a function or a list', () => {
  it('of updates is not for conditions, nor the other way round', async () => {
    expect(await checked('if_not_exists(a, b) = c')).toContain('not allowed in a condition expression')
    expect(await told(update('f', 'SET a = size(b)'))).toContain('not allowed in an update expression; function: size')
  })

  it('of IN has 100 operands, the first among them', async () => {
    const candidates = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`).join(', ')
    expect(await checked(`a IN (${candidates(99)})`)).toBe('The conditional request failed')
    expect(await checked(`a IN (${candidates(100)})`)).toContain('too many operands; number of operands: 101')
  })
})
