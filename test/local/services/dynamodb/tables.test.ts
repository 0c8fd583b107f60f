import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composite, startTableCloud, type TableCloud } from './support.ts'

let tables: TableCloud

beforeAll(async () => {
  tables = await startTableCloud()
})
afterAll(() => tables.stop())

const describeTable = async (TableName: string) => (await tables.db.send(new DescribeTableCommand({ TableName }))).Table

const simple = {
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
} satisfies Partial<CreateTableCommandInput>

describe('states', () => {
  it('a table is CREATING until the clock says ACTIVE, and has no items until then', async () => {
    const TableName = 'states'
    const { TableDescription } = await tables.db.send(new CreateTableCommand({ TableName, ...simple }))
    expect(TableDescription?.TableStatus).toBe('CREATING')
    const get = new GetItemCommand({ TableName, Key: { pk: { S: 'a' } } })
    await expect(tables.db.send(get)).rejects.toBeInstanceOf(ResourceNotFoundException)
    await expect(tables.db.send(new CreateTableCommand({ TableName, ...simple }))).rejects.toBeInstanceOf(
      ResourceInUseException,
    )
    await tables.cloud.clock.advance(100)
    expect((await describeTable(TableName))?.TableStatus).toBe('ACTIVE')
    await tables.db.send(new PutItemCommand({ TableName, Item: { pk: { S: 'a' } } }))
    expect(await describeTable(TableName)).toMatchObject({ ItemCount: 1, TableSizeBytes: 3 })
  })

  it('a table made anew after its deletion is empty', async () => {
    const TableName = await tables.table('again')
    await tables.db.send(new PutItemCommand({ TableName, Item: { pk: { S: 'a' } } }))
    await tables.db.send(new DeleteTableCommand({ TableName }))
    expect((await describeTable(TableName))?.TableStatus).toBe('DELETING')
    await tables.cloud.clock.advance(100)
    await expect(describeTable(TableName)).rejects.toThrow('Requested resource not found: Table: again not found')
    await tables.table(TableName)
    expect((await tables.db.send(new GetItemCommand({ TableName, Key: { pk: { S: 'a' } } }))).Item).toBeUndefined()
  })

  it('deletion protection holds until it is taken off', async () => {
    const TableName = await tables.table('protected', { DeletionProtectionEnabled: true })
    await expect(tables.db.send(new DeleteTableCommand({ TableName }))).rejects.toThrow('protected against deletion')
    await tables.db.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }))
    await tables.cloud.clock.advance(100)
    await tables.db.send(new DeleteTableCommand({ TableName }))
  })

  it('an index that is added is filled with what is there, and cannot be read before', async () => {
    const TableName = await tables.table('backfilled', composite)
    for (const sk of ['a', 'b'])
      await tables.db.send(
        new PutItemCommand({
          TableName,
          Item: { pk: { S: 'p' }, sk: { S: sk }, ...(sk === 'a' && { g: { S: 'x' } }) },
        }),
      )
    const Create = {
      IndexName: 'late',
      KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' as const }],
      Projection: { ProjectionType: 'ALL' as const },
    }
    await tables.db.send(
      new UpdateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: 'g', AttributeType: 'S' }],
        GlobalSecondaryIndexUpdates: [{ Create }],
      }),
    )
    const query = new QueryCommand({
      TableName,
      IndexName: 'late',
      KeyConditionExpression: 'g = :g',
      ExpressionAttributeValues: { ':g': { S: 'x' } },
    })
    await expect(tables.db.send(query)).rejects.toThrow('backfilling global secondary index')
    await tables.db.send(new PutItemCommand({ TableName, Item: { pk: { S: 'p' }, sk: { S: 'c' }, g: { S: 'x' } } }))
    await tables.cloud.clock.advance(100)
    expect((await tables.db.send(query)).Items?.map(({ sk }) => sk?.S).sort()).toEqual(['a', 'c'])
    await tables.db.send(
      new UpdateTableCommand({ TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'late' } }] }),
    )
    await tables.cloud.clock.advance(100)
    expect((await describeTable(TableName))?.GlobalSecondaryIndexes).toBeUndefined()
    await expect(tables.db.send(query)).rejects.toThrow('The table does not have the specified index: late')
  })

  it('is defined wholly by its request, and leaves what the table knows of its type', async () => {
    const TableName = await tables.table('redefined', composite)
    const create = (IndexName: string, types: Record<string, 'S' | 'N'>) =>
      tables.db.send(
        new UpdateTableCommand({
          TableName,
          AttributeDefinitions: Object.entries(types).map(([AttributeName, AttributeType]) => ({
            AttributeName,
            AttributeType,
          })),
          GlobalSecondaryIndexUpdates: [
            {
              Create: {
                IndexName,
                KeySchema: [
                  { AttributeName: 'g', KeyType: 'HASH' },
                  { AttributeName: 'sk', KeyType: 'RANGE' },
                ],
                Projection: { ProjectionType: 'ALL' },
              },
            },
          ],
        }),
      )
    await expect(create('lacking', { g: 'S' })).rejects.toThrow(
      'Some index key attributes are not defined in AttributeDefinitions',
    )
    await create('told', { g: 'S', sk: 'N' })
    expect((await describeTable(TableName))?.AttributeDefinitions).toEqual([
      { AttributeName: 'g', AttributeType: 'S' },
      ...composite.AttributeDefinitions,
    ])
  })
})

