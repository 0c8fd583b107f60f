import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { LambdaClient, ListEventSourceMappingsCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda'
import { GetQueueAttributesCommand, PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { synthesize } from '../../docs/examples/under-load/app.ts'
import { CallPartner, Charge, ImportRows, Print, RowsImported } from '../../docs/examples/under-load/contracts.ts'
import { type Done, openTable } from '../../docs/examples/under-load/table.ts'
import { createBus } from '../../messaging/index.ts'
import { resourcesOf } from '../lib/example/resources.ts'
import { startTestCloud, type TestCloud } from '../support/cloud.ts'
import { envelope } from './support.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

let cloud: TestCloud
let app: ReturnType<typeof synthesize>['app']
let table: ReturnType<typeof openTable>
const now = () => cloud.clock.now()
const bus = createBus({ app: 'load', now: () => now() })

beforeAll(async () => {
  cloud = await startTestCloud()
  const synthesized = synthesize(join(mkdtempSync(join(tmpdir(), 'load-')), 'cdk.out'))
  app = synthesized.app
  await cloud.deploy(synthesized.folder)
  for (const [name, value] of Object.entries(cloud.environment)) vi.stubEnv(name, value)
  table = openTable(cloud)
  await cloud.clock.advance(MINUTE)
})

afterAll(async () => {
  vi.unstubAllEnvs()
  table.close()
  await cloud.stop()
})

const queueUrl = (name: string) => `${cloud.endpoint}/000000000000/${name}`

/** Messages of a queue, seen or not. */
async function lengthOf(name: string): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl(name), AttributeNames: [...names] })
  const { Attributes = {} } = await cloud.client(SQSClient).send(command)
  return names.reduce((sum, attribute) => sum + Number(Attributes[attribute]), 0)
}

const sumOf = (metric: string, consumer: string, from: number) =>
  statistic('Penstock/load', metric, { service: 'work', consumer }, from)

async function statistic(
  Namespace: string,
  MetricName: string,
  dimensions: Readonly<Record<string, string>>,
  from: number,
): Promise<number> {
  const { Datapoints = [] } = await cloud.client(CloudWatchClient).send(
    new GetMetricStatisticsCommand({
      Namespace,
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(from),
      EndTime: new Date(now() + MINUTE),
      Period: 3600,
      Statistics: ['Sum'],
    }),
  )
  return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)
}

/** Fills a queue with a backlog, past the wire: a thousand requests would only cost time. */
async function backlog(queue: string, type: string, count: number, customer = 'anyone'): Promise<void> {
  const time = new Date(now()).toISOString()
  for (let n = 0; n < count; n += 10) {
    const Entries = Array.from({ length: 10 }, (_, index) => {
      const id = `${customer}-${type}-${n + index}`
      const data = { id, customer }
      const MessageBody = JSON.stringify(
        envelope({ id, type, source: 'work', time, partitionkey: id, data, tenant: customer }),
      )
      return { Id: String(index), MessageBody, ...(type === ImportRows.name && { MessageGroupId: customer }) }
    })
    const input = { QueueUrl: queueUrl(queue), Entries }
    await cloud.context.call({ caller: cloud.context.administrator, service: 'sqs', action: 'SendMessageBatch', input })
  }
}

const p95 = (waits: readonly number[]): number =>
  waits.toSorted((a, b) => a - b)[Math.ceil(waits.length * 0.95) - 1] ?? 0

/** Sends one message every half second, and answers how long those took. */
async function paced(count: number, send: (id: string) => Promise<unknown>, what: string): Promise<readonly number[]> {
  const prefix = `paced-${now()}-`
  for (let n = 0; n < count; n++) {
    await send(`${prefix}${n}`)
    await cloud.clock.advance(SECOND / 2)
  }
  await cloud.clock.advance(5 * SECOND)
  return (await table.done(what)).filter(({ id }) => id.startsWith(prefix)).map(({ waited }) => waited)
}

