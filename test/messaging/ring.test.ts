import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { consumer, declarationOf, event, only, store } from '../../messaging/index.ts'
import { tableAccessOf } from '../../messaging/permissions.ts'
import type { QueueHandler } from '../../messaging/queue-handler.ts'
import {
  added,
  entryOf,
  holds,
  mayBeSpilled,
  newestOf,
  RING_CAPACITY,
  type Ring,
} from '../../messaging/runtime/ring.ts'
import { type Item, type Lab, openLab } from './lab.ts'
import { envelope } from './support.ts'

const Earned = event('loyalty.PointsEarned', {
  schema: z.object({ customer: z.string(), points: z.number() }),
  key: (e) => e.customer,
})
const Upgraded = event('loyalty.CustomerUpgraded', {
  schema: z.object({ customer: z.string() }),
  key: (e) => e.customer,
})
const Account = store('account', {
  schema: z.object({ customer: z.string(), points: z.number() }),
  key: (a) => a.customer,
})
const Total = store('total', { schema: z.object({ id: z.string(), points: z.number() }), key: (t) => t.id })

const options = { on: Earned, stores: { account: Account }, publishes: [Upgraded], marksIn: 'account' } as const
const earn = consumer(import.meta, { id: 'loyalty.earn', ...options }, async ({ customer, points }, unit) => {
  const before = (await unit.account.get(customer))?.points ?? 0
  unit.account.save({ customer, points: before + points })
  if (before + points >= 1_000) unit.publish(Upgraded, { customer })
})

let lab: Lab
let nth = 0
let customer: string
beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab.stop())
beforeEach(() => {
  customer = `c-${++nth}`
})

const message = (id: string, points = 1, time = new Date(lab.ports.now()).toISOString()) =>
  envelope({ id, time, type: 'loyalty.PointsEarned', partitionkey: customer, data: { customer, points } })
const deliver = async (handler: QueueHandler, ...messages: ReturnType<typeof message>[]) =>
  lab.invoke(handler, await lab.arrive(messages))
const account = async () => (await lab.items()).find(({ pk, sk }) => pk === `account#${customer}` && sk === '-')
const points = async () => ((await account())?.item as { points: number } | undefined)?.points
const chunks = async () =>
  (await lab.items()).filter(({ pk, sk }) => pk === `account#${customer}` && sk.startsWith('ring#'))
const upgrades = (items: readonly (Item | undefined)[]) => items.filter((item) => item?._out !== undefined).length

