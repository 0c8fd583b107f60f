import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { aggregate, command, consumer, event, store } from '../../messaging/index.ts'
import type { QueueHandler } from '../../messaging/queue-handler.ts'
import { again, type Fate, type Lab, openLab } from './lab.ts'
import { envelope } from './support.ts'

const Order = z.object({ orderId: z.string() })
const key = (o: { orderId: string }) => o.orderId
const Placed = event('orders.OrderPlaced', { schema: Order, key })
const Shipped = event('shipping.OrderShipped', { schema: Order, key })
const Opened = event('shipping.ParcelOpened', { schema: Order, key, ordered: true })
const Notify = command('shipping.NotifyCustomer', { schema: Order, key })
const Counter = store('counter', { schema: z.object({ id: z.string(), n: z.number() }), key: (c) => c.id })
const Parcel = aggregate('parcel', { initial: () => 0, evolve: (n) => n + 1, events: [Opened] })

/** One consumer of each scheme; each adds one to what it keeps and publishes twice. */
const consumers: Readonly<Record<string, QueueHandler>> = {
  C0: consumer(import.meta, { id: 'shipping.c0', on: Placed, publishes: [Shipped], sends: [Notify] }, (order, unit) => {
    unit.publish(Shipped, order)
    unit.send(Notify, order, { delay: '90s' })
  }),
  B: consumer(
    import.meta,
    { id: 'shipping.b', on: Placed, stores: { counter: Counter }, publishes: [Shipped], sends: [Notify] },
    async (order, unit) => {
      const before = await unit.counter.get('all')
      unit.counter.save({ id: 'all', n: (before?.n ?? 0) + 1 })
      unit.publish(Shipped, order)
      unit.send(Notify, order)
    },
  ),
  "B'": consumer(
    import.meta,
    { id: 'shipping.b2', on: Placed, stores: { parcel: Parcel }, publishes: [Opened], sends: [Notify] },
    async (order, unit) => {
      await unit.parcel.load(order.orderId)
      unit.parcel.append(order.orderId, [{ type: 'shipping.ParcelOpened', data: order }])
      unit.send(Notify, order)
    },
  ),
}

let lab: Lab
beforeEach(async () => {
  lab = await openLab()
})
afterEach(() => lab.stop())

/** What one message leaves behind: effects, and messages by type. */
async function effects() {
  const items = await lab.items()
  const ids = (await lab.outgoing()).map(({ id }) => id)
  return {
    marks: items.filter(({ pk }) => pk.startsWith('mark#')).length,
    counted: items.filter(({ pk }) => pk === 'counter#all').map(({ item }) => (item as { n: number }).n),
    events: items.filter(({ sk }) => sk.startsWith('event#')).length,
    published: ids.length,
    distinct: new Set(ids).size,
  }
}

const once = (scheme: string) => ({
  marks: 1,
  counted: scheme === 'B' ? [1] : [],
  events: scheme === "B'" ? 1 : 0,
  published: 2,
  distinct: 2,
})

const calls: Record<string, string[]> = {
  C0: ['PutItem'],
  B: ['GetItem', 'TransactWriteItems'],
  "B'": ['Query', 'TransactWriteItems'],
}
const fates: readonly Fate[] = ['crash before', 'crash after', 'lose answer', 'throttle']

