import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { consumer, event, store } from '../../messaging/index.ts'
import type { QueueHandler } from '../../messaging/queue-handler.ts'
import { groupCommit } from '../../messaging/runtime/group-commit.ts'
import type { Ports } from '../../messaging/runtime/ports.ts'
import { type Lab, openLab } from './lab.ts'
import { envelope } from './support.ts'

const Sold = event('stock.Sold', { schema: z.object({ sku: z.string() }), key: (e) => e.sku, ordered: true })
const Counted = event('stock.Counted', { schema: z.object({ sku: z.string() }), key: (e) => e.sku })
const Count = store('count', { schema: z.object({ sku: z.string(), n: z.number() }), key: (c) => c.sku })
const Price = store('price', { schema: z.object({ sku: z.string() }), key: (p) => p.sku })

const options = { on: Sold, stores: { count: Count }, publishes: [Counted] } as const
const counting = consumer(import.meta, { id: 'stock.count', ...options }, async ({ sku }, unit) => {
  const n = (await unit.count.get(sku))?.n ?? 0
  unit.count.save({ sku, n: n + 1 })
  unit.publish(Counted, { sku })
})

let lab: Lab
let patient: Ports
let test = 0
beforeAll(async () => {
  lab = await openLab()
  // Nobody is so slow here that the others stop waiting.
  patient = { ...lab.ports, after: (ms, run) => (ms === 20 ? () => {} : lab.ports.after(ms, run)) }
})
afterAll(() => lab.stop())
beforeEach(() => {
  test++
})

const sku = (n: number) => `s-${test}-${n}`
const sold = (n: number, id = `m-${test}-${n}`) =>
  envelope({ id, type: 'stock.Sold', partitionkey: sku(n), data: { sku: sku(n) } })
const writes = (calls: readonly string[]) => calls.filter((call) => /Put|Transact/.test(call)).length
const deliver = async (handler: QueueHandler, messages: readonly ReturnType<typeof sold>[], dynamo?: DynamoDBClient) =>
  lab.invoke(handler, await lab.arrive(messages), undefined, { ports: patient, ...(dynamo && { dynamo }) })
const counts = async () =>
  (await lab.items()).filter(({ pk }) => pk.startsWith(`count#s-${test}-`)).map(({ item }) => (item as { n: number }).n)
const ten = Array.from({ length: 10 }, (_, n) => n)

/** A client whose transactions are refused as `refuse` says; its sizes are noted. */
function refusing(refuse: (nth: number, actions: number) => ReturnType<typeof Error> | undefined) {
  const sizes: number[] = []
  const dynamo = lab.cloud.client(DynamoDBClient)
  dynamo.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName !== 'TransactWriteItemsCommand') return next(args)
        const { TransactItems = [] } = args.input as { TransactItems?: unknown[] }
        sizes.push(TransactItems.length)
        const error = refuse(sizes.length, TransactItems.length)
        if (error) throw error
        return next(args)
      },
    { step: 'initialize' },
  )
  return { dynamo, sizes }
}

const canceled = (codes: readonly string[]) =>
  new TransactionCanceledException({
    message: 'refused',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  })

