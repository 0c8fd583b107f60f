import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { aggregate, consumer, event, only, store } from '../../messaging/index.ts'
import type { QueueHandler } from '../../messaging/queue-handler.ts'
import { type Lab, openLab } from './lab.ts'
import { envelope } from './support.ts'

const Order = z.object({ orderId: z.string(), pounds: z.number() })
const key = (o: { orderId: string }) => o.orderId
const Placed = event('orders.OrderPlaced', {
  version: 3,
  schema: Order,
  key,
  upcast: {
    1: (v1: { id: string; pence: number }) => ({ orderId: v1.id, pence: v1.pence }),
    2: (v2: { orderId: string; pence: number }) => ({ orderId: v2.orderId, pounds: v2.pence / 100 }),
  },
})
const Opened = event('orders.OrderOpened', { schema: z.object({ orderId: z.string() }), key, ordered: true })
const Noted = event('orders.OrderNoted', {
  version: 2,
  schema: z.object({ orderId: z.string(), text: z.string() }),
  key,
  upcast: { 1: (v1: { orderId: string }) => ({ ...v1, text: 'none' }) },
})
const OrderAggregate = aggregate('order', {
  initial: (): string[] => [],
  evolve: (state, { type, data }) => [...state, type === 'orders.OrderNoted' ? data.text : 'opened'],
  events: [Opened],
  internal: [Noted],
})
const ByCustomer = store('by-customer', {
  schema: z.object({ customer: z.string(), order: z.string(), at: z.string().transform((text) => new Date(text)) }),
  key: (o) => [o.customer, o.order],
})

let lab: Lab
beforeEach(async () => {
  lab = await openLab()
})
afterEach(() => lab.stop())

/** Runs a handler for one message; answers what the handler left in `seen`, and the ids that stay. */
async function run(handler: QueueHandler, overrides = {}) {
  const message = envelope({ dataversion: 3, data: { orderId: 'o-1', pounds: 2 }, ...overrides })
  const { staying } = await lab.invoke(handler, await lab.arrive([message]))
  return staying
}

const reasons = async () =>
  (await lab.deadLetters()).map((letter) => letter.MessageAttributes?.['error-message']?.StringValue)

describe('versions', () => {
  it('an older message is brought up to today, step by step', async () => {
    const seen: unknown[] = []
    const handler = consumer(import.meta, { id: 'view.orders', on: Placed }, (order, _, { message }) => {
      seen.push(order, message.data)
    })
    await run(handler, { dataversion: 1, data: { id: 'o-7', pence: 250 } })
    expect(seen).toEqual([
      { orderId: 'o-7', pounds: 2.5 },
      { orderId: 'o-7', pounds: 2.5 },
    ])
  })

  it('an older stored event is brought up to today when its aggregate is loaded', async () => {
    const item = {
      pk: { S: 'order#o-1' },
      sk: { S: 'event#000000000001' },
      type: { S: 'orders.OrderNoted' },
      dataversion: { N: '1' },
      data: { S: '{"orderId":"o-1"}' },
    }
    await lab.cloud.client(DynamoDBClient).send(new PutItemCommand({ TableName: 'shop-orders', Item: item }))
    let seen: unknown
    const handler = consumer(
      import.meta,
      { id: 'orders.old', on: Placed, stores: { order: OrderAggregate } },
      async (_, unit) => {
        seen = await unit.order.load('o-1')
      },
    )
    await run(handler)
    expect(seen).toEqual({ state: ['none'], version: 1 })
  })
})

describe('an aggregate', () => {
  const appending = (facts: readonly { type: 'orders.OrderOpened'; data: { orderId: string } }[]) =>
    consumer(
      import.meta,
      {
        id: 'orders.append',
        on: Placed,
        stores: { order: OrderAggregate },
        publishes: [Opened],
        delivery: { attempts: 1 },
      },
      async (order, unit) => {
        await unit.order.load(order.orderId)
        unit.order.append(order.orderId, facts)
      },
    )

  it('publishes its public events and keeps its internal ones', async () => {
    const seen: unknown[] = []
    const handler = consumer(
      import.meta,
      { id: 'orders.open', on: Placed, stores: { order: OrderAggregate }, publishes: [Opened] },
      async (order, unit) => {
        await unit.order.load(order.orderId)
        unit.order.append(order.orderId, [
          { type: 'orders.OrderNoted', data: { orderId: order.orderId, text: 'first' } },
          { type: 'orders.OrderOpened', data: { orderId: order.orderId } },
        ])
        seen.push(await unit.order.load(order.orderId))
      },
    )
    expect(await run(handler)).toEqual([])
    expect(seen).toEqual([{ state: ['first', 'opened'], version: 2 }])
    expect((await lab.outgoing()).map(({ type, seq }) => [type, seq])).toEqual([['orders.OrderOpened', 2]])
    await run(handler, { id: 'm-2' })
    expect(seen.at(-1)).toEqual({ state: ['first', 'opened', 'first', 'opened'], version: 4 })
  })

  it('refuses an ordered event under another key than its id', async () => {
    await run(appending([{ type: 'orders.OrderOpened', data: { orderId: 'o-2' } }]))
    expect((await reasons())[0]).toBe("ordered 'orders.OrderOpened' has the key 'o-2' but is appended to 'order' 'o-1'")
  })

  it('refuses events that its contract does not accept', async () => {
    await run(appending([{ type: 'orders.OrderOpened', data: { orderId: 5 as unknown as string } }]))
    expect((await reasons())[0]).toMatch(/^orders.OrderOpened: orderId: /)
  })

  it('that was only read is checked: an append by another meanwhile makes the unit run again', async () => {
    const seen: number[] = []
    const opener = appending([{ type: 'orders.OrderOpened', data: { orderId: 'o-1' } }])
    const reader = consumer(
      import.meta,
      { id: 'orders.read', on: Placed, stores: { order: OrderAggregate, mine: ByCustomer } },
      async (_, unit) => {
        seen.push((await unit.order.load('o-1')).version)
        if (seen.length === 1) await run(opener, { id: 'other' })
        unit.mine.save({ customer: 'c', order: 'o-1', at: '2026-01-01T00:00:00Z' })
      },
    )
    expect(await run(reader)).toEqual([])
    expect(seen).toEqual([0, 1])
  })
})