describe('scheme C', () => {
  it('F63: a hot duplicate makes no call where the process remembers it', async () => {
    const { calls } = await deliver(earn, ...Array.from({ length: 5 }, () => message('m-1', 3)))
    expect(calls).toEqual(['GetItemCommand', 'PutItemCommand'])
    expect(await points()).toBe(3)
  })

  it('is one read and one write, of one item that carries its state, its marks and its messages', async () => {
    const { calls } = await deliver(earn, message('m-1', 1_000))
    expect(calls).toEqual(['GetItemCommand', 'PutItemCommand'])
    const of = (await lab.items()).filter(({ pk }) => pk.includes(customer))
    expect(of).toHaveLength(1)
    expect(of[0]).toMatchObject({ _by: 'loyalty.earn', item: { customer, points: 1_000 } })
    expect((await lab.outgoing()).map(({ type }) => type)).toContain('loyalty.CustomerUpgraded')
    expect((await lab.items()).some(({ pk }) => pk.startsWith('mark#loyalty.earn'))).toBe(false)
  })

  it('clears what it carried with the next write', async () => {
    await deliver(earn, message('m-1', 1_000))
    expect(upgrades([await account()])).toBe(1)
    await deliver(earn, message('m-2', -500))
    expect(upgrades([await account()])).toBe(0)
  })

  it('knows a duplicate when it reads the item, and handles it no further', async () => {
    await deliver(earn, message('m-1', 5))
    for (let n = 0; n < 3; n++) {
      // Another process: what this one has handled is not remembered there.
      const { calls, staying } = await deliver(earn, message('m-1', 5))
      expect(staying).toEqual([])
      expect(calls.filter((call) => call !== 'GetItemCommand')).toEqual([])
    }
    expect(await points()).toBe(5)
  })

  it('lets two messages of one item in one batch both take effect', async () => {
    await deliver(earn, message('m-1', 5), message('m-2', 7), message('m-1', 5))
    expect(await points()).toBe(12)
  })

  it('decides alike whatever way a duplicate takes: the mark is where it was', async () => {
    // At the first delivery it only publishes; at the second it would write.
    let full = true
    const moody = consumer(import.meta, { id: 'loyalty.moody', ...options }, (_, unit) => {
      if (full) unit.publish(Upgraded, { customer })
      else unit.account.save({ customer, points: 1 })
    })
    await deliver(moody, message('m-1'))
    full = false
    await deliver(moody, message('m-1'))
    expect(await points()).toBeUndefined()
    expect((await account())?._out).toBeDefined()
  })

  it('takes other items into the same transaction, without a mark and an outbox row', async () => {
    const sum = consumer(
      import.meta,
      { id: 'loyalty.sum', ...options, stores: { account: Account, total: Total } },
      async (data, unit) => {
        const before = (await unit.total.get(customer))?.points ?? 0
        unit.total.save({ id: customer, points: before + data.points })
        unit.publish(Upgraded, { customer })
      },
    )
    for (let n = 0; n < 2; n++) await deliver(sum, message('m-1', 3))
    const items = (await lab.items()).filter(({ pk }) => pk.includes(customer) || pk.includes('loyalty.sum'))
    expect(items.map(({ pk }) => pk).sort()).toEqual([`account#${customer}`, `total#${customer}`])
    expect(items.find(({ pk }) => pk.startsWith('total'))?.item).toEqual({ id: customer, points: 3 })
  })

  it('remembers over a deletion and over the writes of others', async () => {
    const close = consumer(
      import.meta,
      { id: 'loyalty.close', on: Earned, stores: { account: Account } },
      async (_, unit) => {
        if (await unit.account.get(customer)) unit.account.delete(customer)
      },
    )
    const rewrite = consumer(
      import.meta,
      { id: 'loyalty.rewrite', on: Earned, stores: { account: Account } },
      async (_, unit) => {
        const before = await unit.account.get(customer)
        unit.account.save({ customer, points: (before?.points ?? 0) + 100 })
      },
    )
    await deliver(earn, message('m-1', 5))
    await deliver(rewrite, message('m-1', 5))
    expect(await points()).toBe(105)
    await deliver(earn, message('m-1', 5))
    expect(await points()).toBe(105)
    await deliver(close, message('m-2'))
    expect(await account()).toMatchObject({ ttl: Math.floor(lab.ports.now() / 1000) + 30 * 86_400 })
    expect(await points()).toBeUndefined()
    await deliver(earn, message('m-1', 5))
    expect(await points()).toBeUndefined()
    await deliver(earn, message('m-3', 7))
    expect(await points()).toBe(7)
  })

  it('does not let an item with marks be deleted unseen', async () => {
    const blind = consumer(import.meta, { id: 'loyalty.blind', on: Earned, stores: { account: Account } }, (_, unit) =>
      unit.account.delete(customer),
    )
    await deliver(earn, message('m-1', 5))
    expect((await deliver(blind, message('m-2'))).staying).toHaveLength(1)
    expect(await points()).toBe(5)
  })

  it('a stale image of the item decides nothing', async () => {
    const stale = consumer(import.meta, { id: 'loyalty.stale', ...options }, async (data, unit) => {
      const before = (await unit.account.get(customer, { stale: true }))?.points ?? 0
      unit.account.save({ customer, points: before + data.points })
    })
    for (const id of ['m-1', 'm-2', 'm-1']) await deliver(stale, message(id, 2))
    expect(await points()).toBe(4)
  })
})

