import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  PutItemCommand,
  ScanCommand,
  TagResourceCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb'
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams'
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

describe('a tag', () => {
  const tag = (suffix: string, Key: string, Value: string) =>
    tables.db.send(
      new TagResourceCommand({
        ResourceArn: `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}${suffix}`,
        Tags: [{ Key, Value }],
      }),
    )

  it('is made of letters, spaces, digits and a few signs', async () => {
    await tag('', 'законные буквы', '+-=._:/@ 9')
    for (const [key, value] of [
      ['hi!', 'x'],
      ['x', 'd%g'],
    ] as const)
      expect(await told(tag('', key, value))).toContain('provided is invalid')
  })

  it('is a table’s, and no index’s', async () => {
    expect(await told(tag('/index/global', 'a', 'b'))).toContain('only table or stream is accepted')
  })
})

describe('a stream', () => {
  it('is asked for by an ARN', async () => {
    const StreamArn = 'x'.repeat(40)
    const list = tables.streams.send(new ListStreamsCommand({ ExclusiveStartStreamArn: StreamArn }))
    expect(await error(list)).toMatchObject({ name: 'ValidationException' })
    const described = tables.streams.send(new DescribeStreamCommand({ StreamArn }))
    expect(await error(described)).toMatchObject({ name: 'ValidationException' })
  })

  it('is read from where a shard starts before it has a record', async () => {
    const name = await tables.table('streamed', {
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    })
    const { Streams = [] } = await tables.streams.send(new ListStreamsCommand({ TableName: name }))
    const StreamArn = Streams[0]?.StreamArn
    const { StreamDescription } = await tables.streams.send(new DescribeStreamCommand({ StreamArn }))
    const shard = StreamDescription?.Shards?.[0]
    const { ShardIterator } = await tables.streams.send(
      new GetShardIteratorCommand({
        StreamArn,
        ShardId: shard?.ShardId,
        ShardIteratorType: 'AT_SEQUENCE_NUMBER',
        SequenceNumber: shard?.SequenceNumberRange?.StartingSequenceNumber,
      }),
    )
    await tables.db.send(new PutItemCommand({ TableName: name, Item: Key('first') }))
    expect((await tables.streams.send(new GetRecordsCommand({ ShardIterator }))).Records).toHaveLength(1)
  })
})

describe('an index that is added', () => {
  const add = (name: string, type: 'S' | 'N', KeyType: 'HASH' | 'RANGE', more: object = {}) =>
    tables.db.send(
      new UpdateTableCommand({
        TableName: name,
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'x', AttributeType: type },
        ],
        GlobalSecondaryIndexUpdates: [
          {
            Create: {
              IndexName: `as-${KeyType}-${type}`,
              KeySchema: [
                { AttributeName: KeyType === 'HASH' ? 'x' : 'pk', KeyType: 'HASH' },
                ...(KeyType === 'HASH' ? [] : [{ AttributeName: 'x', KeyType }]),
              ],
              Projection: { ProjectionType: 'KEYS_ONLY' },
            },
            ...more,
          },
        ],
      }),
    )

  it('takes no item whose value no key may have, and forgets none that it did not take', async () => {
    const name = await tables.table('backfilled')
    for (const length of [0, 1024, 1025, 2048, 2049])
      await tables.db.send(
        new PutItemCommand({ TableName: name, Item: { ...Key(`${length}`), x: { S: 'x'.repeat(length) } } }),
      )
    for (const type of ['HASH', 'RANGE'] as const) {
      await add(name, 'S', type)
      await tables.cloud.clock.advance(100)
    }
    const lengths = async (IndexName: string) => {
      const { Items = [] } = await tables.db.send(new ScanCommand({ TableName: name, IndexName }))
      return Items.map(({ pk }) => Number(pk?.S)).sort((a, b) => a - b)
    }
    expect(await lengths('as-HASH-S')).toEqual([1024, 1025, 2048])
    expect(await lengths('as-RANGE-S')).toEqual([1024])
    const counts = async () => {
      const { Table } = await tables.db.send(new DescribeTableCommand({ TableName: name }))
      return Table?.GlobalSecondaryIndexes?.map(({ ItemCount }) => ItemCount)
    }
    expect(await counts()).toEqual([3, 1])
    await tables.db.send(new DeleteItemCommand({ TableName: name, Key: Key('2049') }))
    expect(await counts()).toEqual([3, 1])
  })

  it('has attributes of the types that they have in other indexes', async () => {
    const name = await tables.table('typed')
    await add(name, 'S', 'HASH')
    await tables.cloud.clock.advance(100)
    expect(await told(add(name, 'N', 'HASH'))).toBe(
      'One or more parameter values were invalid: Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. Existing schema: Schema:[SchemaElement: key{x:S:HASH}] New schema: Schema:[SchemaElement: key{x:N:HASH}]',
    )
  })

  it('is added by an element of its own', async () => {
    const both = add(TableName, 'S', 'HASH', { Delete: { IndexName: 'other' } })
    expect(await told(both)).toContain('Only one ')
  })
})

