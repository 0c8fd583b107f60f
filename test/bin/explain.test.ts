import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Explanation, explanationOf } from '../../bin/explain/explanation.ts'
import { overview, whole } from '../../bin/explain/text.ts'
import { SERVICES } from '../../lib/stacks/services.ts'
import type { DynamoDb } from '../../local/services/dynamodb/index.ts'
import {
  aggregate,
  breaker,
  type ConsumerDeclaration,
  claimCheck,
  command,
  consumer,
  declarationOf,
  event,
  everyEvent,
  store,
  worker,
} from '../../messaging/index.ts'
import type { QueueHandler } from '../../messaging/queue-handler.ts'
import { type Lab, openLab } from '../messaging/lab.ts'
import { envelope } from '../messaging/support.ts'

const schema = z.object({ orderId: z.string() })
const key = ({ orderId }: { orderId: string }) => orderId
const Placed = event('orders.OrderPlaced', { schema, key })
const Opened = event('orders.OrderOpened', { schema, key, ordered: true })
const Noted = event('shop.OrderNoted', { schema, key })
const Place = command('shop.PlaceOrder', { schema, key })
const notes = store('note', { schema, key })
const orders = aggregate('order', { events: [Noted], initial: () => 0, evolve: (count) => count + 1 })

const explain = (handler: QueueHandler): Explanation =>
  explanationOf(declarationOf(handler) as ConsumerDeclaration, { app: 'ex', defaultConcurrency: 2 })

const publishes = consumer(import.meta, { id: 'shop.publish', on: Placed, publishes: [Noted] }, (order, unit) =>
  unit.publish(Noted, order),
)
const appends = consumer(
  import.meta,
  { id: 'shop.append', on: Placed, stores: { orders }, publishes: [Noted] },
  async (order, unit) => {
    await unit.orders.load(order.orderId)
    unit.orders.append(order.orderId, [{ type: 'shop.OrderNoted', data: order }])
  },
)
const writes = consumer(import.meta, { id: 'shop.write', on: Placed, stores: { notes } }, (order, unit) =>
  unit.notes.save(order),
)
const writesAndPublishes = consumer(
  import.meta,
  { id: 'shop.both', on: Placed, stores: { notes }, publishes: [Noted] },
  async (order, unit) => {
    await unit.notes.get(order.orderId)
    unit.notes.save(order)
    unit.publish(Noted, order)
  },
)
const looks = consumer(import.meta, { id: 'shop.look', on: Placed }, () => {})

describe('what a message costs is what the local table counts', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await openLab()
  })
  afterAll(() => lab.stop())

  it.each([
    ['none', looks],
    ['C0', publishes],
    ["B'", appends],
    ['B', writes],
    ['B', writesAndPublishes],
  ] as const)('by scheme %s', async (scheme, handler) => {
    const { id, schemes } = explain(handler)
    const told = schemes.find((one) => one.scheme === scheme)
    const table = lab.cloud.context.service<DynamoDb>('dynamodb')
    table.resetMeter()
    const records = await lab.arrive([envelope({ id: `m-${id}`, partitionkey: id, data: { orderId: id } })])
    expect((await lab.invoke(handler, records)).staying).toEqual([])
    const writing = table.meter().filter(({ writeUnits }) => writeUnits > 0)
    expect({
      requests: writing.reduce((sum, { calls }) => sum + calls, 0),
      writeUnits: writing.reduce((sum, { writeUnits }) => sum + writeUnits, 0),
    }).toEqual({ requests: told?.requests, writeUnits: told?.writeUnits })
  })
})

describe('the schemes that a declaration leaves open', () => {
  it.each([
    [looks, ['none']],
    [publishes, ['none', 'C0']],
    [appends, ['none', "B'"]],
    [writes, ['none', 'B']],
    [writesAndPublishes, ['none', 'C0', 'B']],
  ] as const)('%#', (handler, expected) => {
    expect(explain(handler).schemes.map(({ scheme }) => scheme)).toEqual(expected)
  })
})