describe('a full ring', () => {
  it("spills its older half into a chunk in the same transaction, and finds it again until the chunk's time is over", async () => {
    const start = lab.ports.now()
    const sent = Array.from({ length: RING_CAPACITY + 1 }, (_, n) =>
      message(`m-${n}`, 1, new Date(start + n * 1_000).toISOString()),
    )
    const nthOf = (n: number) => sent[n] as (typeof sent)[0]
    for (let n = 0; n < sent.length; n += 10) await deliver(earn, ...sent.slice(n, n + 10))
    expect(await points()).toBe(sent.length)
    const [chunk, ...others] = await chunks()
    expect(others).toEqual([])
    expect(await account()).toMatchObject({ _floor: start + 31_000 })
    expect((await deliver(earn, nthOf(3))).calls).toEqual(['GetItemCommand', 'QueryCommand'])
    await deliver(earn, ...[0, 31, 32, 63, 64].map(nthOf))
    expect(await points()).toBe(sent.length)

    // One that is older than the floor and was never handled is looked for, not found, and takes effect.
    await deliver(earn, message('late', 1, new Date(start).toISOString()))
    expect(await points()).toBe(sent.length + 1)

    // DynamoDB deletes late: a chunk whose time is over counts as gone.
    const expire = new UpdateItemCommand({
      TableName: 'shop-orders',
      Key: { pk: { S: chunk?.pk ?? '' }, sk: { S: chunk?.sk ?? '' } },
      UpdateExpression: 'SET #ttl = :past',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':past': { N: String(Math.floor(lab.ports.now() / 1000) - 1) } },
    })
    await lab.cloud.client(DynamoDBClient).send(expire)
    await deliver(earn, nthOf(0))
    expect(await points()).toBe(sent.length + 2)
  })
})

it('no id is forgotten inside the fence, whatever the order in which messages come', () => {
  const history = fc.array(fc.nat(400), { minLength: 100, maxLength: 400 })
  fc.assert(
    fc.property(history, (deliveries) => {
      let ring: Ring = { entries: [], floor: undefined }
      const chunks: (readonly Buffer[])[] = []
      const handled = new Set<number>()
      for (const id of deliveries) {
        // An id's time is its own, whenever it comes.
        const entry = entryOf('a.b', String(id), 1_000_000 + ((id * 7_919) % 10_000))
        const spilled = mayBeSpilled(ring, entry)
        const inChunk = chunks.some(
          (chunk) => newestOf(chunk) >= entry.readUIntBE(10, 6) && holds({ entries: chunk, floor: undefined }, entry),
        )
        const known = holds(ring, entry) || (spilled && inChunk)
        expect(known).toBe(handled.has(id))
        if (known) continue
        handled.add(id)
        const next = added(ring, entry)
        ring = next.ring
        if (next.spilled.length > 0) chunks.push(next.spilled)
        expect(ring.entries.length).toBeLessThanOrEqual(RING_CAPACITY)
        expect(ring.entries.length).toBeGreaterThanOrEqual(Math.min(handled.size, 33))
      }
    }),
    { numRuns: 25 },
  )
})

it('whose marks are in its items has no permission on marks, and writes the items also where its handler does not', () => {
  const stores = { account: only(Account, 'get') }
  const reader = consumer(import.meta, { id: 'loyalty.reader', ...options, stores }, () => {})
  const access = tableAccessOf(declarationOf(reader))
  expect(access.some(({ keys }) => keys.some((key) => key.startsWith('mark#')))).toBe(false)
  const home = access.filter(({ keys }) => keys.includes('account#*')).flatMap(({ actions }) => actions)
  expect(new Set(home)).toEqual(
    new Set(['ConditionCheckItem', 'GetItem', 'PutItem', 'Query'].map((name) => `dynamodb:${name}`)),
  )
})