describe.each(Object.entries(consumers))('scheme %s', (scheme, handler) => {
  it('handles a message in one write, after one read where it needs the state', async () => {
    const records = await lab.arrive([envelope()])
    const invocation = await lab.invoke(handler, records)
    expect(invocation.staying).toEqual([])
    expect(invocation.calls.map((name) => name.replace('Command', ''))).toEqual(calls[scheme])
    expect(await effects()).toEqual(once(scheme))
  })

  it('changes nothing at a duplicate, and acknowledges it', async () => {
    const [record] = await lab.arrive([envelope()])
    if (!record) throw new Error('no message')
    for (const delivery of [record, record, again(record, 3)]) {
      expect((await lab.invoke(handler, [delivery])).staying).toEqual([])
    }
    expect(await effects()).toEqual(once(scheme))
    expect(lab.counts).toMatchObject({ Handled: 1, Deduped: 2 })
  })

  it('takes effect once where the answer of the commit is lost and the SDK asks again', async () => {
    const { endpoint, region } = lab.cloud
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
    const dynamo = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 3 })
    let commits = 0
    dynamo.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const isFirst = /Put|Transact/.test(String(commandName)) && commits++ === 0
          const answer = await next(args)
          if (isFirst) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', $retryable: {} })
          return answer
        },
      // Within the SDK's retries, which have a high priority in this step.
      { step: 'finalizeRequest', priority: 'low' },
    )
    const records = await lab.arrive([envelope()])
    expect((await lab.invoke(handler, records, undefined, { dynamo })).staying).toEqual([])
    expect(commits).toBeGreaterThan(1)
    expect(await effects()).toEqual(once(scheme))
    dynamo.destroy()
  })

  for (const fate of fates) {
    it(`takes effect once where any of its calls meets: ${fate}`, async () => {
      for (const n of calls[scheme]?.keys() ?? []) {
        await lab.stop()
        lab = await openLab()
        const [record] = await lab.arrive([envelope()])
        if (!record) throw new Error('no message')
        await lab.invoke(handler, [record], (_, at) => (at === n ? fate : undefined))
        expect((await lab.invoke(handler, [again(record)])).staying).toEqual([])
        expect(await effects()).toEqual(once(scheme))
      }
    })
  }
})