describe('units that are ready together', () => {
  it('are one request, with the same items as one by one', async () => {
    const { calls, staying } = await deliver(
      counting,
      ten.map((n) => sold(n)),
    )
    expect([staying, writes(calls)]).toEqual([[], 1])
    expect(await counts()).toEqual(ten.map(() => 1))
  })

  it('of which some were handled before: those are told so, the others go again together', async () => {
    await deliver(counting, [sold(2), sold(7)])
    const { calls, staying } = await deliver(
      counting,
      ten.map((n) => sold(n)),
    )
    expect([staying, writes(calls)]).toEqual([[], 2])
    expect(await counts()).toEqual(ten.map(() => 1))
  })

  it('go alone for a while after one was a duplicate: a group that holds one is billed for nothing', async () => {
    const rounds = Array.from({ length: 4 }, (_, n) => n)
    const dynamo = lab.cloud.client(DynamoDBClient)
    const sizes: number[] = []
    dynamo.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const { TransactItems } = args.input as { TransactItems?: unknown[] }
          if (commandName === 'TransactWriteItemsCommand') sizes.push(TransactItems?.length ?? 0)
          return next(args)
        },
      { step: 'initialize' },
    )
    const group = groupCommit(dynamo, patient)
    const mark = (id: string) => ({
      Put: {
        TableName: 'shop-orders',
        Item: { pk: { S: id }, sk: { S: '-' } },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    })
    const unit = (id: string) =>
      group.alongside(async () => {
        // All are at it before the first is ready.
        await Promise.resolve()
        const actions = [mark(id), mark(`${id}'s`)]
        return group.commit({ scheme: 'B', refusedFirst: 'duplicate', actions }, new AbortController().signal)
      })
    await unit('known')
    const round = (n: number) => Promise.all(['known', `new-${n}`, `newer-${n}`].map(unit))
    for (const n of rounds) expect(await round(n)).toEqual(['duplicate', 'committed', 'committed'])
    // The first round is refused as a whole and its rest goes together; those after it go one by one.
    expect(sizes).toEqual([2, 6, 4, ...rounds.slice(1).flatMap(() => [2, 2, 2])])
  })

  it('that meet at an item they write or rely on go apart', async () => {
    const pricing = consumer(
      import.meta,
      { id: 'stock.price', ...options, stores: { count: Count, price: Price } },
      async (data, unit) => {
        await unit.price.get(`the one of ${test}`)
        unit.count.save({ sku: data.sku, n: 1 })
      },
    )
    const { calls, staying } = await deliver(
      pricing,
      [0, 1, 2].map((n) => sold(n)),
    )
    expect([staying, writes(calls)]).toEqual([[], 3])
    expect(await counts()).toEqual([1, 1, 1])
  })

  it('that collide with others are halved, and stay small while that lasts', async () => {
    const { dynamo, sizes } = refusing((nth, actions) =>
      nth === 1
        ? canceled(Array.from({ length: actions }, (_, n) => (n === 3 ? 'TransactionConflict' : 'None')))
        : undefined,
    )
    const { staying } = await deliver(
      counting,
      ten.map((n) => sold(n)),
      dynamo,
    )
    expect(staying).toEqual([])
    // Mark, item and outbox row of ten, then of five and five.
    expect(sizes).toEqual([30, 15, 15])
    expect(await counts()).toEqual(ten.map(() => 1))
    expect(lab.counts.Failed).toBeUndefined()
  })

  it('of which one is at fault for all are halved down to it, and it alone fails', async () => {
    const { dynamo, sizes } = refusing(() => undefined)
    dynamo.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'TransactWriteItemsCommand' && JSON.stringify(args.input).includes(sku(3)))
            throw Object.assign(new Error('not allowed'), {
              name: 'AccessDeniedException',
              $metadata: { httpStatusCode: 400 },
            })
          return next(args)
        },
      { step: 'initialize', priority: 'low' },
    )
    const { staying } = await deliver(
      counting,
      ten.map((n) => sold(n)),
      dynamo,
    )
    expect(staying).toHaveLength(1)
    expect(await counts()).toEqual(ten.slice(1).map(() => 1))
    // The message at fault stands anywhere in the ten: halves are of five, of two or three, and of one or two.
    expect(sizes[0]).toBe(30)
    expect([7, 9]).toContain(sizes.length)
  })

  it('do not wait for a slow neighbour for long', async () => {
    const gate = Promise.withResolvers<void>()
    const slow = consumer(import.meta, { id: 'stock.slow', ...options }, async (data, unit) => {
      unit.count.save({ sku: data.sku, n: 1 })
      if (data.sku === sku(0)) await gate.promise
    })
    const records = await lab.arrive([0, 1, 2].map((n) => sold(n)))
    const running = lab.invoke(slow, records)
    await expect.poll(counts).toEqual([1, 1])
    gate.resolve()
    expect((await running).staying).toEqual([])
    expect(await counts()).toEqual([1, 1, 1])
  })
})

it('units of one write each stay apart: in a transaction they would cost double', async () => {
  const publishing = consumer(import.meta, { id: 'stock.tell', on: Sold, publishes: [Counted] }, (data, unit) =>
    unit.publish(Counted, data),
  )
  const home = consumer(import.meta, { id: 'stock.home', ...options, marksIn: 'count' }, (data, unit) =>
    unit.count.save({ sku: data.sku, n: 1 }),
  )
  for (const handler of [publishing, home]) {
    const { calls } = await deliver(
      handler,
      [0, 1, 2].map((n) => sold(n)),
    )
    expect(calls.filter((call) => /Put|Transact/.test(call))).toEqual([
      'PutItemCommand',
      'PutItemCommand',
      'PutItemCommand',
    ])
  }
})

it('on a FIFO queue a group commits its messages in order, each with its neighbours of other groups', async () => {
  const fifo = await openLab({ fifo: true })
  try {
    const order: string[] = []
    const noting = consumer(
      import.meta,
      { id: 'stock.noting', ...options, delivery: { ordered: true } },
      async (data, unit, { envelope: { id } }) => {
        const n = (await unit.count.get(data.sku))?.n ?? 0
        order.push(`${id} saw ${n}`)
        unit.count.save({ sku: data.sku, n: n + 1 })
      },
    )
    const messages = [0, 1, 2].flatMap((round) => [0, 1].map((n) => sold(n, `${n}-${round}`)))
    const ports = { ...fifo.ports, after: patient.after }
    const { calls, staying } = await fifo.invoke(noting, await fifo.arrive(messages), undefined, { ports })
    expect([staying, writes(calls)]).toEqual([[], 3])
    for (const n of [0, 1])
      expect(order.filter((line) => line.startsWith(`${n}-`))).toEqual([0, 1, 2].map((r) => `${n}-${r} saw ${r}`))
  } finally {
    await fifo.stop()
  }
})