it('F12: a backlog of 10,000 at low priority leaves the p95 of the others below twice what it was', async () => {
  const print = (id: string) => bus.send(Print, { id, customer: 'anyone' })
  const idle = await paced(10, print, 'print')
  await backlog('load-work-print-low', Print.name, 10_000)
  expect(await lengthOf('load-work-print-low')).toBe(10_000)
  const busy = await paced(10, print, 'print')
  expect([idle.length, busy.length]).toEqual([10, 10])
  expect(p95(busy)).toBeLessThanOrEqual(2 * p95(idle) + SECOND / 10)
  const left = await lengthOf('load-work-print-low')
  expect(left).toBeLessThan(10_000)
  expect(left).toBeGreaterThan(9_000)
  await purge('load-work-print-low')
})

/** What comes next would only wait for it. */
const purge = (name: string) => cloud.client(SQSClient).send(new PurgeQueueCommand({ QueueUrl: queueUrl(name) }))

/** At most so many executions of a function; the pollers of its queue know nothing of it and run into throttles. */
const reserve = (FunctionName: string, ReservedConcurrentExecutions: number) =>
  cloud.client(LambdaClient).send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }))

it('F13: a burst of ten times the rate, throttled too, ends nowhere but at the partner, never faster than its limit', async () => {
  const start = now()
  await reserve('load-work-call-partner', 1)
  await Promise.all(
    Array.from({ length: 200 }, (_, n) => bus.send(CallPartner, { id: `call-${n}`, customer: 'anyone' })),
  )
  await cloud.clock.advance(5 * SECOND)
  await reserve('load-work-call-partner', 5)
  await cloud.clock.advance(40 * SECOND)
  const throttles = await statistic('AWS/Lambda', 'Throttles', { FunctionName: 'load-work-call-partner' }, start)
  expect(throttles).toBeGreaterThan(0)
  const calls = await table.done('called')
  expect(calls).toHaveLength(200)
  expect([await lengthOf('load-work-call-partner'), await lengthOf('load-work-call-partner-dlq')]).toEqual([0, 0])
  for (const seconds of [1, 2, 5]) expect(mostWithin(calls, seconds * SECOND)).toBeLessThanOrEqual(20 * seconds + 5)
  const seconds = ((calls.at(-1)?.at ?? 0) - start) / SECOND
  expect(seconds).toBeGreaterThanOrEqual((200 - 5) / 20)
})

/** The most that were done within any stretch of so many milliseconds. */
function mostWithin(entries: readonly Done[], ms: number): number {
  return Math.max(...entries.map(({ at }) => entries.filter((other) => other.at >= at && other.at < at + ms).length))
}

it('F55: each consumer has a queue, a function and a bound of its own, and no reserved concurrency', () => {
  const mappings = resourcesOf(app, 'AWS::Lambda::EventSourceMapping').filter(
    ({ Properties }) => Properties.ScalingConfig,
  )
  expect(mappings.map(({ Properties }) => Properties.ScalingConfig.MaximumConcurrency).sort()).toEqual([
    2, 2, 2, 2, 2, 4, 4, 5, 5,
  ])
  expect(new Set(mappings.map(({ Properties }) => JSON.stringify(Properties.EventSourceArn))).size).toBe(9)
  for (const { Properties } of resourcesOf(app, 'AWS::Lambda::Function'))
    expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions')
})

it('F55: a consumer that is saturated leaves the p95 of another as it was', async () => {
  const print = (id: string) => bus.send(Print, { id, customer: 'anyone' })
  const idle = await paced(10, print, 'print')
  await backlog('load-work-import-rows', ImportRows.name, 1_000)
  const saturated = await paced(10, print, 'print')
  expect(await lengthOf('load-work-import-rows')).toBeGreaterThan(500)
  expect([saturated.length, p95(saturated)]).toEqual([10, p95(idle)])
  await purge('load-work-import-rows')
})

/** Whether Lambda's pollers read a worker's queue. */
async function mappingStateOf(worker: string): Promise<string | undefined> {
  const EventSourceArn = `arn:aws:sqs:${cloud.region}:000000000000:load-work-${worker}`
  const answer = await cloud.client(LambdaClient).send(new ListEventSourceMappingsCommand({ EventSourceArn }))
  return answer.EventSourceMappings?.[0]?.State
}

const charge = (prefix: string, count: number) =>
  Promise.all(Array.from({ length: count }, (_, n) => bus.send(Charge, { id: `${prefix}-${n}`, customer: 'anyone' })))

