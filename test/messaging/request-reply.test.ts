import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import { BatchWriteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { marshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { synthesize } from '../../docs/examples/request-reply/app.ts'
import { GetStock } from '../../docs/examples/request-reply/contracts.ts'
import type { FaultPlan } from '../../local/kernel/faults.ts'
import { createBus, Refused, RequestTimeout } from '../../messaging/index.ts'
import { openMailbox } from '../../messaging/runtime/mailbox.ts'
import { globals } from '../../messaging/runtime/ports.ts'
import { replyPutter } from '../../messaging/runtime/reply-record.ts'
import { openTable } from '../../messaging/runtime/table.ts'
import { duplicating } from '../e2e/faults.ts'
import { startTestCloud, type TestCloud } from '../support/cloud.ts'

let cloud: TestCloud
const now = () => cloud.clock.now()
const bus = createBus({ app: 'ask', now: () => now() })
/** Articles in the table, each with its number on stock: a reply tells whose it is. */
const ARTICLES = 1_000
const WRITE_AT_ONCE = 25

beforeAll(async () => {
  // One delivery in twenty comes twice: the responder handles it twice.
  let deliveries = 0
  const duplicates = duplicating()
  const faults: FaultPlan = (...at) => (duplicates(...at) === 'none' || deliveries++ % 20 > 0 ? 'none' : 'duplicate')
  cloud = await startTestCloud({ clock: 'auto', faults })
  await cloud.deploy(synthesize(join(mkdtempSync(join(tmpdir(), 'ask-')), 'cdk.out')))
  for (const [name, value] of Object.entries(cloud.environment)) vi.stubEnv(name, value)
  const articles = ['slow', ...Array.from({ length: ARTICLES }, (_, n) => `sku-${n}`)].map((sku) => {
    const Item = marshall({ pk: `stock#${sku}`, sk: '-', item: { sku, left: Number(sku.slice(4)) || 0 } })
    return { PutRequest: { Item } }
  })
  for (let n = 0; n < articles.length; n += WRITE_AT_ONCE) {
    const RequestItems = { 'ask-inventory': articles.slice(n, n + WRITE_AT_ONCE) }
    await cloud.client(DynamoDBClient).send(new BatchWriteItemCommand({ RequestItems }))
  }
}, 60_000)

afterAll(async () => {
  vi.unstubAllEnvs()
  await cloud.stop()
})

async function replies(): Promise<number> {
  const names = {
    FilterExpression: 'begins_with(pk, :reply)',
    ExpressionAttributeValues: { ':reply': { S: 'reply#' } },
  }
  const { Count = 0 } = await cloud
    .client(DynamoDBClient)
    .send(new ScanCommand({ TableName: 'ask-inventory', ...names }))
  return Count
}

async function sumOf(MetricName: string): Promise<number> {
  const Dimensions = [
    { Name: 'service', Value: 'inventory' },
    { Name: 'responder', Value: 'inventory.get-stock' },
  ]
  const [StartTime, EndTime] = [new Date(now() - 3_600_000), new Date(now() + 3_600_000)]
  const query = { Namespace: 'Penstock/ask', MetricName, Dimensions, StartTime, EndTime, Period: 3600 }
  const command = new GetMetricStatisticsCommand({ ...query, Statistics: ['Sum'] })
  const { Datapoints = [] } = await cloud.client(CloudWatchClient).send(command)
  return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)
}

it('F14: 1,000 concurrent requests, some handled twice, have one reply each, and every requester gets its own', async () => {
  const wanted = Array.from({ length: ARTICLES }, (_, n) => n)
  const got = await Promise.all(
    wanted.map(async (n) => (await bus.request(GetStock, { sku: `sku-${n}` }, { timeout: '10m' })).left),
  )
  expect(got).toEqual(wanted)
  await cloud.clock.idle()
  expect(await replies()).toBe(ARTICLES)
  expect(await sumOf('Deduped')).toBeGreaterThan(0)
})

it('F14: replies never cross, also where two requesters use the same ids', async () => {
  const dynamo = cloud.client(DynamoDBClient)
  const ports = { ...globals, now }
  const table = openTable(dynamo, 'ask-inventory', ports)
  const put = replyPutter(dynamo, 'ask-inventory', ports)
  const requesters = ['one', 'other']
  const asked = Array.from({ length: 50 }, (_, n) => n).flatMap((n) =>
    requesters.map((who) => [who, `r-${n}`] as const),
  )
  const mailboxes = new Map(requesters.map((who) => [who, openMailbox(table, who, ports)]))
  const answers = asked.map(([who, id]) => mailboxes.get(who)?.reply(id, Number.POSITIVE_INFINITY))
  // Replied in another order than asked.
  const order = asked.toSorted(([a, b], [c, d]) => (`${b}${a}` < `${d}${c}` ? 1 : -1))
  await Promise.all(order.map(([who, id]) => put(who, id, { kind: 'reply', data: `${who} ${id}` })))
  expect(await Promise.all(answers)).toEqual(asked.map(([who, id]) => ({ kind: 'reply', data: `${who} ${id}` })))
})

it('F14: a refusal is told with its reasons, by both ways', async () => {
  for (const by of ['queue', 'lambda'] as const) {
    expect(await bus.request(GetStock, { sku: 'sku-7' }, { by, timeout: '1h' })).toEqual({ sku: 'sku-7', left: 7 })
    const refused = await bus
      .request(GetStock, { sku: 'unicorn' }, { by, timeout: '1h' })
      .catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Refused)
    expect(refused).toMatchObject({ status: 404, reasons: ['there is no article unicorn'] })
  }
  // @ts-expect-error the request must be the contract's
  await expect(bus.request(GetStock, { article: 'sku-7' })).rejects.toThrow('inventory.GetStock: sku: ')
})

it('F14: a request without a reply in time ends in RequestTimeout, and its late reply is counted and not delivered', async () => {
  const before = await replies()
  const late = await bus.request(GetStock, { sku: 'slow' }, { timeout: '2s' }).catch((error: unknown) => error)
  expect(late).toBeInstanceOf(RequestTimeout)
  expect(late).toMatchObject({ query: 'inventory.GetStock', timeout: 2_000 })
  await cloud.clock.idle()
  expect(await replies()).toBe(before)
  expect((await sumOf('LateReply')) + (await sumOf('Expired'))).toBeGreaterThan(0)
  const dead = new ReceiveMessageCommand({ QueueUrl: `${cloud.endpoint}/000000000000/ask-inventory-get-stock-dlq` })
  expect((await cloud.client(SQSClient).send(dead)).Messages).toBeUndefined()
})
