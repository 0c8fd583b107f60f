import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  type AnyCommand,
  type AnyEvent,
  aggregate,
  command,
  consumer,
  declarationOf,
  endpoint,
  event,
  everyEvent,
  exponential,
  only,
  store,
  worker,
} from '../../messaging/index.ts'
import { tableAccessOf } from '../../messaging/permissions.ts'
import type { Stores } from '../../messaging/unit.ts'

const Order = z.object({ orderId: z.string(), country: z.string() })
const key = (o: { orderId: string }) => o.orderId
const Placed = event('orders.OrderPlaced', { schema: Order, key })
const Shipped = event('shipping.OrderShipped', { schema: Order, key, ordered: true })
const Ship = command('shipping.ShipOrder', { schema: Order, key })
const Stock = store('stock', { schema: Order, key })
const Parcel = aggregate('parcel', { initial: () => 0, evolve: (n) => n + 1, events: [Shipped] })

describe('a declaration', () => {
  it('is plain data that survives JSON', () => {
    const handler = consumer(
      import.meta,
      {
        id: 'shipping.prepare',
        on: Placed,
        where: { country: ['EIRE'] },
        stores: { stock: Stock, parcel: Parcel },
        publishes: [Shipped],
        sends: [Ship],
        delivery: { attempts: 3, backoff: exponential('2s', '1m') },
        timeout: '20s',
      },
      () => {},
    )
    const declaration = declarationOf(handler)
    expect(JSON.parse(JSON.stringify(declaration))).toEqual(declaration)
    expect(declaration).toMatchObject({
      kind: 'consumer',
      id: 'shipping.prepare',
      service: 'shipping',
      file: import.meta.filename,
      on: [
        { kind: 'event', name: 'orders.OrderPlaced', service: 'orders', version: 1, ordered: false, route: 'topic' },
      ],
      where: { country: ['EIRE'] },
      publishes: [{ name: 'shipping.OrderShipped', ordered: true, route: 'ordered' }],
      sends: [{ kind: 'command', route: 'queue' }],
      stores: [
        { name: 'stock', kind: 'store', abilities: ['get', 'getMany', 'query', 'save', 'delete'] },
        { name: 'parcel', kind: 'aggregate', abilities: ['load', 'append'] },
      ],
      delivery: { ordered: false, attempts: 3, backoff: { first: 2_000, max: 60_000 }, batchSize: 10 },
      timeout: 20_000,
      memory: 512,
    })
  })

  it('tells every broken rule at once, with the value', () => {
    const declare = () =>
      worker(
        import.meta,
        {
          id: 'Nonsense',
          on: Ship,
          publishes: [Placed],
          delivery: { attempts: 0, ordered: true, concurrency: 1 },
          timeout: '1s',
        },
        () => {},
      )
    for (const told of [
      /id must read/,
      /attempts 0/,
      /concurrency 1/,
      /timeout 1000 ms/,
      /ordered/,
      /publishes its own events, not orders/,
    ])
      expect(declare).toThrow(told)
  })

  it('refuses a worker of a command that another service owns', () => {
    expect(() => worker(import.meta, { id: 'orders.ship', on: Ship }, () => {})).toThrow(
      'owns commands of its own service, not shipping.ShipOrder',
    )
  })

  it('refuses a filter over the limits of SNS', () => {
    const many = Array.from({ length: 51 }, (_, n) => String(n))
    expect(() => consumer(import.meta, { id: 'a.b', on: Placed, where: { country: many } }, () => {})).toThrow(
      '153 combinations',
    )
    expect(() => consumer(import.meta, { id: 'a.b', on: Placed, where: { country: [] } }, () => {})).toThrow(
      "'country' lists no condition",
    )
  })

  it('of an endpoint that sends needs idempotent requests', () => {
    const declare = () =>
      endpoint(import.meta, { id: 'orders.place', route: 'POST /orders', sends: [Ship] }, () => ({ status: 202 }))
    expect(declare).toThrow('must be `idempotent: true`')
  })

  it('of a journal takes every event', () => {
    expect(declarationOf(consumer(import.meta, { id: 'audit.journal', on: everyEvent }, () => {}))).toMatchObject({
      on: 'every event',
    })
  })

  it('is asked of handlers only', () => {
    expect(() => declarationOf(() => {})).toThrow('no handler of the kit')
  })
})

