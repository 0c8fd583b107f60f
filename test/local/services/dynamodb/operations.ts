import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'

/** One call to a table with the text keys `pk` and `sk` and the indexes of `indexes`, made of plain data. */
export interface Operation {
  readonly kind: 'put' | 'update' | 'delete' | 'get' | 'query' | 'scan' | 'transact'
  readonly input: Record<string, unknown>
}

/** Definitions of the table that operations are for. */
export const table = {
  AttributeDefinitions: ['pk', 'sk', 'g', 'l'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' as const },
    { AttributeName: 'sk', KeyType: 'RANGE' as const },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'global',
      KeySchema: [
        { AttributeName: 'g', KeyType: 'HASH' as const },
        { AttributeName: 'sk', KeyType: 'RANGE' as const },
      ],
      Projection: { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: ['a'] },
    },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'local',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' as const },
        { AttributeName: 'l', KeyType: 'RANGE' as const },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' as const },
    },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' as const },
  BillingMode: 'PAY_PER_REQUEST' as const,
}

const short = fc.constantFrom('', 'x', 'y', 'xy', 'é', 'z\u{1f600}')
// No exponents: DynamoDB Local gives them back as they came, AWS in plain decimals (recorded).
const number = fc.constantFrom('0', '1', '-1', '2.5', '10', '-0.001', '99999999999999999999999999999999999999')
const scalar: fc.Arbitrary<AttributeValue> = fc.oneof(
  short.map((S) => ({ S })),
  number.map((N) => ({ N })),
  fc.constantFrom(new Uint8Array([]), new Uint8Array([1]), new Uint8Array([1, 255])).map((B) => ({ B })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true as const }),
)
const set: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc.uniqueArray(short, { minLength: 1, maxLength: 3 }).map((SS) => ({ SS })),
  fc.uniqueArray(number, { minLength: 1, maxLength: 3 }).map((NS) => ({ NS })),
)
const value: fc.Arbitrary<AttributeValue> = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    scalar,
    set,
    fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
    fc.dictionary(fc.constantFrom('a', 'b'), tie('value'), { maxKeys: 2 }).map((M) => ({ M })),
  ),
})).value

const key = fc.record({
  pk: fc.constantFrom({ S: 'p' }, { S: 'q' }),
  sk: fc.constantFrom({ S: '1' }, { S: '2' }, { S: '3' }),
})
const indexKey = fc.option(fc.constantFrom({ S: 'i' }, { S: 'j' }), { nil: undefined })
const item = fc
  .tuple(key, fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { maxKeys: 3 }), indexKey, indexKey)
  .map(([keys, rest, g, l]) => ({ ...rest, ...keys, ...(g && { g }), ...(l && { l }) }))

const path = fc.constantFrom('a', 'b', 'c', '#d', 'a.b', 'b.a', 'a[0]', 'b[1]', 'c[5]', 'a.b.a', 'g', 'nothing')
/** Not `g`: DynamoDB Local lets ADD make an index's key a number, which no AWS text allows. */
const addPath = path.filter((each) => each !== 'g')
const operand = fc.oneof(path, fc.constantFrom(':v', ':w', ':n'))
const comparator = fc.constantFrom('=', '<>', '<', '<=', '>', '>=')

