import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { z } from 'zod'
import { aggregate, consumer, effect, event, store } from '../../../messaging/index.ts'
import type { QueueHandler } from '../../../messaging/queue-handler.ts'
import { turns } from '../../../messaging/runtime/turns.ts'
import { again, type Item, type Lab } from '../lab.ts'
import { envelope } from '../support.ts'
import { streamed } from './streamed.ts'
import type { Gate, Subject } from './subject.ts'

const Order = z.object({ orderId: z.string() })
const key = ({ orderId }: { orderId: string }) => orderId
const Placed = event('orders.OrderPlaced', { schema: Order, key, ordered: true })
const Shipped = event('shipping.OrderShipped', { schema: Order, key })
const Opened = event('shipping.ParcelOpened', { schema: Order, key, ordered: true })
const Counter = store('counter', { schema: z.object({ id: z.string(), n: z.number() }), key: ({ id }) => id })
const Parcel = aggregate('parcel', { initial: () => 0, evolve: (n) => n + 1, events: [Opened] })

/** Moves the money of a key once, as providers with keys do. */
export const charged = new Set<string>()
const charge = effect('charge', { lookup: async (of) => (charged.has(of) ? of : undefined) })

const counting = { on: Placed, stores: { counter: Counter }, publishes: [Shipped] } as const
const count = async (
  { orderId }: { orderId: string },
  unit: {
    counter: { get(id: string): Promise<{ n: number } | undefined>; save(item: { id: string; n: number }): void }
  },
) => unit.counter.save({ id: orderId, n: ((await unit.counter.get(orderId))?.n ?? 0) + 1 })

interface Case {
  readonly handler: QueueHandler
  /** How often the message took effect, as the table's items tell. */
  effects(items: readonly Item[], id: string): number
}

const counted: Case['effects'] = (items, id) =>
  Number((items.find(({ pk }) => pk === `counter#${id}`)?.item as { n: number } | undefined)?.n ?? 0)

/** One worker of each scheme. Those of C and B have the very same handler. */
export const cases: Readonly<Record<string, Case>> = {
  C0: {
    handler: consumer(import.meta, { id: 'shipping.c0', on: Placed, publishes: [Shipped] }, (order, unit) => {
      unit.publish(Shipped, order)
    }),
    effects: (items, id) => items.filter(({ pk }) => pk === `mark#shipping.c0#${id}`).length,
  },
  C: {
    handler: consumer(import.meta, { id: 'shipping.c', ...counting, marksIn: 'counter' }, async (order, unit) => {
      await count(order, unit)
      unit.publish(Shipped, order)
    }),
    effects: counted,
  },
  B: {
    handler: consumer(import.meta, { id: 'shipping.b', ...counting }, async (order, unit) => {
      await count(order, unit)
      unit.publish(Shipped, order)
    }),
    effects: counted,
  },
  "B'": {
    handler: consumer(
      import.meta,
      { id: 'shipping.b2', on: Placed, stores: { parcel: Parcel }, publishes: [Opened] },
      async (order, unit) => {
        await unit.parcel.load(order.orderId)
        unit.parcel.append(order.orderId, [{ type: 'shipping.ParcelOpened', data: order }])
      },
    ),
    effects: (items, id) => items.filter(({ pk, sk }) => pk === `parcel#${id}` && sk.startsWith('event#')).length,
  },
  effect: {
    handler: consumer(
      import.meta,
      { id: 'shipping.effect', on: Placed, publishes: [Shipped], effects: { charge } },
      async (order, unit) => {
        await unit.effect('charge', async (of) => charged.add(of) && of, { key: order.orderId })
        unit.publish(Shipped, order)
      },
    ),
    effects: (_items, id) => Number(charged.has(id)),
  },
}

/** The worker of B' on an ordered queue. */
export const ordered = consumer(
  import.meta,
  {
    id: 'shipping.ordered',
    on: Placed,
    stores: { parcel: Parcel },
    publishes: [Opened],
    delivery: { ordered: true },
  },
  async ({ orderId }, unit) => {
    await unit.parcel.load(orderId)
    unit.parcel.append(orderId, [{ type: 'shipping.ParcelOpened', data: { orderId } }])
  },
)

/** A scheme's worker in a lab. A message's id is also its key. */
export function kitSubject(lab: Lab, name: string, { handler, effects }: Case): Subject {
  const receives = new Map<string, number>()
  const inTurn = turns()
  return {
    name,
    async deliver(id, { fates, gate }) {
      const body = envelope({ id, partitionkey: id, data: { orderId: id } })
      const record = (await inTurn(() => lab.arrive([body]))).find((one) => one.body.includes(`"${id}"`))
      if (!record) throw new Error(`${id} did not arrive`)
      const count = (receives.get(id) ?? 0) + 1
      receives.set(id, count)
      const { calls } = await lab.invoke(handler, [again(record, count)], fates, {
        ...(gate && { dynamo: gated(lab.cloud.client(DynamoDBClient), gate) }),
      })
      return calls.length
    },
    later: () => lab.ports.pass(60_000),
    async look() {
      const [items, left] = [await lab.items(), await streamed(lab)]
      return {
        effects: (id) => effects(items, id),
        published: (id) => left.filter(({ causationid }) => causationid === id).map((message) => message.id),
      }
    },
  }
}

/** A client whose calls wait at a gate: a worker that is held up in the middle. */
export function gated(client: DynamoDBClient, gate: Gate): DynamoDBClient {
  let n = 0
  client.middlewareStack.add(
    (next) => async (args) => {
      await gate(n++)
      return next(args)
    },
    { step: 'initialize', priority: 'low' },
  )
  return client
}