describe('a contract', () => {
  it('has a name of <service>.<Name>', () => {
    expect(() => event('OrderPlaced', { schema: Order, key })).toThrow("name 'OrderPlaced' must read <service>.<Name>")
  })
})

describe('table access', () => {
  it("is the consumer's own bookkeeping and its declared stores, and nothing else", () => {
    const declaration = declarationOf(
      worker(import.meta, { id: 'shipping.ship', on: Ship, stores: { stock: Stock } }, () => {}),
    )
    const access = tableAccessOf(declaration)
    expect(access.flatMap(({ keys }) => keys)).toEqual([
      'mark#shipping.ship#*',
      'park#shipping.ship#*',
      'stock#*',
      'tries#shipping.ship#*',
      'park#shipping.ship#*',
    ])
    expect(access[1]).toEqual({
      actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:UpdateItem'],
      keys: ['park#shipping.ship#*'],
      within: 'TransactWriteItems',
    })
  })

  it('has outbox rows where messages may leave otherwise than by being appended, and a look at the relay', () => {
    const outboxOf = (options: { stores?: Stores; sends?: AnyCommand[]; publishes?: AnyEvent[] }) => {
      const handler = consumer(import.meta, { id: 'shipping.prepare', on: Placed, ...options }, () => {})
      return tableAccessOf(declarationOf(handler)).filter(({ keys }) => keys[0]?.startsWith('out#'))
    }
    const row = {
      actions: ['dynamodb:PutItem'],
      keys: ['out#shipping.prepare#*'],
      within: 'TransactWriteItems',
    }
    expect(outboxOf({ sends: [Ship] })).toEqual([row])
    expect(outboxOf({ stores: { stock: Stock } })).toEqual([])
    expect(outboxOf({ stores: { parcel: Parcel }, publishes: [Shipped] })).toEqual([])
    expect(outboxOf({ stores: { parcel: Parcel }, sends: [Ship] })).toEqual([row])
    expect(outboxOf({ stores: { stock: Stock }, publishes: [Shipped] })).toEqual([row])
  })

  it('is what a handler does with a store, where it says so', () => {
    const actionsOf = (abilities: ('get' | 'getMany' | 'query' | 'save' | 'delete')[]) => {
      const stores = { stock: only(Stock, ...abilities) }
      const handler = worker(import.meta, { id: 'shipping.ship', on: Ship, stores }, () => {})
      return tableAccessOf(declarationOf(handler)).find(({ keys }) => keys[0] === 'stock#*')?.actions
    }
    expect(actionsOf(['save'])).toEqual(['dynamodb:PutItem'])
    expect(actionsOf(['get', 'save'])).toEqual(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:ConditionCheckItem'])
    expect(actionsOf(['getMany', 'delete'])).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:DeleteItem',
      'dynamodb:ConditionCheckItem',
    ])
    // @ts-expect-error a store cannot be loaded
    expect(() => only(Stock, 'load')).toThrow("'stock' cannot load; it can get, getMany, query, save, delete")
  })

  it('of an endpoint is reading', () => {
    const handler = endpoint(
      import.meta,
      { id: 'orders.read', route: 'GET /orders/{id}', stores: { stock: Stock, parcel: Parcel } },
      () => ({ status: 200 }),
    )
    const actions = tableAccessOf(declarationOf(handler)).flatMap((access) => access.actions)
    expect(new Set(actions)).toEqual(new Set(['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query']))
  })
})

it('a name of the kit cannot be a store', () => {
  expect(() => store('mark', { schema: Order, key })).toThrow("the kit's own")
})
