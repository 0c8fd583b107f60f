import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { synthesize } from '../../docs/examples/failures/app.ts'
import { Charge } from '../../docs/examples/failures/contracts.ts'
import { consumer, createBus, delayedRetries, event, exponential, store } from '../../messaging/index.ts'
import { startTestCloud, type TestCloud } from '../support/cloud.ts'
import { stopRounds } from '../support/rounds.ts'
import { again, type Fates, type Lab, openLab } from './lab.ts'
import { envelope } from './support.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const schema = z.object({ orderId: z.string() })
const key = ({ orderId }: { orderId: string }) => orderId
const Placed = event('orders.OrderPlaced', { schema, key })
const Confirmed = event('orders.OrderConfirmed', { schema, key, ordered: true })
const handled = store('handled', { schema, key })

describe('a consumer with delayed retries', () => {
  let lab: Lab
  let fails = 0
  let attempts: number[]
  beforeEach(async () => {
    lab = await openLab()
    lab.ports.random = () => 0.5
    attempts = []
  })
  afterEach(() => lab.stop())

  /** Fails so many times, then does its work. */
  const charging = (backoff = exponential('1h', '1h'), options: Parameters<typeof delayedRetries>[0] = {}) =>
    consumer(
      import.meta,
      {
        id: 'shipping.charge',
        on: Placed,
        stores: { handled },
        delivery: { attempts: 4, backoff, delayedRetries: delayedRetries(options) },
      },
      (order, unit, { attempt }) => {
        attempts.push(attempt)
        if (attempts.length <= fails) throw new Error('closed')
        unit.handled.save(order)
      },
    )

  const one = async () => {
    const [record] = await lab.arrive([envelope()])
    if (!record) throw new Error('no message')
    return record
  }
  /** The newest copy that the relay ships, as it comes back. */
  const back = async () => {
    const copies = (await lab.outgoing()).sort((a, b) => (a.attempts ?? 0) - (b.attempts ?? 0))
    return lab.arrive(copies.slice(-1))
  }
  const effects = async () => (await lab.items()).filter(({ pk }) => pk.startsWith('handled#'))

  it('F44: sends a copy for a back-off over 15 minutes: the same id, attempts that go on, one effect', async () => {
    fails = 2
    const handler = charging()
    const record = await one()
    const first = await lab.invoke(handler, [record])
    expect(first).toEqual({ staying: [], calls: ['UpdateItemCommand'] })
    const { id, attempts: used, retryof, retryat = '' } = (await lab.outgoing())[0] ?? envelope()
    expect([id, used, retryof]).toEqual(['m-1', 1, record.messageId])
    expect(Date.parse(retryat) - lab.ports.now()).toBeLessThanOrEqual(HOUR)
    for (let n = 0; n < 2; n++) expect((await lab.invoke(handler, await back())).staying).toEqual([])
    expect(attempts).toEqual([1, 2, 3])
    expect(await effects()).toHaveLength(1)
  })

  it('F44: is dead after as many attempts as without, and begins anew when it is redriven', async () => {
    fails = 100
    const handler = charging()
    await lab.invoke(handler, [await one()])
    for (let n = 0; n < 3; n++) await lab.invoke(handler, await back())
    expect(attempts).toEqual([1, 2, 3, 4])
    const [letter] = await lab.deadLetters()
    expect(letter?.MessageAttributes?.attempts?.StringValue).toBe('4')
    expect(JSON.parse(letter?.Body ?? '')).toEqual(envelope())
  })

  it('F44: crashed before or after any call, or with its answer lost: one copy, no attempt beside it, one effect', async () => {
    fails = 1
    for (const fate of ['crash before', 'crash after', 'lose answer'] as const)
      for (let n = 0, calls = 1; n < calls; n++) {
        await lab.stop()
        lab = await openLab()
        lab.ports.random = () => 0.5
        attempts = []
        const handler = charging()
        const record = await one()
        const fates: Fates = (_, call) => (call === n ? fate : undefined)
        calls = Math.max(calls, (await lab.invoke(handler, [record], fates)).calls.length)
        const left = (await lab.outgoing()).length
        await lab.invoke(handler, [again(record)])
        expect(attempts.length, `${fate} ${n}: none once it has left`).toBe(left > 0 ? 1 : 2)
        if (left > 0) await lab.invoke(handler, await back())
        await lab.invoke(handler, [again(record, 3)])
        expect([await effects(), await lab.outgoing()], `${fate} ${n}`).toMatchObject([{ length: 1 }, { length: left }])
      }
  })

  it('F44: sends copies for short back-offs, too, while much of its queue is in flight', async () => {
    fails = 100
    const handler = charging(exponential('10s', '10s'), { inFlight: 3 })
    const [record] = await lab.arrive([envelope({ id: 'm-few' })])
    if (!record) throw new Error('no message')
    expect((await lab.invoke(handler, [record])).staying).toEqual([record.messageId])
    const records = await lab.arrive(['a', 'b', 'c'].map((id) => envelope({ id, partitionkey: id })))
    lab.ports.pass(MINUTE)
    expect((await lab.invoke(handler, records)).staying).toEqual([])
    expect((await lab.outgoing()).map(({ id }) => id).sort()).toEqual(['a', 'b', 'c'])
    expect(lab.counts.Delayed).toBe(3)
  })

  it('F44: keeps a message on its queue while the relay is hours behind', async () => {
    fails = 1
    lab.relayIsBehind = true
    const record = await one()
    expect((await lab.invoke(charging(), [record])).staying).toEqual([record.messageId])
    expect(await lab.outgoing()).toEqual([])
  })
})

