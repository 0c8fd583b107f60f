import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetResourcePolicyCommand,
  ListTagsOfResourceCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ResourceContext } from '../../../../local/service.ts'
import type { DynamoDb } from '../../../../local/services/dynamodb/index.ts'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'

let cloud: TestCloud
let db: DynamoDBClient

beforeAll(async () => {
  cloud = await startTestCloud()
  db = cloud.client(DynamoDBClient)
})
afterAll(() => cloud.stop())

const typeOf = (name: string) => {
  const type = cloud.context.service<DynamoDb>('dynamodb').resources[name]
  if (!type) throw new Error(`No resource type ${name}`)
  return type
}
const resource: ResourceContext = {
  logicalId: 'Orders',
  stackName: 'Shop',
  stackId: 'id',
  physicalName: () => 'Shop-Orders-1A',
  assetPath: () => '',
  path: 'Shop/Orders',
}
const describeTable = async (TableName: string) => (await db.send(new DescribeTableCommand({ TableName }))).Table

const keys = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'g', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byG',
      KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
}

describe('AWS::DynamoDB::Table', () => {
  it('makes a table that is ready, with its stream, time to live, tags and policy', async () => {
    const type = typeOf('AWS::DynamoDB::Table')
    const statement = { Effect: 'Allow', Principal: '*', Action: 'dynamodb:GetItem', Resource: '*' }
    const properties = {
      ...keys,
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      SSESpecification: { SSEEnabled: 'true', KMSMasterKeyId: 'arn:aws:kms:us-east-1:000000000000:key/k' },
      Tags: [{ Key: 'app', Value: 'shop' }],
      ResourcePolicy: { PolicyDocument: { Version: '2012-10-17', Statement: [statement] } },
      DeletionProtectionEnabled: 'false',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: 'true', RecoveryPeriodInDays: '7' },
    }
    const { ref, attributes } = await type.create(properties, resource)
    expect(ref).toBe('Shop-Orders-1A')
    const table = await describeTable(ref)
    expect(table).toMatchObject({
      TableStatus: 'ACTIVE',
      LatestStreamArn: attributes.StreamArn,
      TableArn: attributes.Arn,
    })
    expect(table?.SSEDescription?.KMSMasterKeyArn).toBe('arn:aws:kms:us-east-1:000000000000:key/k')
    const { ContinuousBackupsDescription } = await db.send(new DescribeContinuousBackupsCommand({ TableName: ref }))
    expect(ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toMatchObject({
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: 7,
    })
    const ttl = await db.send(new DescribeTimeToLiveCommand({ TableName: ref }))
    expect(ttl.TimeToLiveDescription?.AttributeName).toBe('ttl')
    const { Tags } = await db.send(new ListTagsOfResourceCommand({ ResourceArn: table?.TableArn }))
    expect(Tags).toEqual([{ Key: 'app', Value: 'shop' }])
    const { Policy } = await db.send(new GetResourcePolicyCommand({ ResourceArn: table?.TableArn }))
    expect(JSON.parse(Policy ?? '')).toEqual(properties.ResourcePolicy.PolicyDocument)
    await type.delete(ref, properties)
    await expect(describeTable(ref)).rejects.toThrow('not found')
  })

  it('changes a table in place, but for its key', async () => {
    const type = typeOf('AWS::DynamoDB::Table')
    const first = { ...keys, TableName: 'changed' }
    await type.create(first, resource)
    const second = {
      ...first,
      AttributeDefinitions: [...keys.AttributeDefinitions, { AttributeName: 'h', AttributeType: 'S' }],
      GlobalSecondaryIndexes: [
        { ...keys.GlobalSecondaryIndexes[0], IndexName: 'byH', KeySchema: [{ AttributeName: 'h', KeyType: 'HASH' }] },
      ],
      StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
      DeletionProtectionEnabled: true,
      Tags: [{ Key: 'a', Value: 'b' }],
    }
    const updated = await type.update?.('changed', second, first, resource)
    const table = await describeTable('changed')
    expect(table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['byH'])
    expect(table).toMatchObject({ DeletionProtectionEnabled: true, LatestStreamArn: updated?.attributes.StreamArn })
    const other = { ...second, KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }] }
    expect(await type.update?.('changed', other, second, resource)).toBeUndefined()
  })

  it('changes the capacity of an index in place, also where its table leaves on-demand', async () => {
    const type = typeOf('AWS::DynamoDB::Table')
    const first = { ...keys, TableName: 'resized' }
    const sized = (units: number) => {
      const ProvisionedThroughput = { ReadCapacityUnits: units, WriteCapacityUnits: units }
      const GlobalSecondaryIndexes = [{ ...keys.GlobalSecondaryIndexes[0], ProvisionedThroughput }]
      return { ...first, BillingMode: 'PROVISIONED', ProvisionedThroughput, GlobalSecondaryIndexes }
    }
    await type.create(first, resource)
    let previous: object = first
    for (const next of [sized(3), sized(4), first]) {
      await type.update?.('resized', next, previous as typeof first, resource)
      const units = 'ProvisionedThroughput' in next ? next.ProvisionedThroughput : { ReadCapacityUnits: 0 }
      const table = await describeTable('resized')
      expect(table?.ProvisionedThroughput).toMatchObject(units)
      expect(table?.GlobalSecondaryIndexes).toMatchObject([{ IndexStatus: 'ACTIVE', ProvisionedThroughput: units }])
      previous = next
    }
  })

  it('refuses by name what has no effect here', async () => {
    const GlobalSecondaryIndexes = [{ ...keys.GlobalSecondaryIndexes[0], Sharding: 1 }]
    await expect(typeOf('AWS::DynamoDB::Table').create({ ...keys, GlobalSecondaryIndexes }, resource)).rejects.toThrow(
      'does not simulate GlobalSecondaryIndexes.Sharding',
    )
  })
})

