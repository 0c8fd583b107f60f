import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudWatchClient, DeleteAlarmsCommand, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { DisableRuleCommand, EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge'
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { marshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { synthesize } from '../../docs/examples/large-messages/app.ts'
import { ImportPrices } from '../../docs/examples/large-messages/contracts.ts'
import { figuresOf } from '../../docs/examples/large-messages/figures.ts'
import { priceList } from '../../docs/examples/large-messages/price-list.ts'
import { readingOf } from '../../docs/examples/large-messages/read.ts'
import type { Iam } from '../../local/services/iam/index.ts'
import { createBus } from '../../messaging/index.ts'
import { claimBucketName } from '../../messaging/names.ts'
import { startTestCloud, type TestCloud } from '../support/cloud.ts'

const DAY = 86_400_000
const list = priceList('spring', 'Acme', 5_000_000)
const figures = figuresOf(list)

let cloud: TestCloud
let s3: S3Client
let Bucket: string
beforeAll(async () => {
  cloud = await startTestCloud({ clock: 'auto' })
  await cloud.deploy(synthesize(join(mkdtempSync(join(tmpdir(), 'large-')), 'cdk.out')))
  for (const [name, value] of Object.entries(cloud.environment)) vi.stubEnv(name, value)
  s3 = cloud.client(S3Client)
  Bucket = claimBucketName('large', cloud.account, cloud.region)
  await stopTheClockwork()
}, 60_000)
afterAll(async () => {
  vi.unstubAllEnvs()
  await cloud.stop()
})

/** Sweepers and alarms would do nothing here, thousands of times in the weeks to come. */
async function stopTheClockwork(): Promise<void> {
  const events = cloud.client(EventBridgeClient)
  const { Rules = [] } = await events.send(new ListRulesCommand({}))
  for (const { Name } of Rules) await events.send(new DisableRuleCommand({ Name }))
  const cloudwatch = cloud.client(CloudWatchClient)
  const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ MaxRecords: 100 }))
  await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: MetricAlarms.map(({ AlarmName = '' }) => AlarmName) }))
}

const door = (closed: boolean) =>
  cloud.client(DynamoDBClient).send(
    new PutItemCommand({
      TableName: 'large-search',
      Item: marshall({ pk: 'door#index', sk: '-', item: { name: 'index', closed } }),
    }),
  )
const queueUrl = (name: string): string => `${cloud.endpoint}/${cloud.account}/${name}`
const queueArn = (name: string): string => `arn:aws:sqs:${cloud.region}:${cloud.account}:${name}`
const objects = async (): Promise<readonly string[]> =>
  ((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key = '' }) => Key)
const waiting = async (name: string): Promise<string | undefined> => {
  const wanted = { QueueUrl: queueUrl(name), AttributeNames: ['ApproximateNumberOfMessages' as const] }
  return (await cloud.client(SQSClient).send(new GetQueueAttributesCommand(wanted))).Attributes
    ?.ApproximateNumberOfMessages
}

it('F7: an event of 5 MB reaches every subscriber and a saga, and a dead letter of it is redriven on day 13', async () => {
  expect(JSON.stringify(list).length).toBeGreaterThan(5_000_000)
  await door(true)
  const bus = createBus({ app: 'large', now: () => cloud.clock.now() })
  await bus.send(ImportPrices, list, { id: 'spring' })
  await cloud.clock.idle()
  expect(await readingOf('pricing', 'spring')).toEqual(figures)
  expect(await readingOf('catalogue', 'spring')).toEqual(figures)
  expect(await readingOf('search', 'spring')).toBeUndefined()
  // As the page on large messages shows it.
  expect(readFileSync('docs/guide/large-messages.md', 'utf8')).toContain(`spring: ${JSON.stringify(figures)}`)
  expect(await waiting('large-search-index-names-dlq')).toBe('1')

  await cloud.clock.advance(13 * DAY)
  await door(false)
  await cloud.client(SQSClient).send(
    new StartMessageMoveTaskCommand({
      SourceArn: queueArn('large-search-index-names-dlq'),
      DestinationArn: queueArn('large-search-index-names'),
    }),
  )
  await cloud.clock.idle()
  expect(await readingOf('search', 'spring')).toEqual(figures)
  expect(await waiting('large-search-index-names-dlq')).toBe('0')
  expect(await objects()).toHaveLength(2)
})

it('F7: each role reaches the objects of its own contracts only, a sender its own', async () => {
  const [command = '', event = ''] = (await objects()).toSorted()
  expect([command, event].map((key) => key.split('/').slice(0, 3))).toEqual([
    ['claims', 'catalogue.ImportPrices', 'client'],
    ['claims', 'catalogue.PricesImported', 'catalogue.import-prices'],
  ])
  const sums = await roleOf('large-pricing-sum-prices')
  const imports = await roleOf('large-catalogue-import-prices')
  const get = async (client: S3Client, Key: string) =>
    (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToByteArray()
  const put = (client: S3Client, Key: string) => client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
  const denied = { name: 'AccessDenied' }
  await get(sums, event)
  await expect(get(sums, command)).rejects.toMatchObject(denied)
  await expect(put(sums, event)).rejects.toMatchObject(denied)
  await expect(sums.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject(denied)
  await get(imports, command)
  await expect(get(imports, event)).rejects.toMatchObject(denied)
  await put(imports, 'claims/catalogue.PricesImported/catalogue.import-prices/own')
  await expect(put(imports, 'claims/catalogue.PricesImported/client/theirs')).rejects.toMatchObject(denied)
  await expect(put(imports, command)).rejects.toMatchObject(denied)
})

it('F7: no object outlives its days, claimed or not', async () => {
  await cloud.clock.advance(62 * DAY)
  expect(await objects()).toEqual([])
})

it('a small body travels as it is, filters see what is plain, and nothing is put', async () => {
  const bus = createBus({ app: 'large', now: () => cloud.clock.now() })
  const small = priceList('small', 'Acme', 500)
  const other = { ...priceList('other', 'Other', 3_000), lines: priceList('other', 'Other', 60_000).lines }
  await bus.send(ImportPrices, small, { id: 'small' })
  await bus.send(ImportPrices, other, { id: 'other' })
  await cloud.clock.idle()
  expect(await readingOf('pricing', 'small')).toEqual(figuresOf(small))
  expect(await readingOf('search', 'other')).toEqual(figuresOf(other))
  expect(await readingOf('pricing', 'other')).toBeUndefined()
  expect((await objects()).map((key) => key.split('/')[1])).toEqual(['catalogue.PricesImported'])
})

it('what travels by claim check is small wherever it waits', async () => {
  await door(true)
  const bus = createBus({ app: 'large', now: () => cloud.clock.now() })
  await bus.send(ImportPrices, priceList('again', 'Acme', 60_000), { id: 'again' })
  await cloud.clock.idle()
  const { Messages = [] } = await cloud
    .client(SQSClient)
    .send(new ReceiveMessageCommand({ QueueUrl: queueUrl('large-search-index-names-dlq') }))
  expect(Messages[0]?.Body?.length).toBeLessThan(2_500)
  expect(Messages[0]?.Body).toContain('"supplier":"Acme"')
})

/** A client with the keys that a function of the example works with. */
async function roleOf(FunctionName: string): Promise<S3Client> {
  const { Configuration } = await cloud.client(LambdaClient).send(new GetFunctionCommand({ FunctionName }))
  return cloud.client(S3Client, cloud.context.service<Iam>('iam').issueSession(Configuration?.Role ?? '', FunctionName))
}