describe('the route', () => {
  const hopsOf = (handler: QueueHandler) =>
    explain(handler).routes.map(({ hops }) => hops.map(({ what }) => what).join(' '))
  it.each([
    [looks, ['relay bus rule topic subscription queue function']],
    [
      consumer(import.meta, { id: 'shop.a', on: Opened, delivery: { ordered: true } }, () => {}),
      ['relay topic subscription queue function'],
    ],
    [consumer(import.meta, { id: 'shop.b', on: everyEvent }, () => {}), ['bus rule queue function']],
    [worker(import.meta, { id: 'shop.c', on: Place }, () => {}), ['sender queue function']],
  ] as const)('%#', (handler, expected) => {
    expect(hopsOf(handler)).toEqual(expected)
  })

  it('names what each hop is deployed as', () => {
    expect(explain(looks).routes[0]?.hops.map(({ name }) => name)).toEqual([
      'ex-orders-relay',
      'ex',
      'ex-orders-OrderPlaced',
      'ex-orders-OrderPlaced',
      'unfiltered',
      'ex-shop-look',
      'ex-shop-look',
    ])
  })
})

it('prices the bodies that wait in S3, received and sent, and none where there are none', () => {
  const Imported = event('shop.PricesImported', { schema, key, claimCheck: claimCheck() })
  const handler = consumer(import.meta, { id: 'shop.e', on: Imported, publishes: [Imported, Noted] }, () => {})
  expect(explain(handler).claims).toEqual([
    'shop.PricesImported: 1 GET at each attempt, where its body is in S3 (the price of 0.6 WCU)',
    'shop.PricesImported: 1 PUT for each body over 8 KiB, at each attempt (the price of 8 WCU), and its storage for 60 days',
  ])
  expect(whole(explain(publishes))).not.toContain('S3')
})

it('tells limits and quotas by what is declared', () => {
  const ordered = consumer(
    import.meta,
    { id: 'shop.d', on: Opened, timeout: '10s', delivery: { ordered: true, attempts: 3, concurrency: 7 } },
    () => {},
  )
  const text = whole(explain(ordered))
  expect(text).toMatch(/^ {2}visibility +60 s/m)
  expect(text).toMatch(/^ {2}attempts +3, .* then parked$/m)
  expect(text).toMatch(/^ {2}at a time +7 invocations/m)
  expect(text).toContain('300 a key')
  expect(overview([explain(looks)])).toMatch(/^shop\.look +consumer +none +0 +0 +relay > bus/m)
})

it('F56: tells when a breaker opens, how it probes, and when it pauses consumption', () => {
  const breaking = worker(import.meta, { id: 'shop.e', on: Place, delivery: { breaker: breaker() } }, () => {})
  const text = whole(explain(breaking))
  expect(text).toMatch(/^ {2}breaker +opens at 5 failures within 300 s; then messages wait untried$/m)
  expect(text).toMatch(/^ {2}while open +one probe each 15 s/m)
  expect(text).toMatch(/^ {2}paused +after 120 s open its mapping is disabled/m)
})

describe('penstock explain', () => {
  const run = (...args: string[]) =>
    spawnSync(
      process.execPath,
      [fileURLToPath(new URL('../../bin/penstock.ts', import.meta.url)), 'explain', ...args],
      {
        encoding: 'utf8',
      },
    )

  it('explains every consumer of the shop as JSON', () => {
    const explanations = JSON.parse(run('--json').stdout) as Explanation[]
    const consumers = Object.values(SERVICES).flatMap((service) => ('consumers' in service ? service.consumers : []))
    expect(explanations.map(({ id }) => id).sort()).toEqual(consumers.map((each) => declarationOf(each).id).sort())
    for (const { schemes, routes, limits, quotas } of explanations)
      for (const part of [schemes, routes, limits, quotas]) expect(part.length).toBeGreaterThan(0)
  })

  it('ends with 2 and the names that there are, where there is no such consumer', () => {
    const { status, stderr } = run('orders.nobody')
    expect(status).toBe(2)
    expect(stderr).toMatch(/There is no consumer orders\.nobody\. Consumers: orders\.place-order/)
  })
})