describe('AWS::DynamoDB::GlobalTable', () => {
  const replica = { Region: 'us-east-1', Tags: [{ Key: 'app', Value: 'shop' }], DeletionProtectionEnabled: true }

  it('makes the table of its one replica', async () => {
    const properties = {
      ...keys,
      TableName: 'global',
      Replicas: [replica],
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    }
    const { attributes } = await typeOf('AWS::DynamoDB::GlobalTable').create(properties, resource)
    const table = await describeTable('global')
    expect(table).toMatchObject({
      TableStatus: 'ACTIVE',
      DeletionProtectionEnabled: true,
      LatestStreamArn: attributes.StreamArn,
    })
  })

  it('takes provisioned units from the table and its replica', async () => {
    const properties = {
      ...keys,
      TableName: 'provisioned',
      BillingMode: 'PROVISIONED',
      WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: { MinCapacity: 2, MaxCapacity: 9 } },
      GlobalSecondaryIndexes: [
        { ...keys.GlobalSecondaryIndexes[0], WriteProvisionedThroughputSettings: { WriteCapacityUnits: '3' } },
      ],
      Replicas: [
        {
          Region: 'us-east-1',
          ReadProvisionedThroughputSettings: { ReadCapacityUnits: 4 },
          GlobalSecondaryIndexes: [{ IndexName: 'byG', ReadProvisionedThroughputSettings: { ReadCapacityUnits: 5 } }],
        },
      ],
    }
    await typeOf('AWS::DynamoDB::GlobalTable').create(properties, resource)
    const table = await describeTable('provisioned')
    expect(table?.ProvisionedThroughput).toMatchObject({ WriteCapacityUnits: 2, ReadCapacityUnits: 4 })
    const [index] = table?.GlobalSecondaryIndexes ?? []
    expect(index?.ProvisionedThroughput).toMatchObject({ WriteCapacityUnits: 3, ReadCapacityUnits: 5 })
  })

  it('refuses a second replica', async () => {
    const properties = { ...keys, TableName: 'two', Replicas: [replica, { Region: 'eu-west-1' }] }
    await expect(typeOf('AWS::DynamoDB::GlobalTable').create(properties, resource)).rejects.toThrow(
      'does not simulate a GlobalTable with 2 replicas',
    )
  })
})