const charged = async (prefix: string) => (await table.done('charged')).filter(({ id }) => id.startsWith(prefix))

/** Imports so many, one every half second, and answers how long the events waited for one of their consumers. */
const noted = (count: number, what: string) =>
  paced(count, (id) => bus.send(ImportRows, { id, customer: 'anyone' }), what)

it('F9, F38: a consumer that is slow delays no other of the same events, and one with best effort sees each once', async () => {
  const fast = await noted(10, 'noted')
  await publishPast(300)
  // As a relay does that died in the middle.
  await publishPast(50)
  const beside = await noted(10, 'noted')
  expect(await lengthOf('load-work-index-rows')).toBeGreaterThan(100)
  expect([fast.length, beside.length]).toEqual([10, 10])
  expect(p95(beside)).toBeLessThanOrEqual(1.1 * p95(fast))
  await cloud.clock.advance(10 * SECOND)
  const command = new FilterLogEventsCommand({
    logGroupName: '/aws/lambda/load-work-meter-rows',
    filterPattern: 'metered',
  })
  const { events = [] } = await cloud.client(CloudWatchLogsClient).send(command)
  const imports = events.map(({ message = '{}' }) => JSON.parse(message).import as string)
  const past = imports.filter((id) => id.startsWith('event-'))
  expect([past.length, new Set(past).size]).toEqual([300, 300])
  await purge('load-work-index-rows')
})

/** Publishes events to all their consumers at once, past their maker. */
async function publishPast(count: number): Promise<void> {
  const time = new Date(now()).toISOString()
  const TopicArn = `arn:aws:sns:${cloud.region}:000000000000:load-work-RowsImported`
  for (let n = 0; n < count; n += 10) {
    const PublishBatchRequestEntries = Array.from({ length: 10 }, (_, index) => {
      const id = `event-${n + index}`
      const data = { id, customer: 'anyone' }
      const Message = JSON.stringify(
        envelope({ id, type: RowsImported.name, source: 'work', time, partitionkey: id, data }),
      )
      return { Id: String(index), Message, MessageGroupId: 'anyone' }
    })
    const input = { TopicArn, PublishBatchRequestEntries }
    await cloud.context.call({ caller: cloud.context.administrator, service: 'sns', action: 'PublishBatch', input })
  }
}

it('F56: a dependency that is down for ten minutes pauses its consumer, burns no receives, and is found again within 30 s', async () => {
  await table.provider(false)
  const start = now()
  await charge('early', 5)
  await cloud.clock.advance(4 * MINUTE)
  expect(await mappingStateOf('charge')).toBe('Disabled')
  const counted = async () => [
    await sumOf('Probed', 'work.charge', start),
    await statistic('AWS/SQS', 'NumberOfMessagesReceived', { QueueName: 'load-work-charge' }, start),
  ]
  const [probedBefore = 0, receivedBefore = 0] = await counted()
  await charge('late', 50)
  await cloud.clock.advance(6 * MINUTE)
  expect(await table.done('charged')).toEqual([])
  const [probed = 0, received = 0] = await counted()
  expect(probed - probedBefore).toBeGreaterThanOrEqual(20)
  expect(received - receivedBefore).toBe(probed - probedBefore)
  await table.provider(true)
  const recovered = now()
  await cloud.clock.advance(2 * MINUTE)
  expect(await charged('early')).toHaveLength(5)
  expect(await charged('late')).toHaveLength(50)
  const first = (await table.done('charged'))[0]?.at ?? Number.POSITIVE_INFINITY
  expect(first - recovered).toBeLessThanOrEqual(30 * SECOND)
  expect(await mappingStateOf('charge')).toBe('Enabled')
  expect(await lengthOf('load-work-charge-dlq')).toBe(0)
  expect(await sumOf('BreakerOpened', 'work.charge', start)).toBe(1)
  expect(await sumOf('Probed', 'work.charge', start)).toBeLessThanOrEqual(10 * 4 + 1)
  expect(await sumOf('Failed', 'work.charge', start)).toBeLessThanOrEqual(5)
  expect(await sumOf('DeadLettered', 'work.charge', start)).toBe(0)
})
