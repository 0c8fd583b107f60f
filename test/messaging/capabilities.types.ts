// Checked by tsc: each line below an @ts-expect-error must not compile, and the rest must.
import { z } from 'zod'
import {
  aggregate,
  command,
  consumer,
  effect,
  endpoint,
  event,
  everyEvent,
  only,
  store,
  worker,
} from '../../messaging/index.ts'

const Placed = event('orders.OrderPlaced', {
  version: 3,
  schema: z.object({
    orderId: z.string(),
    country: z.string().nullable(),
    total: z.number(),
    at: z.string().transform((text) => new Date(text)),
    address: z.object({ city: z.string() }),
    lines: z.array(z.string()),
  }),
  key: (e) => e.orderId,
  upcast: {
    1: (v1: { id: string }) => ({ orderId: v1.id }),
    2: (v2: { orderId: string }) => ({ ...v2, country: null, total: 1, at: '', address: { city: '' }, lines: [] }),
  },
})
const Order = z.object({ orderId: z.string() })
const Shipped = event('orders.OrderShipped', { schema: Order, key: (e) => e.orderId })
const Cancelled = event('orders.OrderCancelled', { schema: Order, key: (e) => e.orderId })
const Opened = event('orders.OrderOpened', { schema: Order, key: (e) => e.orderId, ordered: true })
const Ship = command('orders.ShipOrder', { schema: Order, key: (c) => c.orderId })
const Refund = command('orders.RefundOrder', { schema: Order, key: (c) => c.orderId })
const Stock = store('stock', { schema: z.object({ sku: z.string(), left: z.number() }), key: (s) => s.sku })
const ByCustomer = store('by-customer', {
  schema: z.object({ customerId: z.string(), orderId: z.string() }),
  key: (o) => [o.customerId, o.orderId],
})
const OrderAggregate = aggregate('order', {
  initial: () => ({ open: false }),
  evolve: (state, e) => (e.type === 'orders.OrderOpened' ? { open: true } : state),
  events: [Opened, Shipped],
  internal: [Cancelled],
})

consumer(
  import.meta,
  {
    id: 'shipping.notice',
    on: Placed,
    where: { country: ['EIRE', null], total: [{ numeric: ['>', 0] }], address: { city: [{ prefix: 'L' }] } },
    publishes: [Shipped],
    sends: [Ship],
    stores: { stock: Stock },
  },
  async (order, unit, context) => {
    order.at.getTime()
    const seen: string = context.message.data.orderId
    const item = await unit.stock.get('85123A')
    unit.stock.save({ sku: '85123A', left: (item?.left ?? 0) + 1 })
    unit.publish(Shipped, { orderId: seen })
    unit.send(Ship, { orderId: seen }, { delay: '30s' })
    // @ts-expect-error not in `publishes`
    unit.publish(Cancelled, { orderId: seen })
    // @ts-expect-error not in `sends`
    unit.send(Refund, { orderId: seen })
    // @ts-expect-error a command is not published
    unit.publish(Ship, { orderId: seen })
    // @ts-expect-error an event is not sent
    unit.send(Shipped, { orderId: seen })
    // @ts-expect-error the data must be the contract's
    unit.publish(Shipped, { order: seen })
    // @ts-expect-error a field of the item is missing
    unit.stock.save({ sku: '85123A' })
    // @ts-expect-error no such store
    unit.orders.get('1')
    // @ts-expect-error a store of single keys has no partitions
    await unit.stock.query('85123A')
  },
)

consumer(import.meta, { id: 'shipping.silent', on: [Shipped, Cancelled] }, (_data, unit, { message }) => {
  if (message.type === 'orders.OrderShipped') message.data.orderId.length
  // @ts-expect-error nothing declared, nothing to publish
  unit.publish(Shipped, { orderId: '1' })
  // @ts-expect-error nothing declared, nothing to send
  unit.send(Ship, { orderId: '1' })
})

worker(
  import.meta,
  { id: 'orders.ship', on: Ship, stores: { order: OrderAggregate, mine: ByCustomer }, publishes: [Opened] },
  async (_ship, unit) => {
    const { state, version } = await unit.order.load('1')
    if (state.open && version > 0) unit.order.append('1', [{ type: 'orders.OrderOpened', data: { orderId: '1' } }])
    unit.order.append('1', [{ type: 'orders.OrderCancelled', data: { orderId: '1' } }])
    // @ts-expect-error a public event of the aggregate that is not in `publishes`
    unit.order.append('1', [{ type: 'orders.OrderShipped', data: { orderId: '1' } }])
    // @ts-expect-error an ordered event leaves through its aggregate only
    unit.publish(Opened, { orderId: '1' })
    const orders = await unit.mine.query('c1')
    orders[0]?.orderId.length
    // @ts-expect-error the key is a pair
    await unit.mine.get('c1')
  },
)

worker(
  import.meta,
  { id: 'orders.ship', on: Ship, stores: { order: OrderAggregate }, publishes: [Shipped] },
  (_ship, unit) => {
    unit.order.append('1', [{ type: 'orders.OrderShipped', data: { orderId: '1' } }])
    // @ts-expect-error an event of the aggregate leaves by being appended
    unit.publish(Shipped, { orderId: '1' })
  },
)