describe('a table', () => {
  const create = (more: Partial<CreateTableCommandInput>) =>
    told(
      tables.db.send(
        new CreateTableCommand({
          TableName: 'refused',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          ...more,
        }),
      ),
    )
  const long = 'x'.repeat(256)
  const ofIndex = (path: string) => `at 'globalSecondaryIndexes.1.member.${path}' failed`

  it('has names of at most 255 bytes in its keys and projections, which is told before names that do not match', async () => {
    expect(await create({ KeySchema: [{ AttributeName: long, KeyType: 'HASH' }] })).toContain(
      "at 'keySchema.1.member.attributeName' failed to satisfy constraint: Member must have length less than or equal to 255",
    )
    const index = (AttributeName: string, NonKeyAttributes?: string[]) =>
      create({
        GlobalSecondaryIndexes: [
          {
            IndexName: 'index',
            KeySchema: [{ AttributeName, KeyType: 'HASH' }],
            Projection: NonKeyAttributes ? { ProjectionType: 'INCLUDE', NonKeyAttributes } : { ProjectionType: 'ALL' },
          },
        ],
      })
    expect(await index(long)).toContain(ofIndex('keySchema.1.member.attributeName'))
    expect(await index('pk', [long])).toContain(ofIndex('projection.nonKeyAttributes'))
  })

  it('has no name twice in a key or a projection', async () => {
    const refused = await create({
      GlobalSecondaryIndexes: [
        {
          IndexName: 'index',
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a', 'a'] },
        },
      ],
    })
    expect(refused).toContain('Duplicate element in NonKeyAttributes: a')
    const definition = { AttributeName: 'pk', AttributeType: 'S' } as const
    expect(await create({ AttributeDefinitions: [definition, definition] })).toContain(
      'Attribute Name is duplicated: pk',
    )
  })

  it('that is deleted is described without its keys and indexes', async () => {
    const name = await tables.table('deleted')
    const { TableDescription = {} } = await tables.db.send(new DeleteTableCommand({ TableName: name }))
    expect(TableDescription).toMatchObject({ TableName: name, TableStatus: 'DELETING', ItemCount: 0 })
    for (const left of ['AttributeDefinitions', 'KeySchema', 'CreationDateTime'])
      expect(TableDescription).not.toHaveProperty(left)
  })
})

describe('the class of a table', () => {
  const INVALID =
    'Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, STANDARD_INFREQUENT_ACCESS].'

  it('is one of two, which the refusal of another names', async () => {
    const class_ = 'standard' as 'STANDARD'
    expect(await told(tables.db.send(new UpdateTableCommand({ TableName, TableClass: class_ })))).toBe(INVALID)
    expect(await told(tables.table('classed', { TableClass: class_ }))).toBe(INVALID)
  })

  it('tells when it was last changed, and nothing of it while it never was', async () => {
    const name = await tables.table('classes', { TableClass: 'STANDARD_INFREQUENT_ACCESS' })
    const described = async () =>
      (await tables.db.send(new DescribeTableCommand({ TableName: name }))).Table?.TableClassSummary
    expect(await described()).toEqual({ TableClass: 'STANDARD_INFREQUENT_ACCESS' })
    await tables.db.send(new UpdateTableCommand({ TableName: name, TableClass: 'STANDARD' }))
    expect(await described()).toEqual({ TableClass: 'STANDARD', LastUpdateDateTime: expect.any(Date) })
  })
})
