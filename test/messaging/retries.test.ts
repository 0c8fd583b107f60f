import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { consumer, type Duration, event, exponential, inline, Retry } from '../../messaging/index.ts'
import { type Lab, openLab } from './lab.ts'
import { envelope } from './support.ts'

const Order = z.object({ orderId: z.string() })
const Placed = event('orders.OrderPlaced', { schema: Order, key: (o) => o.orderId })

class Refused extends Error {
  override readonly name = 'Refused'
  readonly code = 'TooMany'
}

let lab: Lab
let id = 0
beforeAll(async () => {
  lab = await openLab()
})
beforeEach(() => {
  id++
})
afterAll(() => lab.stop())

/**
 * Runs a message that always fails until it does not come back. After the n-th attempt it must not come before 90 % of `expected(n)`
 * seconds, and must have come at 110 % (SQS hides for whole seconds).
 */
async function follow(error: () => unknown, delivery: object, expected: (n: number) => number) {
  let runs = 0
  const handler = consumer(import.meta, { id: `shipping.timeline-${id}`, on: Placed, delivery }, () => {
    runs++
    throw error()
  })
  let records = await lab.arrive([envelope({ id: `m-${id}` })])
  let receives = 0
  while (records.length > 0) {
    receives++
    await lab.invoke(handler, records)
    const wait = expected(receives)
    const early = Math.floor(wait * 0.9) * 1_000
    await lab.cloud.clock.advance(early)
    if (early > 0) expect(await lab.receive(), `attempt ${receives + 1} before its time`).toEqual([])
    await lab.cloud.clock.advance(Math.ceil(wait * 1.1) * 1_000 - early)
    records = await lab.receive()
  }
  return { receives, runs }
}

async function deadClasses() {
  const letters = (await lab.deadLetters()).filter(({ Body }) => JSON.parse(Body ?? '').id === `m-${id}`)
  return letters.map(({ MessageAttributes }) => MessageAttributes?.['error-class']?.StringValue)
}

describe('F44: retries', () => {
  it.each<[first: Duration, max: Duration]>([
    ['10s', '80s'],
    ['20s', '15m'],
  ])('come at the times of the policy: doubling from %s to %s, full jitter', async (first, max) => {
    const backoff = exponential(first, max)
    const draws: number[] = []
    const dice = lab.ports.random
    lab.ports.random = () => {
      const draw = 0.5 + dice() / 2
      draws.push(draw)
      return draw
    }
    const ceiling = (n: number) => Math.min(backoff.max, backoff.first * 2 ** (n - 1)) / 1000
    const { receives } = await follow(
      () => new Error('no'),
      { attempts: 7, backoff },
      (n) => (draws[n - 1] ?? 1) * ceiling(n),
    )
    lab.ports.random = dice
    expect([receives, draws.length]).toEqual([7, 6])
    expect(await deadClasses()).toEqual(['Error'])
  })

  it('have attempts and waits of their own by class of error: code before name', async () => {
    const errors = { TooMany: { attempts: 8, backoff: exponential('1s', '1s') }, Refused: 'dead' } as const
    const { receives } = await follow(
      () => new Refused('slow down'),
      { attempts: 2, errors },
      () => 1,
    )
    expect(receives).toBe(8)
    expect(await deadClasses()).toEqual(['Refused/TooMany'])
  })

  it('run within the attempt where the policy says inline, and cost no receive', async () => {
    const errors = { Refused: { inline: inline(3, '5ms', '50ms') } }
    const delivery = { attempts: 2, backoff: exponential('1s', '1s'), errors }
    const { receives, runs } = await follow(
      () => new Refused('busy'),
      delivery,
      () => 1,
    )
    expect([receives, runs]).toEqual([2, 6])
  })

  it('there are none for what a schema refuses, also in the handler: dead at the first attempt', async () => {
    const { receives } = await follow(
      () => Order.safeParse({}).error,
      {},
      () => 1,
    )
    expect(receives).toBe(1)
    expect(await deadClasses()).toEqual(['ZodError'])
  })

  it('a wait longer than SQS can hide a message is refused, with the way out', () => {
    expect(() => new Retry('tomorrow', { after: '13h' })).toThrow("'13h': SQS hides a message for 12h at most; send a")
  })

  it('F39: a nack with a delay comes back when it ends', async () => {
    const { receives } = await follow(
      () => new Retry('not now', { after: '10m' }),
      { attempts: 2 },
      () => 600,
    )
    expect(receives).toBe(2)
  })
})