describe('CreateTable', () => {
  const index = { IndexName: 'i1x', KeySchema: simple.KeySchema, Projection: { ProjectionType: 'ALL' as const } }
  it.each<[string, Partial<CreateTableCommandInput>, string]>([
    [
      'an attribute without definition',
      { KeySchema: [{ AttributeName: 'x', KeyType: 'HASH' }] },
      'Some index key attributes are not defined in AttributeDefinitions. Keys: [x], AttributeDefinitions: [pk]',
    ],
    [
      'an attribute that no key uses',
      { AttributeDefinitions: composite.AttributeDefinitions },
      'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    ],
    [
      'units on demand',
      { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    ],
    [
      'no units',
      { BillingMode: 'PROVISIONED' },
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    ],
    ['two indexes of one name', { GlobalSecondaryIndexes: [index, index] }, 'Duplicate index name: i1x'],
    [
      'a local index without a sort key',
      { LocalSecondaryIndexes: [index] },
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    ],
    [
      'a range key first',
      { KeySchema: [{ AttributeName: 'pk', KeyType: 'RANGE' }] },
      'Invalid KeySchema: The first KeySchemaElement is not a HASH key type',
    ],
  ])('rejects %s', async (_what, more, message) => {
    const create = new CreateTableCommand({ TableName: 'rejected', ...simple, ...more })
    await expect(tables.db.send(create)).rejects.toThrow(message)
  })

  it('tells of every wrong member at once', async () => {
    const KeySchema = [{ AttributeName: 'pk', KeyType: 'X' }]
    const wrong = { TableName: 'rejected', ...simple, KeySchema, BillingMode: 'FREE' } as never
    await expect(tables.db.send(new CreateTableCommand(wrong))).rejects.toThrow(
      "2 validation errors detected: Value 'X' at 'keySchema.1.member.keyType' failed to satisfy constraint: Member must satisfy enum value set: [HASH, RANGE]; Value 'FREE' at 'billingMode' failed to satisfy constraint: Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]",
    )
  })

  it('refuses in words what is not simulated', async () => {
    const create = new CreateTableCommand({
      TableName: 'replicated',
      ...simple,
      WarmThroughput: { ReadUnitsPerSecond: 1 },
    })
    await expect(tables.db.send(create)).rejects.toThrow(/WarmThroughput/)
  })
})

it('ListTables pages by name', async () => {
  await tables.table('list-1')
  await tables.table('list-2')
  const first = await tables.db.send(new ListTablesCommand({ ExclusiveStartTableName: 'list-', Limit: 1 }))
  expect(first).toMatchObject({ TableNames: ['list-1'], LastEvaluatedTableName: 'list-1' })
  const { TableNames } = await tables.db.send(new ListTablesCommand({ ExclusiveStartTableName: 'list-1' }))
  expect(TableNames?.[0]).toBe('list-2')
})

it('UpdateTable switches the billing mode, and refuses units that do not change', async () => {
  const TableName = await tables.table('billing')
  const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }
  await tables.db.send(new UpdateTableCommand({ TableName, BillingMode: 'PROVISIONED', ProvisionedThroughput }))
  await tables.cloud.clock.advance(100)
  expect((await describeTable(TableName))?.ProvisionedThroughput).toMatchObject(ProvisionedThroughput)
  await expect(tables.db.send(new UpdateTableCommand({ TableName, ProvisionedThroughput }))).rejects.toThrow(
    'The provisioned throughput for the table will not change.',
  )
})

it('time to live is switched on and off, once an hour', async () => {
  const TableName = await tables.table('ttl')
  const set = (Enabled: boolean, AttributeName = 'ttl') =>
    tables.db.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled, AttributeName } }))
  await set(true)
  await expect(set(true)).rejects.toThrow('TimeToLive is already enabled')
  await expect(set(false)).rejects.toThrow('Time to live has been modified multiple times within a fixed interval')
  await tables.cloud.clock.advance(3_600_000)
  await expect(set(false, 'other')).rejects.toThrow('current AttributeName is ttl')
  await set(false)
  const { TimeToLiveDescription } = await tables.db.send(new DescribeTimeToLiveCommand({ TableName }))
  expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'DISABLED' })
})

it('tags are kept, changed and taken off', async () => {
  const TableName = await tables.table('tagged', { Tags: [{ Key: 'a', Value: '1' }] })
  const ResourceArn = (await describeTable(TableName))?.TableArn
  await tables.db.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'b', Value: '2' }] }))
  await tables.db.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['a'] }))
  const { Tags } = await tables.db.send(new ListTagsOfResourceCommand({ ResourceArn }))
  expect(Tags).toEqual([{ Key: 'b', Value: '2' }])
})