worker(
  import.meta,
  { id: 'orders.ship', on: Ship, stores: { stock: only(Stock, 'get', 'save'), order: only(OrderAggregate, 'load') } },
  async (_ship, unit) => {
    const item = await unit.stock.get('1')
    if (item) unit.stock.save(item)
    // @ts-expect-error not among what it does with the store
    unit.stock.delete('1')
    await unit.order.load('1')
    // @ts-expect-error not among what it does with the aggregate
    unit.order.append('1', [])
  },
)

interface Taken {
  readonly chargeId: string
}
const provider = {
  charge: async (_request: { readonly key: string; readonly amount: number }): Promise<Taken> => ({ chargeId: '1' }),
  find: async (_key: string): Promise<Taken | undefined> => undefined,
}
const charge = effect('charge', { lookup: (key) => provider.find(key) })
const booking = effect('booking', { cancel: async (key) => void key.length })
const ping = effect('ping')
const letter = effect('letter', { onUnknown: 'again' })
// @ts-expect-error without a key, the provider must be asked somehow
effect('letter', { onUnknown: 'ask' })
// @ts-expect-error what is cancelled is known by its key
effect('letter', { onUnknown: 'park', cancel: async () => {} })

worker(
  import.meta,
  { id: 'orders.pay', on: Ship, effects: { charge, booking, ping, letter } },
  async ({ orderId: key }, unit) => {
    const taken = await unit.effect('charge', (key) => provider.charge({ key, amount: 1 }), { key })
    taken.chargeId.length
    await unit.effect('ping', async (key, signal) => key.length + Number(signal.aborted))
    await unit.effect('letter', async (signal) => signal.aborted)
    await unit.compensate('charge', key, async (found, undoKey) => found.chargeId + undoKey)
    await unit.compensate('booking', key)
    // @ts-expect-error the idempotency key is missing
    await unit.effect('ping', () => provider.charge({ key: '1', amount: 1 }))
    // @ts-expect-error who compensates must be able to name the key
    await unit.effect('booking', async (key) => key.length)
    // @ts-expect-error another answer than the lookup's
    await unit.effect('charge', async (key) => key.length, { key })
    // @ts-expect-error neither lookup nor cancel: it cannot be compensated
    await unit.compensate('ping', key)
    // @ts-expect-error what was found must be undone somehow
    await unit.compensate('charge', key)
    // @ts-expect-error not in `effects`
    await unit.effect('refund', (key: string) => provider.charge({ key, amount: 1 }), { key })
  },
)

worker(import.meta, { id: 'orders.quiet', on: Ship }, (_ship, unit) => {
  // @ts-expect-error no effects declared
  unit.effect
})

consumer(import.meta, { id: 'audit.journal', on: everyEvent }, (data) => {
  // @ts-expect-error the journal does not know what arrives
  data.orderId
})

endpoint(
  import.meta,
  {
    id: 'orders.read',
    route: 'POST /orders/{id}',
    body: Order,
    stores: { stock: Stock },
    sends: [Ship],
    idempotent: true,
  },
  async ({ params, body }, unit) => {
    await unit.send(Ship, { orderId: body.orderId })
    await unit.stock.get(params.id)
    // @ts-expect-error no such parameter in the path
    params.orderId
    // @ts-expect-error an endpoint only reads
    unit.stock.save({ sku: '1', left: 1 })
    // @ts-expect-error not in `sends`
    await unit.send(Refund, { orderId: '1' })
    return { status: 202 }
  },
)

// @ts-expect-error a field that the event does not have
consumer(import.meta, { id: 'a.b', on: Placed, where: { nowhere: ['x'] } }, () => {})
// @ts-expect-error a value of another type
consumer(import.meta, { id: 'a.b', on: Placed, where: { total: ['1'] } }, () => {})
// @ts-expect-error prefixes are of strings
consumer(import.meta, { id: 'a.b', on: Placed, where: { total: [{ prefix: '1' }] } }, () => {})
// @ts-expect-error the two languages differ on arrays
consumer(import.meta, { id: 'a.b', on: Placed, where: { lines: ['1'] } }, () => {})
// @ts-expect-error a consumer takes events
consumer(import.meta, { id: 'a.b', on: Ship }, () => {})
// @ts-expect-error a worker takes commands
worker(import.meta, { id: 'a.b', on: Placed }, () => {})
// @ts-expect-error the unit's own names are taken
consumer(import.meta, { id: 'a.b', on: Placed, stores: { publish: Stock } }, () => {})

const key = (e: { orderId: string }) => e.orderId
// @ts-expect-error the step from version 1 is missing
event('a.B', { version: 3, schema: Order, key, upcast: { 2: (v2: { orderId: string }) => v2 } })
// @ts-expect-error no steps at all
event('a.B', { version: 2, schema: Order, key })
// @ts-expect-error the last step must give today's form
event('a.B', { version: 2, schema: Order, key, upcast: { 1: () => ({ id: 1 }) } })