describe('a unit', () => {
  it('runs again on fresh state when another was faster, and both take effect', async () => {
    const handler = consumers.B as QueueHandler
    const ids = Array.from({ length: 10 }, (_, n) => `m-${n}`)
    const records = await lab.arrive(ids.map((id) => envelope({ id, partitionkey: id })))
    const { staying, calls: made } = await lab.invoke(handler, records)
    expect(staying).toEqual([])
    expect(await effects()).toMatchObject({ counted: [10], marks: 10, distinct: 20 })
    expect(lab.counts).toEqual({ Handled: 10 })
    // All may lose to one at first; then they take turns. Racing on, they could need 55 commits.
    expect(made.filter((name) => name.startsWith('TransactWriteItems')).length).toBeLessThan(25)
  })

  it('fails where an item that it read and did not write has changed meanwhile, and runs again', async () => {
    const seen: (number | undefined)[] = []
    const changed = lab.cloud.client(DynamoDBClient)
    const handler = consumer(
      import.meta,
      { id: 'shipping.reader', on: Placed, stores: { counter: Counter }, publishes: [Shipped] },
      async (order, unit) => {
        seen.push((await unit.counter.get('limit'))?.n)
        // Another's write, between this unit's read and its commit.
        if (seen.length === 1)
          await changed.send(
            new PutItemCommand({
              TableName: 'shop-orders',
              Item: {
                pk: { S: 'counter#limit' },
                sk: { S: '-' },
                _v: { N: '7' },
                item: { M: { id: { S: 'limit' }, n: { N: '3' } } },
              },
            }),
          )
        unit.publish(Shipped, order)
      },
    )
    await lab.invoke(handler, await lab.arrive([envelope()]))
    expect(seen).toEqual([undefined, 3])
    expect(await effects()).toMatchObject({ marks: 1, published: 1 })
  })

  it('does not check what it read as stale', async () => {
    const handler = consumer(
      import.meta,
      { id: 'shipping.stale', on: Placed, stores: { counter: Counter }, publishes: [Shipped] },
      async (order, unit) => {
        await unit.counter.get('limit', { stale: true })
        unit.publish(Shipped, order)
      },
    )
    const { calls: made } = await lab.invoke(handler, await lab.arrive([envelope()]))
    expect(made.map((name) => name.replace('Command', ''))).toEqual(['GetItem', 'PutItem'])
  })

  it('writes nothing, not even a mark, where the handler does nothing', async () => {
    const handler = consumer(import.meta, { id: 'shipping.idle', on: Placed }, () => {})
    const { calls: made, staying } = await lab.invoke(handler, await lab.arrive([envelope()]))
    expect([made, staying]).toEqual([[], []])
  })

  it('sees its own writes before the commit', async () => {
    const seen: unknown[] = []
    const handler = consumer(
      import.meta,
      { id: 'shipping.own', on: Placed, stores: { counter: Counter } },
      async (_, unit) => {
        unit.counter.save({ id: 'x', n: 1 })
        seen.push(await unit.counter.get('x'), await unit.counter.getMany(['x', 'y']))
        unit.counter.delete('x')
        seen.push(await unit.counter.get('x'))
      },
    )
    await lab.invoke(handler, await lab.arrive([envelope()]))
    expect(seen).toEqual([{ id: 'x', n: 1 }, [{ id: 'x', n: 1 }, undefined], undefined])
    expect((await lab.items()).map(({ pk }) => pk)).toEqual(['mark#shipping.own#m-1'])
  })

  it('that would save over what it never read is refused in the end, and changes nothing', async () => {
    const handler = consumer(
      import.meta,
      { id: 'shipping.blind', on: Placed, stores: { counter: Counter } },
      (_, unit) => {
        unit.counter.save({ id: 'all', n: 1 })
      },
    )
    const records = await lab.arrive([envelope(), envelope({ id: 'm-2', data: { orderId: 'o-2' } })])
    const { staying } = await lab.invoke(handler, records)
    expect(staying).toHaveLength(1)
    expect(await effects()).toMatchObject({ counted: [1], marks: 1 })
  })

  it('over the limit of one transaction is dead with both figures', async () => {
    const handler = consumer(
      import.meta,
      { id: 'shipping.large', on: Placed, stores: { counter: Counter } },
      (_, unit) => {
        for (let n = 0; n < 100; n++) unit.counter.save({ id: String(n), n })
      },
    )
    const { staying } = await lab.invoke(handler, await lab.arrive([envelope()]))
    expect(staying).toEqual([])
    const [letter] = await lab.deadLetters()
    expect(letter?.MessageAttributes?.['error-message']?.StringValue).toMatch(
      'actions in one unit: 101, over the limit of 100',
    )
    expect(await lab.items()).toEqual([])
  })
})

describe('what leaves', () => {
  it('has ids by consumer, cause and index, and continues the story of its cause', async () => {
    await lab.invoke(
      consumers.C0 as QueueHandler,
      await lab.arrive([envelope({ hops: 3, deadline: '2026-02-01T00:00:00Z' })]),
    )
    const [shipped, notify] = await lab.outgoing()
    expect(shipped).toMatchObject({
      specversion: '1.0',
      type: 'shipping.OrderShipped',
      source: 'shipping',
      correlationid: 'c-1',
      causationid: 'm-1',
      partitionkey: 'o-1',
      hops: 4,
    })
    expect(shipped?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    expect(notify?.id).not.toBe(shipped?.id)
  })

  it('of an aggregate carries the version of its event', async () => {
    const handler = consumers["B'"] as QueueHandler
    for (const id of ['m-1', 'm-2', 'm-3']) await lab.invoke(handler, await lab.arrive([envelope({ id })]))
    const head = (await lab.items()).find(({ sk }) => sk === 'head')
    expect(head).toMatchObject({ pk: 'parcel#o-1', _v: 3, _by: 'shipping.b2' })
    expect((await lab.outgoing()).map(({ seq }) => seq)).toEqual([3, undefined])
    const events = (await lab.items()).filter(({ sk }) => sk.startsWith('event#')).map(({ sk }) => sk)
    expect(events.sort()).toEqual(['event#000000000001', 'event#000000000002', 'event#000000000003'])
  })
})