describe('a declaration', () => {
  const declared = (delivery: object) => () =>
    consumer(import.meta, { id: 'shipping.x', on: Confirmed, delivery }, () => {})
  it.each([
    [
      '15 minutes',
      { backoff: exponential('1s', '16m') },
      /over 15 minutes .* has to leave its queue, by `delayedRetries/,
    ],
    ['order', { ordered: true, delayedRetries: delayedRetries() }, /in order a copy would be overtaken/],
    [
      'the age fence',
      { attempts: 6, backoff: exponential('7d', '7d'), delayedRetries: delayedRetries() },
      /back-offs of 840 h in all: .* 28 days at most/,
    ],
    [
      'what SQS holds',
      { delayedRetries: delayedRetries({ inFlight: 120_000 }) },
      /inFlight 120000 must be .* below 120000/,
    ],
  ])('F44: keeps within %s', (_, delivery, message) => {
    expect(declared(delivery)).toThrow(message)
  })
})

describe('the example of failures', () => {
  let cloud: TestCloud
  beforeAll(async () => {
    cloud = await startTestCloud()
    await cloud.deploy(synthesize(join(mkdtempSync(join(tmpdir(), 'delayed-')), 'cdk.out')))
    await stopRounds(cloud)
    for (const [name, value] of Object.entries(cloud.environment)) vi.stubEnv(name, value)
    await cloud.clock.advance(MINUTE)
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await cloud.stop()
  })

  it('F44: waits for hours away from its queue, with the grants of the template, and charges once', async () => {
    const bus = createBus({ app: 'bank', now: () => cloud.clock.now() })
    const start = cloud.clock.now()
    await bus.send(Charge, { account: 'eve', card: 'night' })
    await cloud.clock.advance(13 * HOUR)
    const query = {
      Namespace: 'Penstock/bank',
      MetricName: 'Delayed',
      Dimensions: Object.entries({ service: 'bank', consumer: 'bank.charge' }).map(([Name, Value]) => ({
        Name,
        Value,
      })),
      ...{
        StartTime: new Date(start),
        EndTime: new Date(cloud.clock.now()),
        Period: 3600,
        Statistics: ['Sum' as const],
      },
    }
    const { Datapoints = [] } = await cloud.client(CloudWatchClient).send(new GetMetricStatisticsCommand(query))
    // Full jitter may draw less than 15 minutes once or twice.
    expect(Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)).toBeGreaterThanOrEqual(1)
    const Key = { pk: { S: 'statements#eve' }, sk: { S: '-' } }
    const { Item = {} } = await cloud.client(DynamoDBClient).send(new GetItemCommand({ TableName: 'bank-bank', Key }))
    expect(unmarshall(Item).item).toEqual({ account: 'eve', lines: ['charged at attempt 4'] })
  })
})
