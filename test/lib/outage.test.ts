import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createBus } from '../../messaging/index.ts'
import { startTestCloud, type TestCloud } from '../support/cloud.ts'
import { exampleApp } from './example/app.ts'
import { TakeStep, TellNews } from './outage/contracts.ts'
import { handler as followSteps } from './outage/follow-steps.ts'
import { handler as hearNews } from './outage/hear-news.ts'
import { handler as takeStep } from './outage/take-step.ts'
import { handler as tellNews } from './outage/tell-news.ts'

const HOUR = 3_600_000
const of = { orders: { consumers: [tellNews, takeStep] }, shipping: { consumers: [hearNews, followSteps] } }

let cloud: TestCloud
let bus: ReturnType<typeof createBus>
let sent = 0

beforeAll(async () => {
  cloud = await startTestCloud()
  await cloud.deploy(exampleApp({ of }).synth().directory)
  vi.stubEnv('AWS_ENDPOINT_URL', cloud.endpoint)
  vi.stubEnv('AWS_REGION', cloud.region)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  bus = createBus({ app: 'ex' })
  await pass(1)
}, 60_000)

afterAll(async () => {
  vi.unstubAllEnvs()
  await cloud.stop()
})

/** Lets hours pass; at every third, news are told and two walks take a step, unless all is quiet. */
async function pass(hours: number, { quiet = false } = {}): Promise<void> {
  for (let hour = 0; hour < hours; hour++) {
    if (!quiet && hour % 3 === 0) {
      await bus.send(TellNews, { key: 'news', n: sent })
      for (const key of ['a', 'b']) await bus.send(TakeStep, { key, n: sent })
      sent += 1
    }
    await cloud.clock.advance(HOUR)
  }
}

async function relay(Enabled: boolean): Promise<void> {
  const lambda = cloud.client(LambdaClient)
  const { EventSourceMappings } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: 'ex-orders-relay' }),
  )
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: EventSourceMappings?.[0]?.UUID, Enabled }))
  await cloud.clock.advance(60_000)
}

const sweeper = (runs: boolean) =>
  cloud
    .client(EventBridgeClient)
    .send(new (runs ? EnableRuleCommand : DisableRuleCommand)({ Name: 'ex-orders-sweeper' }))

async function itemsOf(table: string): Promise<readonly Record<string, unknown>[]> {
  const { Items = [] } = await cloud.client(DynamoDBClient).send(new ScanCommand({ TableName: table }))
  return Items.map((item) => unmarshall(item))
}

async function effects(): Promise<Readonly<Record<string, readonly number[]>>> {
  const rows = (await itemsOf('ex-shipping')).filter(({ pk }) => String(pk).startsWith('effects#'))
  return Object.fromEntries(
    rows.map(({ item }) => Object.values(item as { key: string; numbers: number[] }) as [string, number[]]),
  )
}

const allSent = () => Array.from({ length: sent }, (_, n) => n)

/** Each once; steps in order. */
async function expectEachOnce(): Promise<void> {
  const { news, 'steps-a': a, 'steps-b': b } = await effects()
  expect({ news: [...(news ?? [])].sort((x, y) => x - y), a, b }).toEqual({
    news: allSent(),
    a: allSent(),
    b: allSent(),
  })
}

const heartbeat = async () => (await itemsOf('ex-orders')).find(({ pk }) => pk === 'relay#heartbeat') ?? {}

describe('F35: an outage loses nothing, doubles nothing, and keeps the order of a key', { timeout: 60_000 }, () => {
  it('the relay is down for 25 hours', async () => {
    await expectEachOnce()
    await relay(false)
    await pass(5)
    expect((await effects()).news).toHaveLength(1)
    await pass(3)
    // After six hours the sweeper publishes in its place, from the oldest on, and units write rows.
    expect((await effects()).news?.length).toBeGreaterThanOrEqual(3)
    expect((await itemsOf('ex-orders')).filter(({ pk }) => String(pk).startsWith('out#')).length).toBeGreaterThan(0)
    await pass(17)
    await relay(true)
    await pass(3)
    await expectEachOnce()
    expect(await heartbeat()).not.toHaveProperty('sweepingSince')
  })

  it('the relay and the sweeper are down until the stream has dropped what is in rows', async () => {
    await relay(false)
    await sweeper(false)
    await pass(7, { quiet: true })
    await bus.send(TellNews, { key: 'news', n: sent })
    sent += 1
    await pass(30, { quiet: true })
    await sweeper(true)
    await relay(true)
    await pass(3, { quiet: true })
    const { news = [] } = await effects()
    expect([...news].sort((x, y) => x - y)).toEqual(allSent())
  })

  it('and a service at rest is no outage', async () => {
    await pass(20, { quiet: true })
    expect(await heartbeat()).not.toHaveProperty('sweepingSince')
    const rows = (await itemsOf('ex-orders')).filter(({ pk }) => String(pk).startsWith('out#')).length
    await pass(1)
    expect((await itemsOf('ex-orders')).filter(({ pk }) => String(pk).startsWith('out#'))).toHaveLength(rows)
  })
})
