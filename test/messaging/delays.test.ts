import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { marshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { synthesize } from '../../docs/examples/unpaid-order/app.ts'
import { AskForReview, PaymentDue, PayOrder, PlaceOrder } from '../../docs/examples/unpaid-order/contracts.ts'
import { readOrder } from '../../docs/examples/unpaid-order/read-order.ts'
import { createBus } from '../../messaging/index.ts'
import { startTestCloud, type TestCloud } from '../support/cloud.ts'
import { stopRounds } from '../support/rounds.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let cloud: TestCloud
const now = () => cloud.clock.now()
const bus = createBus({ app: 'unpaid', now: () => now() })

beforeAll(async () => {
  cloud = await startTestCloud()
  await cloud.deploy(synthesize(join(mkdtempSync(join(tmpdir(), 'delays-')), 'cdk.out')))
  await stopRounds(cloud)
  for (const [name, value] of Object.entries(cloud.environment)) vi.stubEnv(name, value)
  await cloud.clock.advance(MINUTE)
})

afterAll(async () => {
  vi.unstubAllEnvs()
  await cloud.stop()
})

async function placed(...orderIds: readonly string[]): Promise<void> {
  for (const orderId of orderIds) {
    const item = { pk: `order#${orderId}`, sk: '-', item: { orderId, status: 'open', log: [] }, _v: 1 }
    await cloud.client(DynamoDBClient).send(new PutItemCommand({ TableName: 'unpaid-orders', Item: marshall(item) }))
  }
}

const order = (orderId: string) => readOrder(cloud, orderId)

/** When an order's handler did something, in milliseconds after `start`. */
const times = async (orderId: string, start: number): Promise<readonly number[]> =>
  (await order(orderId)).log.map((line) => Date.parse(line.split(' ')[1] ?? '') - start)

const schedules = async () => (await cloud.client(SchedulerClient).send(new ListSchedulesCommand({}))).Schedules ?? []

describe('a delayed command', () => {
  it('F48: is never early, and late by a second in a queue and a minute in a schedule at most: 0 s, 899 s, 901 s, 24 h, 1 y', async () => {
    const delays = { '0s': 0, '899s': 899 * SECOND, '901s': 901 * SECOND, '24h': DAY, '365d': 365 * DAY } as const
    await placed(...Object.keys(delays))
    // Between two seconds, as clients send.
    await cloud.clock.advance(123)
    const start = now()
    for (const delay of Object.keys(delays) as (keyof typeof delays)[])
      await bus.send(AskForReview, { orderId: delay }, { delay })
    expect(await schedules()).toHaveLength(3)
    await cloud.clock.advance(366 * DAY)
    for (const [delay, ms] of Object.entries(delays)) {
      const [at = Number.NaN, ...more] = await times(delay, start)
      expect(more).toEqual([])
      expect(at - ms).toBeGreaterThanOrEqual(0)
      expect(at - ms).toBeLessThanOrEqual(ms <= 900 * SECOND ? SECOND : MINUTE)
    }
    expect(await schedules()).toEqual([])
  })

  it('is refused where its contract does not let it wait so long', async () => {
    await expect(bus.send(PlaceOrder, { orderId: 'x' }, { delay: '901s' })).rejects.toThrow(
      "over its contract's maxDelay, 900 s",
    )
    await expect(bus.send(AskForReview, { orderId: 'x' }, { delay: '367d' })).rejects.toThrow('maxDelay, 31622400 s')
    // @ts-expect-error a timer is scheduled
    await expect(bus.send(PaymentDue, { orderId: 'x' })).rejects.toThrow('is a timer: schedule it')
  })

  it('sent again under its id is one, also while a schedule holds it', async () => {
    await placed('twice')
    for (let n = 0; n < 2; n++) await bus.send(AskForReview, { orderId: 'twice' }, { delay: '1h', id: 'same' })
    expect(await schedules()).toHaveLength(1)
    await cloud.clock.advance(2 * HOUR)
    expect((await order('twice')).log).toHaveLength(1)
  })
})

describe('a timer', () => {
  it('F49: goes off once, can be moved and cancelled by its key, and is set once however often it is asked for', async () => {
    await placed('moved', 'cancelled')
    const start = now()
    const data = { orderId: 'moved' }
    expect(await bus.schedule(PaymentDue, data, { after: '30m' })).toBe('scheduled')
    expect(await bus.schedule(PaymentDue, data, { after: '1h' })).toBe('already scheduled')
    expect(await bus.schedule(PaymentDue, { orderId: 'cancelled' }, { at: new Date(start + 30 * MINUTE) })).toBe(
      'scheduled',
    )
    await cloud.clock.advance(10 * MINUTE)
    expect(await schedules()).toHaveLength(2)
    expect(await bus.reschedule(PaymentDue, data, { after: '2h' })).toBe('rescheduled')
    expect(await bus.cancel(PaymentDue, 'cancelled')).toBe('cancelled')
    expect(await bus.cancel(PaymentDue, 'cancelled')).toBe('cancelled')
    await cloud.clock.advance(SECOND)
    expect(await schedules()).toHaveLength(1)
    await cloud.clock.advance(3 * HOUR)
    const [at = 0, ...more] = await times('moved', start)
    expect(more).toEqual([])
    expect(at).toBeGreaterThanOrEqual(10 * MINUTE + 2 * HOUR)
    expect((await order('cancelled')).log).toEqual([])
    expect(await bus.cancel(PaymentDue, 'moved')).toBe('fired')
    expect(await bus.reschedule(PaymentDue, data, { after: '1h' })).toBe('fired')
    expect(await bus.cancel(PaymentDue, 'nobody')).toBe('absent')
  })

  it('F49: a cancel at T-1 s tells the truth: the handler takes effect once where it says fired, and never where it says cancelled', async () => {
    // Held by the queue, so that taking a schedule back cannot help: the message comes in any case.
    const keys = Array.from({ length: 16 }, (_, index) => `race-${index}`)
    await placed(...keys)
    for (const orderId of keys) await bus.schedule(PaymentDue, { orderId }, { after: '10m' })
    await cloud.clock.advance(10 * MINUTE - SECOND)
    const [early, racing] = [keys.slice(0, 4), keys.slice(4)]
    const told = new Map(await Promise.all(early.map(async (key) => [key, await bus.cancel(PaymentDue, key)] as const)))
    expect([...told.values()]).toEqual(early.map(() => 'cancelled'))
    // From here on the handlers and the cancellations run side by side.
    const due = cloud.clock.advance(2 * SECOND)
    for (const key of racing) told.set(key, await bus.cancel(PaymentDue, key))
    await due
    await cloud.clock.advance(MINUTE)
    for (const key of keys) {
      const { log } = await order(key)
      expect([key, told.get(key), log.length]).toEqual([key, log.length === 1 ? 'fired' : 'cancelled', log.length])
    }
  })

  it('F50: an order paid at 29:59, at 30:00 or later is paid or cancelled, never both', async () => {
    const payments = {
      '29m': 29 * MINUTE + 59 * SECOND,
      '30m': 30 * MINUTE,
      '31m': 30 * MINUTE + SECOND,
      never: undefined,
    }
    const start = now()
    for (const orderId of Object.keys(payments)) await bus.send(PlaceOrder, { orderId })
    await cloud.clock.advance(SECOND)
    for (const [orderId, at] of Object.entries(payments)) {
      if (at === undefined) continue
      await cloud.clock.advance(start + at - now())
      await bus.send(PayOrder, { orderId })
    }
    await cloud.clock.advance(3 * DAY)
    for (const orderId of Object.keys(payments)) {
      const { status, log } = await order(orderId)
      const did = log.map((line) => line.split(' ')[0])
      expect([orderId, status, did]).toEqual([orderId, status, status === 'paid' ? ['asked'] : ['due']])
    }
    expect((await order('29m')).status).toBe('paid')
    expect((await order('never')).status).toBe('cancelled')
  })
})
