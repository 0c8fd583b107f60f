import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DynamoDb } from '../../../../local/services/dynamodb/index.ts'
import { composite, startTableCloud, type TableCloud } from './support.ts'

const ACCOUNT = '000000000000'
const arn = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/guarded`
const TableName = 'guarded'

let tables: TableCloud

beforeAll(async () => {
  tables = await startTableCloud()
  await tables.table(TableName, {
    ...composite,
    AttributeDefinitions: [...composite.AttributeDefinitions, { AttributeName: 'g', AttributeType: 'S' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byGroup',
        KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  })
})
afterAll(() => tables.stop())

/** A client of a new role that may do what the statement says. */
async function clientOf(name: string, statement: object): Promise<DynamoDBClient> {
  const iam = tables.cloud.client(IAMClient)
  const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }
  const document = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [Statement] })
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: document(trust) }))
  const PolicyDocument = document({ Effect: 'Allow', ...statement })
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'tables', PolicyDocument }))
  const { Credentials } = await tables.cloud
    .client(STSClient)
    .send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'session' }))
  return tables.cloud.client(DynamoDBClient, {
    accessKeyId: Credentials?.AccessKeyId as string,
    secretAccessKey: Credentials?.SecretAccessKey as string,
    sessionToken: Credentials?.SessionToken as string,
  })
}

const item = (pk: string) => ({ pk: { S: pk }, sk: { S: '1' } })

describe('permissions', () => {
  it('a transaction needs the action of each of its parts on its table', async () => {
    const client = await clientOf('writer', {
      Action: ['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'],
      Resource: arn,
    })
    const Put = { TableName, Item: item('a') }
    const ConditionCheck = { TableName, Key: item('b'), ConditionExpression: 'attribute_not_exists(pk)' }
    await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }, { ConditionCheck }] }))
    const Delete = { TableName, Key: item('c') }
    await expect(client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }, { Delete }] }))).rejects.toThrow(
      `is not authorized to perform: dynamodb:DeleteItem on resource: ${arn} because no identity-based policy allows the dynamodb:DeleteItem action`,
    )
  })

  it('a query of an index needs the index', async () => {
    const client = await clientOf('indexer', { Action: 'dynamodb:Query', Resource: `${arn}/index/*` })
    const ofIndex = { KeyConditionExpression: 'g = :g', ExpressionAttributeValues: { ':g': { S: 'x' } } }
    await client.send(new QueryCommand({ TableName, IndexName: 'byGroup', ...ofIndex }))
    const ofTable = { KeyConditionExpression: 'pk = :g', ExpressionAttributeValues: { ':g': { S: 'x' } } }
    await expect(client.send(new QueryCommand({ TableName, ...ofTable }))).rejects.toThrow(
      `dynamodb:Query on resource: ${arn} because`,
    )
  })

  it('dynamodb:LeadingKeys confines a role to its partitions', async () => {
    const client = await clientOf('tenant', {
      Action: ['dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan'],
      Resource: arn,
      Condition: {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['mine'] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    })
    await client.send(new PutItemCommand({ TableName, Item: item('mine') }))
    const query = (pk: string) =>
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :p',
        ExpressionAttributeValues: { ':p': { S: pk } },
      })
    expect((await client.send(query('mine'))).Count).toBe(1)
    await expect(client.send(query('other'))).rejects.toThrow('is not authorized to perform: dynamodb:Query')
    await expect(client.send(new GetItemCommand({ TableName, Key: item('other') }))).rejects.toThrow('dynamodb:GetItem')
    await expect(client.send(new ScanCommand({ TableName }))).rejects.toThrow('dynamodb:Scan')
  })
})

describe('condition keys of what a request names', () => {
  it('dynamodb:Attributes and dynamodb:Select confine a role to attributes', async () => {
    const client = await clientOf('reader', {
      Action: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      Resource: arn,
      Condition: {
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'shown'] },
        StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES', 'dynamodb:ReturnValues': 'NONE' },
      },
    })
    const Key = item('mine')
    await client.send(new GetItemCommand({ TableName, Key, ProjectionExpression: 'pk, shown[0].secret' }))
    const hidden = { ProjectionExpression: 'pk, #s', ExpressionAttributeNames: { '#s': 'secret' } }
    await expect(client.send(new GetItemCommand({ TableName, Key, ...hidden }))).rejects.toThrow('dynamodb:GetItem')
    const query = { TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'mine' } } }
    await client.send(new QueryCommand({ ...query, ProjectionExpression: 'shown' }))
    await expect(client.send(new QueryCommand({ ...query, Select: 'ALL_ATTRIBUTES' }))).rejects.toThrow(
      'dynamodb:Query',
    )
    const update = (UpdateExpression: string, ReturnValues?: 'ALL_NEW') =>
      client.send(
        new UpdateItemCommand({
          ...{ TableName, Key, UpdateExpression, ReturnValues },
          ExpressionAttributeValues: { ':v': { N: '1' } },
        }),
      )
    await update('SET shown = if_not_exists(shown, :v)')
    await expect(update('SET secret = :v')).rejects.toThrow('dynamodb:UpdateItem')
    await expect(update('SET shown = :v', 'ALL_NEW')).rejects.toThrow('dynamodb:UpdateItem')
  })
})

describe('meter', () => {
  it('adds up units by table, caller and operation, transactions twice', async () => {
    const dynamodb = tables.cloud.context.service<DynamoDb>('dynamodb')
    const client = await clientOf('metered', { Action: 'dynamodb:*', Resource: '*' })
    const name = await tables.table('metered')
    dynamodb.resetMeter()
    const Item = { pk: { S: 'a' }, v: { S: 'x'.repeat(1500) } }
    await client.send(new PutItemCommand({ TableName: name, Item }))
    await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: name, Item } }] }))
    await client.send(new GetItemCommand({ TableName: name, Key: { pk: { S: 'a' } } }))
    await client.send(new GetItemCommand({ TableName: name, Key: { pk: { S: 'a' } }, ConsistentRead: true }))
    const caller = `arn:aws:iam::${ACCOUNT}:role/metered`
    expect(dynamodb.meter()).toEqual([
      { table: name, caller, operation: 'PutItem', calls: 1, readUnits: 0, writeUnits: 2 },
      { table: name, caller, operation: 'TransactWriteItems', calls: 1, readUnits: 0, writeUnits: 4 },
      { table: name, caller, operation: 'GetItem', calls: 2, readUnits: 1.5, writeUnits: 0 },
    ])
  })
  it('bills a refused write by the item that is there, twice in a transaction', async () => {
    const dynamodb = tables.cloud.context.service<DynamoDb>('dynamodb')
    const name = await tables.table('refused')
    const Item = { pk: { S: 'a' }, v: { S: 'x'.repeat(1500) } }
    await tables.db.send(new PutItemCommand({ TableName: name, Item }))
    dynamodb.resetMeter()
    const again = { TableName: name, Item: { pk: { S: 'a' } }, ConditionExpression: 'attribute_not_exists(pk)' }
    await expect(tables.db.send(new PutItemCommand(again))).rejects.toThrow('The conditional request failed')
    const both = [{ Put: again }, { Put: { TableName: name, Item: { pk: { S: 'b' } } } }]
    await expect(tables.db.send(new TransactWriteItemsCommand({ TransactItems: both }))).rejects.toThrow('cancelled')
    const units = dynamodb.meter().map(({ operation, writeUnits }) => [operation, writeUnits])
    expect(units).toEqual([
      ['PutItem', 2],
      ['TransactWriteItems', 6],
    ])
  })
})
