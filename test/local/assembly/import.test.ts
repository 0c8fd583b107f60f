import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { expect, it, onTestFinished } from 'vitest'
import type { KernelOptions } from '../../../local/kernel/kernel.ts'
import { startTestCloud, type TestCloud } from '../../support/cloud.ts'
import { writeAssembly } from './support.ts'

const T = {
  Type: 'AWS::DynamoDB::Table',
  DeletionPolicy: 'Retain',
  Properties: {
    TableName: 'kept',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
  },
}
const queue = (VisibilityTimeout: number) => ({
  Type: 'AWS::SQS::Queue',
  DeletionPolicy: 'Retain',
  Properties: { QueueName: 'kept', VisibilityTimeout },
})
/** Fails, after all others. */
const impossible = {
  Type: 'AWS::SQS::Queue',
  DependsOn: ['T', 'Q'],
  Properties: { QueueName: 'impossible', VisibilityTimeout: 1e9 },
}

const assemblyOf = (Resources: object, name = 'it') =>
  writeAssembly({
    [name]: { template: { Resources, Outputs: { Stream: { Value: { 'Fn::GetAtt': ['T', 'StreamArn'] } } } } },
  })

async function cloudWith(options: KernelOptions & { persist?: string } = {}): Promise<TestCloud> {
  const cloud = await startTestCloud(options)
  onTestFinished(() => cloud.stop())
  return cloud
}

/** A stack whose first creation failed, after its table and its queue had been created. */
async function halfCreated(cloud: TestCloud): Promise<void> {
  await expect(cloud.deploy(assemblyOf({ T, Q: queue(30), Impossible: impossible }))).rejects.toThrow(/Impossible/)
  await cloud.client(DynamoDBClient).send(new PutItemCommand({ TableName: 'kept', Item: { id: { S: 'mine' } } }))
  const { QueueUrl } = await cloud.client(SQSClient).send(new GetQueueUrlCommand({ QueueName: 'kept' }))
  await cloud.client(SQSClient).send(new SendMessageCommand({ QueueUrl, MessageBody: 'mine' }))
}

const itemsOf = async (cloud: TestCloud) =>
  (await cloud.client(DynamoDBClient).send(new ScanCommand({ TableName: 'kept' }))).Count

it('what a failed creation kept is in the way of the next one, which says how to take it back', async () => {
  const cloud = await cloudWith()
  await halfCreated(cloud)
  await expect(cloud.deploy(assemblyOf({ T, Q: queue(30) }))).rejects.toThrow(
    /^Stack it: T \(AWS::DynamoDB::Table\): Table already exists: kept .*take it back with --import-existing/,
  )
})

it('what was kept comes into its stack with what it holds, changed where the template has changed', async () => {
  const cloud = await cloudWith()
  await halfCreated(cloud)
  const [stack] = await cloud.deploy(assemblyOf({ T, Q: queue(45) }), { importExisting: true })
  expect(stack?.changes.map(({ logicalId, kind }) => `${logicalId} ${kind}`)).toEqual(['T imported', 'Q imported'])
  expect(stack?.outputs.Stream).toMatch(/table\/kept\/stream\//)
  expect(await itemsOf(cloud)).toBe(1)
  expect(await cloud.deploy(assemblyOf({ T, Q: queue(45) }))).toMatchObject([{ changes: [] }])
})

it('an import that fails leaves what it took back where it was', async () => {
  const cloud = await cloudWith()
  await halfCreated(cloud)
  const again = assemblyOf({ T, Q: queue(30), Impossible: impossible })
  await expect(cloud.deploy(again, { importExisting: true })).rejects.toThrow(/Impossible/)
  expect(await itemsOf(cloud)).toBe(1)
})

it('what another stack has is not imported, and what nobody keeps is created', async () => {
  const cloud = await cloudWith()
  const [first] = await cloud.deploy(assemblyOf({ T }), { importExisting: true })
  expect(first?.changes).toMatchObject([{ kind: 'created' }])
  await expect(cloud.deploy(assemblyOf({ T }, 'other'), { importExisting: true })).rejects.toThrow(/already exists/)
})

it('tables that a folder kept over a restart come into their stack again', async () => {
  const persist = mkdtempSync(join(tmpdir(), 'penstock-kept-'))
  onTestFinished(() => rmSync(persist, { recursive: true }))
  const before = await cloudWith({ persist })
  await before.deploy(assemblyOf({ T }))
  await before.client(DynamoDBClient).send(new PutItemCommand({ TableName: 'kept', Item: { id: { S: 'mine' } } }))
  await before.stop()
  const after = await cloudWith({ persist })
  const [stack] = await after.deploy(assemblyOf({ T }), { importExisting: true })
  expect(stack?.changes).toMatchObject([{ kind: 'imported' }])
  expect(stack?.outputs.Stream).toMatch(/table\/kept\/stream\//)
  expect(await itemsOf(after)).toBe(1)
})