describe('a store of pairs', () => {
  it("answers a partition in order of the second part, with the unit's own writes, in the schema's types", async () => {
    const seen: unknown[] = []
    const handler = consumer(
      import.meta,
      { id: 'view.list', on: Placed, stores: { mine: ByCustomer } },
      async (_, unit) => {
        const at = '2026-01-01T00:00:00.000Z'
        const before = await unit.mine.query('c-1')
        seen.push(before.map(({ order, at }) => [order, at.getTime()]))
        if (before.length === 0) {
          unit.mine.save({ customer: 'c-1', order: 'b', at })
          unit.mine.save({ customer: 'c-1', order: 'a', at })
          unit.mine.save({ customer: 'c-2', order: 'x', at })
        } else {
          unit.mine.delete(['c-1', 'b'])
          unit.mine.save({ customer: 'c-1', order: 'c', at })
          unit.mine.save({ customer: 'c-1', order: 'a', at: '2027-01-01T00:00:00.000Z' })
        }
        seen.push((await unit.mine.query('c-1')).map(({ order }) => order))
        seen.push(await unit.mine.get(['c-2', 'none']))
      },
    )
    await run(handler)
    await run(handler, { id: 'm-2' })
    const at = Date.UTC(2026, 0, 1)
    expect(seen).toEqual([
      [],
      ['a', 'b'],
      undefined,
      [
        ['a', at],
        ['b', at],
      ],
      ['a', 'c'],
      undefined,
    ])
    const kept = (await lab.items()).filter(({ pk }) => pk.startsWith('by-customer#'))
    expect(kept.map(({ pk, sk, _v }) => [pk, sk, _v]).sort()).toEqual([
      ['by-customer#c-1', 'a', lab.ports.now() + 1],
      ['by-customer#c-1', 'c', lab.ports.now()],
      ['by-customer#c-2', 'x', lab.ports.now()],
    ])
  })

  it('refuses an item that its schema refuses, and nothing is written', async () => {
    const handler = consumer(
      import.meta,
      { id: 'view.bad', on: Placed, stores: { mine: ByCustomer }, delivery: { attempts: 1 } },
      (_, unit) => unit.mine.save({ customer: 1 as unknown as string, order: 'a', at: '' }),
    )
    await run(handler)
    expect((await reasons())[0]).toMatch(/^item of store 'by-customer': customer: /)
    expect(await lab.items()).toEqual([])
  })
})

describe('a unit', () => {
  it('has of a store what the handler declares to do with it, and nothing else', async () => {
    const seen: string[][] = []
    const stores = { all: ByCustomer, some: only(ByCustomer, 'query', 'save'), order: only(OrderAggregate, 'load') }
    const handler = consumer(import.meta, { id: 'view.orders', on: Placed, stores }, (_order, unit) => {
      seen.push(Object.keys(unit.all), Object.keys(unit.some), Object.keys(unit.order))
    })
    expect(await run(handler)).toEqual([])
    expect(seen).toEqual([['get', 'getMany', 'query', 'save', 'delete'], ['query', 'save'], ['load']])
  })

  it('refuses to publish an event of an aggregate beside it', async () => {
    const Shut = event('orders.OrderShut', { schema: z.object({ orderId: z.string() }), key })
    const door = aggregate('door', { initial: () => 0, evolve: (shut) => shut + 1, events: [Shut] })
    const delivery = { attempts: 1 }
    const options = { id: 'orders.shut', on: Placed, stores: { door }, publishes: [Shut], delivery } as const
    const handler = consumer(import.meta, options, ({ orderId }, unit) => {
      // @ts-expect-error the types refuse it, too
      unit.publish(Shut, { orderId })
    })
    await run(handler)
    expect(await reasons()).toEqual([
      "'orders.OrderShut' is an event of an aggregate: publish it by appending it there",
    ])
  })
})