const condition: fc.Arbitrary<string> = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2 },
    fc.tuple(operand, comparator, operand).map((parts) => parts.join(' ')),
    path.map((each) => `attribute_exists(${each})`),
    path.map((each) => `attribute_not_exists(${each})`),
    fc.tuple(path, fc.constantFrom(':t', ':v')).map(([each, type]) => `attribute_type(${each}, ${type})`),
    fc.tuple(path, operand).map(([each, part]) => `contains(${each}, ${part})`),
    fc.tuple(path, fc.constantFrom(':v', ':w')).map(([each, part]) => `begins_with(${each}, ${part})`),
    fc.tuple(path, comparator).map(([each, sign]) => `size(${each}) ${sign} :n`),
    fc.tuple(operand, operand, operand).map(([each, low, high]) => `${each} BETWEEN ${low} AND ${high}`),
    fc.tuple(operand, operand, operand).map(([each, one, two]) => `${each} IN (${one}, ${two})`),
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a}) AND (${b})`),
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `${a} OR ${b}`),
    tie('condition').map((each) => `NOT ${each}`),
  ),
})).condition

const setValue = fc.oneof(
  operand,
  fc.tuple(operand, fc.constantFrom('+', '-'), operand).map((parts) => parts.join(' ')),
  fc.tuple(path, operand).map(([each, other]) => `if_not_exists(${each}, ${other})`),
  fc.tuple(operand, operand).map(([one, two]) => `list_append(${one}, ${two})`),
)
const update = fc
  .record({
    set: fc.array(fc.tuple(path, setValue), { maxLength: 2 }),
    remove: fc.array(path, { maxLength: 1 }),
    add: fc.array(fc.tuple(addPath, fc.constantFrom(':n', ':s', ':v')), { maxLength: 1 }),
    delete: fc.array(fc.tuple(path, fc.constantFrom(':s', ':w')), { maxLength: 1 }),
  })
  .map((sections) =>
    [
      sections.set.length > 0 ? `SET ${sections.set.map(([to, from]) => `${to} = ${from}`).join(', ')}` : '',
      sections.remove.length > 0 ? `REMOVE ${sections.remove.join(', ')}` : '',
      sections.add.length > 0 ? `ADD ${sections.add.map((pair) => pair.join(' ')).join(', ')}` : '',
      sections.delete.length > 0 ? `DELETE ${sections.delete.map((pair) => pair.join(' ')).join(', ')}` : '',
    ].join(' '),
  )
  .filter((text) => text.trim() !== '')
  .map((text) => text.trim())

const values = fc.record({
  ':v': scalar,
  ':w': value,
  ':n': number.map((N) => ({ N })),
  ':s': set,
  ':t': fc.constantFrom({ S: 'S' }, { S: 'N' }, { S: 'L' }),
})

/** Adds the placeholders that the expressions use. */
function placed(input: Record<string, unknown>, all: Record<string, AttributeValue>): Record<string, unknown> {
  const text = Object.entries(input)
    .filter(([name]) => name.endsWith('Expression'))
    .map(([, expression]) => expression as string)
    .join(' ')
  const used = Object.entries(all).filter(([name]) => new RegExp(`${name}\\b`).test(text))
  return {
    ...input,
    ...(used.length > 0 && { ExpressionAttributeValues: Object.fromEntries(used) }),
    ...(text.includes('#d') && { ExpressionAttributeNames: { '#d': 'a' } }),
  }
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const given = (input: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(input).filter(([, member]) => member !== undefined))

const put = fc
  .record({ Item: item, ConditionExpression: maybe(condition), ReturnValues: maybe(fc.constant('ALL_OLD')) })
  .chain((input) => values.map((all): Operation => ({ kind: 'put', input: placed(given(input), all) })))
const updated = fc
  .record({
    Key: key,
    UpdateExpression: update,
    ConditionExpression: maybe(condition),
    ReturnValues: maybe(fc.constantFrom('ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW')),
  })
  .chain((input) => values.map((all): Operation => ({ kind: 'update', input: placed(given(input), all) })))
const deleted = fc
  .record({ Key: key, ConditionExpression: maybe(condition), ReturnValues: maybe(fc.constant('ALL_OLD')) })
  .chain((input) => values.map((all): Operation => ({ kind: 'delete', input: placed(given(input), all) })))
const got = fc
  .record({
    Key: key,
    ProjectionExpression: maybe(fc.uniqueArray(path, { minLength: 1, maxLength: 2 }).map((all) => all.join(', '))),
  })
  .chain((input) => values.map((all): Operation => ({ kind: 'get', input: placed(given(input), all) })))
const keyCondition = fc.constantFrom(
  { KeyConditionExpression: 'pk = :p' },
  { KeyConditionExpression: 'pk = :p AND sk > :k' },
  { KeyConditionExpression: 'pk = :p AND sk BETWEEN :k AND :m' },
  { KeyConditionExpression: 'pk = :p AND begins_with(sk, :k)' },
  { KeyConditionExpression: 'pk = :p AND l <= :i', IndexName: 'local' },
  { KeyConditionExpression: 'g = :i', IndexName: 'global' },
  { KeyConditionExpression: 'g = :i AND sk < :m', IndexName: 'global' },
)
const queried = fc
  .tuple(
    keyCondition,
    fc.record({
      FilterExpression: maybe(condition),
      ScanIndexForward: fc.boolean(),
      Limit: maybe(fc.integer({ min: 1, max: 3 })),
    }),
  )
  .map(([keys, rest]) => ({ ...keys, ...rest }))
  .chain((input) =>
    values.map(
      (all): Operation => ({
        kind: 'query',
        input: placed(given(input), { ...all, ':p': { S: 'p' }, ':k': { S: '1' }, ':m': { S: '2' }, ':i': { S: 'i' } }),
      }),
    ),
  )
const scanned = fc
  .record({ FilterExpression: maybe(condition), IndexName: maybe(fc.constantFrom('global', 'local')) })
  .chain((input) => values.map((all): Operation => ({ kind: 'scan', input: placed(given(input), all) })))
const transacted = fc.array(fc.oneof(put, updated, deleted), { minLength: 1, maxLength: 3 }).map(
  (all): Operation => ({
    kind: 'transact',
    input: {
      TransactItems: all.map(({ kind, input: { ReturnValues: _unused, ...input } }) => ({
        [kind === 'put' ? 'Put' : kind === 'update' ? 'Update' : 'Delete']: input,
      })),
    },
  }),
)

export const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: put },
  { weight: 6, arbitrary: updated },
  { weight: 2, arbitrary: deleted },
  { weight: 1, arbitrary: got },
  { weight: 2, arbitrary: queried },
  { weight: 1, arbitrary: scanned },
  { weight: 2, arbitrary: transacted },
)

/** What a call came to, in a form that two clouds can be compared by. */
export type Outcome =
  | { readonly error: string; readonly message: string; readonly reasons?: unknown }
  | { readonly answer: unknown }

/** Makes the call on a table. */
export async function perform(db: DynamoDBClient, TableName: string, { kind, input }: Operation): Promise<Outcome> {
  const named = { TableName, ...input } as never
  try {
    return { answer: comparable(await send(db, TableName, kind, named)) }
  } catch (error) {
    const { name, message, CancellationReasons } = error as Error & { CancellationReasons?: { Code?: string }[] }
    return {
      error: name,
      message,
      ...(CancellationReasons && { reasons: CancellationReasons.map(({ Code }) => Code) }),
    }
  }
}

function send(db: DynamoDBClient, TableName: string, kind: Operation['kind'], input: never): Promise<object> {
  switch (kind) {
    case 'put':
      return db.send(new PutItemCommand(input))
    case 'update':
      return db.send(new UpdateItemCommand(input))
    case 'delete':
      return db.send(new DeleteItemCommand(input))
    case 'get':
      return db.send(new GetItemCommand(input))
    case 'query':
      return db.send(new QueryCommand(input))
    case 'scan':
      return db.send(new ScanCommand(input))
    case 'transact': {
      const { TransactItems } = input as { TransactItems: Record<string, object>[] }
      const items = TransactItems.map((each) =>
        Object.fromEntries(Object.entries(each).map(([name, part]) => [name, { TableName, ...part }])),
      )
      return db.send(new TransactWriteItemsCommand({ TransactItems: items as never }))
    }
  }
}

/** Without metadata, and capacity that nobody asked for; sets sorted, scans without order, bytes as text. */
export function comparable(answer: object): unknown {
  const { $metadata: _metadata, ConsumedCapacity: _capacity, ...rest } = answer as Record<string, unknown>
  return normal(rest)
}

function normal(part: unknown, name = ''): unknown {
  if (part instanceof Uint8Array) return `bytes ${Buffer.from(part).toString('hex')}`
  if (Array.isArray(part)) {
    const all = part.map((each) => normal(each))
    return name === 'SS' || name === 'NS' ? [...(all as string[])].sort() : all
  }
  if (typeof part !== 'object' || part === null) return part
  return Object.fromEntries(
    Object.entries(part)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([member, each]) => [member, normal(each, member)]),
  )
}
