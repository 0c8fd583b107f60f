import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { declarationOf } from '../../messaging/declaration.ts'
import { consumer, effect, event, NotPerformed } from '../../messaging/index.ts'
import { tableAccessOf } from '../../messaging/permissions.ts'
import type { QueueHandler } from '../../messaging/queue-handler.ts'
import { type Fate, type Fates, type Lab, openLab } from './lab.ts'
import { envelope } from './support.ts'

const Order = z.object({ orderId: z.string() })
const Placed = event('orders.OrderPlaced', { schema: Order, key: (o) => o.orderId })
const Paid = event('payments.Paid', {
  schema: z.object({ orderId: z.string(), id: z.string() }),
  key: (o) => o.orderId,
})

/** A provider that does each key once, as providers with idempotency keys do, and remembers everything it was asked. */
function provider() {
  const charges = new Map<string, { id: string }>()
  const barred = new Set<string>()
  const asked: string[] = []
  return {
    charges,
    asked,
    async charge(key: string) {
      asked.push(`charge ${key}`)
      if (barred.has(key)) throw new Error('cancelled')
      const before = charges.get(key)
      if (before) return before
      charges.set(key, { id: `c-${charges.size + 1}` })
      return { id: `c-${charges.size}` }
    },
    async lookup(key: string) {
      asked.push(`lookup ${key}`)
      return charges.get(key)
    },
    async cancel(key: string) {
      asked.push(`cancel ${key}`)
      charges.delete(key)
      barred.add(key)
    },
    async refund(charge: { id: string }, key: string) {
      asked.push(`refund ${charge.id} ${key}`)
    },
  }
}

let lab: Lab
let shop: ReturnType<typeof provider>
let nth = 0
beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab.stop())
/** Each test has an order of its own. */
let orderId: string
beforeEach(() => {
  shop = provider()
  orderId = `o-${++nth}`
})

const message = () => envelope({ id: `m-${orderId}`, partitionkey: orderId, data: { orderId } })
/** Other tests leave messages on the queue. */
const arrive = async () => (await lab.arrive([message()])).filter(({ body }) => body.includes(`"${orderId}"`))
const deliver = async (handler: QueueHandler, fates?: Fates) => lab.invoke(handler, await arrive(), fates)
const reasons = async () => (await lab.deadLetters()).map((l) => l.MessageAttributes?.['error-class']?.StringValue)
const paid = async () =>
  (await lab.outgoing()).filter(({ partitionkey }) => partitionkey === orderId).map(({ data }) => data)
const later = () => lab.ports.pass(31_000)

const charge = effect('charge', { lookup: (key: string) => shop.lookup(key) })
const charging = (options = { effects: { charge } } as const) =>
  consumer(import.meta, { id: 'payments.charge', on: Placed, publishes: [Paid], ...options }, async (order, unit) => {
    const { id } = await unit.effect('charge', (key) => shop.charge(key), { key: order.orderId })
    unit.publish(Paid, { ...order, id })
  })

