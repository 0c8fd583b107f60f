import {
  DescribeTableCommand,
  TagResourceCommand,
  UpdateTableCommand,
  type UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTableCloud, type TableCloud } from './support.ts'

/*
 * Rules of CreateTable and UpdateTable that the engineers of aws-controllers-k8s measured on AWS (dynamodb-controller,
 * us-west-2 and us-east-1, 2026-10).
 */

let tables: TableCloud
beforeAll(async () => {
  tables = await startTableCloud()
})
afterAll(() => tables.stop())

const capacity = (units: number) => ({ ReadCapacityUnits: units, WriteCapacityUnits: units })
const index = (IndexName: string, more: object = {}) => ({
  IndexName,
  KeySchema: [{ AttributeName: 'x', KeyType: 'HASH' as const }],
  Projection: { ProjectionType: 'ALL' as const },
  ...more,
})
const attributes = (...names: string[]) =>
  names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const }))
const provisioned = { BillingMode: 'PROVISIONED', ProvisionedThroughput: capacity(5) } as const
const indexed = (more: object = {}) => ({
  AttributeDefinitions: attributes('pk', 'x'),
  GlobalSecondaryIndexes: [index('gsi', more)],
})

const update = async (TableName: string, change: Partial<UpdateTableCommandInput>): Promise<string> => {
  const told = await tables.db.send(new UpdateTableCommand({ TableName, ...change })).then(
    () => 'accepted',
    (error: Error) => error.message.replace('One or more parameter values were invalid: ', ''),
  )
  await tables.cloud.clock.advance(100)
  return told
}
const created = (more: object): Promise<string> =>
  tables.table('refused', more).then(
    () => 'accepted',
    (error: Error) => error.message,
  )

describe('the capacity of an index', () => {
  it('goes with the billing of its table', async () => {
    expect(await created({ ...indexed(), ...provisioned })).toContain(
      'ProvisionedThroughput is not specified for index: gsi',
    )
    const onDemand = await tables.table('on-demand', indexed())
    const resize = {
      GlobalSecondaryIndexUpdates: [{ Update: { IndexName: 'gsi', ProvisionedThroughput: capacity(6) } }],
    }
    expect(await update(onDemand, resize)).toBe(
      'The only Updates for index: gsi when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput',
    )
    const add = (more: object) => ({
      AttributeDefinitions: attributes('x'),
      GlobalSecondaryIndexUpdates: [{ Create: index('second', more) }],
    })
    expect(await update(onDemand, add({ ProvisionedThroughput: capacity(6) }))).toBe(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: second when BillingMode is PAY_PER_REQUEST',
    )
    expect(await update(onDemand, provisioned)).toBe('ProvisionedThroughput must be specified for index: gsi')
    expect(await update(onDemand, { ...provisioned, ...resize })).toBe('accepted')
    expect(await update(onDemand, add({}))).toBe(
      'Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: second',
    )
    expect(await update(onDemand, resize)).toContain('The provisioned throughput for the index gsi will not change.')
  })
})

describe('tags', () => {
  const tag = (Key: string, Value: string) => ({ Key, Value })
  it.each([
    [[tag('', 'x')], 'The Tag Key provided is invalid, Key: '],
    [[tag('k', 'v'.repeat(257))], `The Tag Value provided is invalid, Value: ${'v'.repeat(257)}`],
    [[tag('aws:k', 'v')], 'Tag Key cannot be prefixed with aws:, Key: aws:k'],
    [[tag('k', 'v'), tag('k', 'w')], 'Duplicate Tag Keys provided as input: Duplicate Tag Key found k'],
    [
      Array.from({ length: 51 }, (_, at) => tag(`k${at}`, 'v')),
      'Number of Tags exceed the current limit for the provided ResourceArn',
    ],
  ])('are told by what is wrong with them (%#)', async (Tags, message) => {
    expect(await created({ Tags })).toBe(message)
  })

  it('belong to a table, not to its index', async () => {
    const ResourceArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/orders/index/gsi'
    await expect(tables.db.send(new TagResourceCommand({ ResourceArn, Tags: [tag('k', 'v')] }))).rejects.toThrow(
      `Invalid resource arn provided, only table or stream is accepted. Provided resource arn: ${ResourceArn}`,
    )
  })
})

describe('one UpdateTable', () => {
  it.each([
    ['SSESpecification', { SSESpecification: { Enabled: true } }, 'Server-Side Encryption'],
    ['TableClass', { TableClass: 'STANDARD_INFREQUENT_ACCESS' }, 'TableClass'],
  ] as const)('changes nothing beside %s', async (_, change, name) => {
    const table = await tables.table(`alone-${name.replace(/\W/g, '')}`)
    expect(await update(table, { ...change, DeletionProtectionEnabled: true })).toBe(
      `${name} modification must be the only operation in the request`,
    )
  })

  it('changes the capacity, the stream or the set of indexes', async () => {
    const table = await tables.table('one-of', { ...indexed({ ProvisionedThroughput: capacity(5) }), ...provisioned })
    const remove = { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'gsi' } }] }
    const StreamSpecification = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } as const
    const ProvisionedThroughput = capacity(7)
    expect(await update(table, { ...remove, ProvisionedThroughput })).toBe(
      'You cannot create or delete index while updating table IOPS',
    )
    expect(await update(table, { ...remove, StreamSpecification })).toBe(
      'You cannot create or delete index while changing stream status',
    )
    expect(await update(table, { StreamSpecification, ProvisionedThroughput })).toBe(
      'You cannot modify stream status while updating table IOPS',
    )
  })

  it('does not take an empty list of indexes for a change, nor beside one', async () => {
    const table = await tables.table('empty-list')
    expect(await update(table, { GlobalSecondaryIndexUpdates: [] })).toMatch(/^At least one of .* is required$/)
    expect(await update(table, { GlobalSecondaryIndexUpdates: [], DeletionProtectionEnabled: true })).toBe(
      'List of GlobalSecondaryIndexUpdates is empty',
    )
  })

  it('names the attributes of a new index, which are told in the order of their names', async () => {
    const table = await tables.table('sorted')
    const Create = index('gsi', { Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['zz', 'aa'] } })
    expect(await update(table, { GlobalSecondaryIndexUpdates: [{ Create }] })).toBe(
      'AttributeDefinitions is not specified for index: gsi',
    )
    const AttributeDefinitions = attributes('x', 'pk')
    expect(await update(table, { AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create }] })).toBe('accepted')
    const { Table } = await tables.db.send(new DescribeTableCommand({ TableName: table }))
    expect(Table).toMatchObject({
      AttributeDefinitions: attributes('pk', 'x'),
      GlobalSecondaryIndexes: [{ Projection: { NonKeyAttributes: ['aa', 'zz'] } }],
    })
  })
})