describe('an effect', () => {
  it('is two requests around the call, before the commit of the unit', async () => {
    const { calls, staying } = await deliver(charging())
    expect(calls).toEqual(['UpdateItemCommand', 'UpdateItemCommand', 'PutItemCommand'])
    expect(staying).toEqual([])
    expect(shop.asked).toEqual([`charge ${orderId}`])
    expect(await paid()).toEqual([{ orderId, id: 'c-1' }])
  })

  it('answers a repeated message by what it kept, in one request and without a call', async () => {
    const repeat = consumer(
      import.meta,
      { id: 'payments.only', on: Placed, effects: { charge } },
      async (order, unit) => {
        expect(await unit.effect('charge', (key) => shop.charge(key), { key: order.orderId })).toEqual({ id: 'c-1' })
      },
    )
    await deliver(repeat)
    const again = await deliver(repeat)
    expect(again.calls).toEqual(['UpdateItemCommand'])
    expect(shop.asked).toEqual([`charge ${orderId}`])
  })

  it('without a key of the business has one made of (consumer, message, effect), and a record that ends', async () => {
    const post = effect('post')
    const poster = consumer(import.meta, { id: 'payments.post', on: Placed, effects: { post } }, async (_, unit) => {
      await unit.effect('post', (key) => shop.charge(key))
    })
    await deliver(poster)
    await deliver(poster)
    expect(shop.asked).toHaveLength(1)
    expect(shop.asked[0]).toMatch(/^charge [0-9a-f]{32}$/)
    const record = (await lab.items()).find(({ pk }) => pk.startsWith('effect#post#'))
    expect(record?.ttl).toBe(Math.floor(lab.ports.now() / 1000) + 44 * 86_400)
  })

  it('twice in one unit is refused without keys: the second would get what the first one got, and never happen', async () => {
    const post = effect('post')
    const poster = consumer(import.meta, { id: 'payments.posts', on: Placed, effects: { post } }, async (_, unit) => {
      await unit.effect('post', (key) => shop.charge(key))
      await unit.effect('post', (key) => shop.charge(key))
    })
    const { staying } = await deliver(poster)
    expect(staying).toHaveLength(1)
    expect(shop.asked).toHaveLength(1)
  })

  const fates: readonly Fate[] = ['crash before', 'crash after', 'lose answer', 'throttle']
  for (const fate of fates)
    for (const at of [0, 1, 2])
      it(`happens once where call ${at} meets: ${fate}`, async () => {
        const records = await arrive()
        await lab.invoke(charging(), records, (_, n) => (n === at ? fate : undefined))
        later()
        expect((await lab.invoke(charging(), records)).staying).toEqual([])
        expect(shop.charges.size).toBe(1)
        expect(new Set((await paid()).map((data) => JSON.stringify(data)))).toEqual(
          new Set([JSON.stringify({ orderId, id: 'c-1' })]),
        )
      })

  it('that another worker holds waits for the end of its lease', async () => {
    const records = await arrive()
    const [record] = records
    await lab.invoke(charging(), records, (_, n) => (n === 1 ? 'crash before' : undefined))
    const { staying, calls } = await lab.invoke(charging(), records)
    expect(staying).toEqual([record?.messageId])
    expect(calls).toContain('ChangeMessageVisibilityCommand')
    expect(shop.asked).toEqual([`charge ${orderId}`])
  })

  it('of a worker that outlived its lease is not written over: the answer is the one that is kept', async () => {
    let zombie = true
    const slow = consumer(
      import.meta,
      { id: 'payments.slow', on: Placed, publishes: [Paid], effects: { charge } },
      async (order, unit) => {
        const answer = await unit.effect(
          'charge',
          async (key) => {
            if (!zombie) return shop.charge(key)
            zombie = false
            later()
            await deliver(slow)
            await shop.charge(key)
            return { id: 'of the zombie' }
          },
          { key: order.orderId },
        )
        unit.publish(Paid, { ...order, id: answer.id })
      },
    )
    await deliver(slow)
    expect(shop.charges.size).toBe(1)
    expect(await paid()).toEqual([{ orderId, id: 'c-1' }])
  })

  it('that another worker has taken over cannot be closed by the first', async () => {
    const [overtaken, closed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const slow = consumer(
      import.meta,
      { id: 'payments.slow', on: Placed, effects: { charge } },
      async (order, unit) => {
        const act = async () => {
          await overtaken.promise
          return { id: 'of the zombie' }
        }
        await unit.effect('charge', act as (key: string) => Promise<{ id: string }>, { key: order.orderId })
      },
    )
    const quick = consumer(
      import.meta,
      { id: 'payments.quick', on: Placed, publishes: [Paid], effects: { charge } },
      async (order, unit) => {
        const act = async (key: string) => {
          overtaken.resolve()
          await closed.promise
          return shop.charge(key)
        }
        const { id } = await unit.effect('charge', act, { key: order.orderId })
        unit.publish(Paid, { ...order, id })
      },
    )
    const records = await arrive()
    const zombie = lab.invoke(slow, records)
    await expect.poll(async () => (await lab.items()).some(({ pk }) => pk.endsWith(orderId))).toBe(true)
    later()
    const second = lab.invoke(quick, records)
    expect((await zombie).staying).toHaveLength(1)
    closed.resolve()
    expect((await second).staying).toEqual([])
    expect(await paid()).toEqual([{ orderId, id: 'c-1' }])
  })

  it('extends its lease while the call runs, and tells the call when the lease is lost', async () => {
    const brief = effect('brief', { lease: '1s' })
    const beats: number[] = []
    const steady = consumer(import.meta, { id: 'payments.steady', on: Placed, effects: { brief } }, async (_, unit) => {
      await unit.effect('brief', async (key, signal) => {
        for (let n = 0; n < 3; n++) {
          await expect.poll(async () => leaseOf(key)).toBeGreaterThan(beats.at(-1) ?? 0)
          beats.push(await leaseOf(key))
        }
        await lab.cloud.client(DynamoDBClient).send(
          new PutItemCommand({
            TableName: 'shop-orders',
            Item: {
              pk: { S: `effect#brief#${key}` },
              sk: { S: '-' },
              state: { S: 'running' },
              owner: { S: 'another' },
            },
          }),
        )
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        throw signal.reason
      })
    })
    const leaseOf = async (key: string) =>
      Number((await lab.items()).find(({ pk }) => pk === `effect#brief#${key}`)?.leaseUntil)
    expect((await deliver(steady)).staying).toHaveLength(1)
    expect(beats).toHaveLength(3)
  })

  it('that knows that nothing happened is tried again as if never begun', async () => {
    let tries = 0
    const mail = effect('mail', { onUnknown: 'park' })
    const mailing = consumer(import.meta, { id: 'payments.mail', on: Placed, effects: { mail } }, async (_, unit) => {
      await unit.effect('mail', async () => {
        if (++tries === 1) throw new NotPerformed('the connection was refused')
      })
    })
    const records = await arrive()
    expect((await lab.invoke(mailing, records)).staying).toHaveLength(1)
    expect((await lab.invoke(mailing, records)).staying).toHaveLength(0)
    expect(tries).toBe(2)
    expect(lab.counts.Parked).toBeUndefined()
  })
})

describe('an effect of unknown outcome', () => {
  const unknown = async (handler: QueueHandler) => {
    const records = await arrive()
    await lab.invoke(handler, records, (_, n) => (n === 1 ? 'crash before' : undefined))
    later()
    return lab.invoke(handler, records)
  }

  it('is looked up, and not done again where the provider knows it', async () => {
    await unknown(charging())
    expect(shop.asked).toEqual([`charge ${orderId}`, `lookup ${orderId}`])
    expect(await paid()).toEqual([{ orderId, id: 'c-1' }])
  })

  describe('and parked', () => {
    const mail = effect('mail', { onUnknown: 'park' })
    const answers: unknown[] = []
    let mails = 0
    const mailing = consumer(import.meta, { id: 'payments.mail', on: Placed, effects: { mail } }, async (_, unit) => {
      answers.push(await unit.effect('mail', async () => ({ nth: ++mails })))
    })
    const parked = async () =>
      (await lab.items()).filter(({ pk, sk }) => pk.startsWith('park#') && sk.startsWith('message#'))
    const groupOf = ({ pk }: { pk: string }) => pk.split('#').at(-1) ?? ''
    const parkOne = async () => {
      answers.length = 0
      mails = 0
      await unknown(mailing)
      const [message] = await parked()
      return groupOf(message ?? { pk: '' })
    }

    it('is gone on with by the answer that an operator has found out', async () => {
      const group = await parkOne()
      const wrong = lab.operate(mailing, { penstock: 'settle', group, verdict: 'done', result: 'sent' })
      await expect(wrong).rejects.toThrow('the answer is no JSON: sent')
      expect(await lab.operate(mailing, { penstock: 'settle', group, verdict: 'done', result: '{"nth":7}' })).toEqual({
        ...{ done: 1, left: true },
      })
      expect(await lab.operate(mailing, { penstock: 'resume', group })).toEqual({ done: 1, left: false })
      expect([answers.at(-1), mails]).toEqual([{ nth: 7 }, 1])
    })

    it('is done again where an operator says that it has not happened, and the record then knows better', async () => {
      const group = await parkOne()
      const again = () => lab.operate(mailing, { penstock: 'settle', group, verdict: 'again' })
      await again()
      expect(await lab.operate(mailing, { penstock: 'resume', group })).toEqual({ done: 1, left: false })
      expect([answers.at(-1), mails]).toEqual([{ nth: 2 }, 2])
      await expect(again()).rejects.toThrow('waits for no effect')
    })
  })

  it('is asked for again under the same key where there is no lookup', async () => {
    const plain = effect('plain')
    await unknown(
      consumer(import.meta, { id: 'payments.plain', on: Placed, effects: { plain } }, async (_, unit) => {
        await unit.effect('plain', (key) => shop.charge(key))
      }),
    )
    expect(new Set(shop.asked).size).toBe(1)
    expect(shop.asked).toHaveLength(2)
  })

  const kinds = [
    ['again', effect('again', { onUnknown: 'again' }), 2],
    ['ask', effect('ask', { onUnknown: 'ask', lookup: async () => 'found' }), 1],
    ['park', effect('park-it', { onUnknown: 'park' }), 1],
  ] as const
  for (const [kind, it_, times] of kinds)
    it(`and without a provider's key is settled by onUnknown: ${kind}`, async () => {
      let done = 0
      const parked = lab.counts.Parked ?? 0
      const handler = consumer(
        import.meta,
        { id: 'payments.unkeyed', on: Placed, effects: { it: it_ } },
        async (_, unit) => {
          await unit.effect('it', async () => {
            done++
            return 'done'
          })
        },
      )
      expect((await unknown(handler)).staying).toEqual([])
      expect(done).toBe(times)
      expect((lab.counts.Parked ?? 0) - parked).toBe(kind === 'park' ? 1 : 0)
    })
})

describe('a compensation', () => {
  const booking = effect('booking', { cancel: (key: string) => shop.cancel(key) })
  const book = consumer(import.meta, { id: 'payments.book', on: Placed, effects: { booking } }, async (order, unit) => {
    await unit.effect('booking', (key) => shop.charge(key), { key: order.orderId })
  })
  const outcomes: string[] = []
  const unbook = consumer(
    import.meta,
    { id: 'payments.unbook', on: Placed, effects: { booking } },
    async (order, unit) => {
      outcomes.push(await unit.compensate('booking', order.orderId))
    },
  )
  const refund = consumer(
    import.meta,
    { id: 'payments.refund', on: Placed, effects: { charge } },
    async (order, unit) => {
      outcomes.push(await unit.compensate('charge', order.orderId, (found, undoKey) => shop.refund(found, undoKey)))
    },
  )
  beforeEach(() => outcomes.splice(0))

  it('undoes once what was done, under a key of its own', async () => {
    await deliver(charging())
    await deliver(refund)
    await deliver(refund)
    expect(shop.asked).toEqual([`charge ${orderId}`, `refund c-1 ${orderId}/undo`])
    expect(outcomes).toEqual(['undone', 'undone'])
  })

  it('before its effect has nothing to undo, and bars the effect', async () => {
    await deliver(refund)
    await deliver(charging())
    expect(outcomes).toEqual(['never done'])
    expect(shop.asked).toEqual([])
    expect(await reasons()).toEqual(['Dead/Compensated'])
  })

  it('asks the provider where nobody knows whether it happened', async () => {
    const fates: Fates = (_, n) => (n === 1 ? 'crash before' : undefined)
    await deliver(charging(), fates)
    later()
    await deliver(refund)
    expect(shop.asked).toEqual([`charge ${orderId}`, `lookup ${orderId}`, `refund c-1 ${orderId}/undo`])
    shop.charges.clear()
    orderId += '-lost'
    await deliver(book, fates)
    later()
    await deliver(unbook)
    expect(outcomes).toEqual(['undone', 'undone'])
    expect(shop.charges.size).toBe(0)
  })

  it('waits while a worker is at the effect', async () => {
    await deliver(charging(), (_, n) => (n === 1 ? 'crash before' : undefined))
    expect((await deliver(refund)).staying).toHaveLength(1)
    expect(outcomes).toEqual([])
  })

  it('that took a slow worker for dead is followed by a cancellation, or a dead letter with the orphan', async () => {
    for (const [effectful, undo, code] of [
      [{ booking }, unbook, 'Compensated'],
      [{ charge }, refund, 'OrphanResult'],
    ] as const) {
      orderId += '-slow'
      const [name] = Object.keys(effectful)
      const slow = consumer(
        import.meta,
        { id: 'payments.slow', on: Placed, effects: effectful },
        async (order, unit) => {
          const { effect: act } = unit as {
            effect: (name: string, call: (key: string) => unknown, o: object) => Promise<unknown>
          }
          await act(
            String(name),
            async (key) => {
              later()
              await deliver(undo)
              return shop.charge(`${key}`).catch(() => shop.lookup(key))
            },
            { key: order.orderId },
          )
        },
      )
      await deliver(slow)
      expect(await reasons()).toEqual([`Dead/${code}`])
    }
  })

  it('happens once wherever its worker is struck', async () => {
    for (const fate of ['crash before', 'crash after', 'lose answer'] as const)
      for (const at of [0, 1, 2]) {
        shop = provider()
        orderId = `${fate}-${at}`
        await deliver(charging())
        const records = await arrive()
        await lab.invoke(refund, records, (_, n) => (n === at ? fate : undefined))
        later()
        expect((await lab.invoke(refund, records)).staying).toEqual([])
        expect(new Set(shop.asked)).toEqual(new Set([`charge ${orderId}`, `refund c-1 ${orderId}/undo`]))
        expect((await lab.items()).find(({ pk }) => pk === `effect#charge#${orderId}`)?.state).toBe('undone')
      }
  })
})

it('a declared effect is a permission on its records, and on nothing else', () => {
  const declaration = declarationOf(charging())
  expect(tableAccessOf(declaration).filter(({ keys }) => keys.some((key) => key.startsWith('effect')))).toEqual([
    { actions: ['dynamodb:UpdateItem'], keys: ['effect#charge#*'] },
  ])
})
