import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { consumer, event, store } from '../../messaging/index.ts'
import { type Lab, openLab } from './lab.ts'
import { envelope } from './support.ts'

const Order = z.object({ orderId: z.string() })
const key = (o: { orderId: string }) => o.orderId
const Changed = event('orders.OrderChanged', { schema: Order, key, ordered: true })
const Seen = event('shipping.Seen', { schema: Order, key })
const counts = store('counts', { schema: z.object({ id: z.string(), count: z.number() }), key: (c) => c.id })

let lab: Lab
let round = 0
beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab.stop())

const changed = (group: string, seq: number, copy = '') =>
  envelope({
    id: `${group}-${seq}${copy}-${round}`,
    type: 'orders.OrderChanged',
    partitionkey: `${group}-${round}`,
    seq,
    aggregate: 'order',
    time: new Date(lab.ports.now()).toISOString(),
  })

const follower = (handle: (id: string) => void) =>
  consumer(
    import.meta,
    {
      id: `shipping.follower-${round}`,
      on: Changed,
      stores: { counts },
      publishes: [Seen],
      delivery: { expectNext: { alarmAfter: '5m' } },
    },
    async (order, unit, { envelope: { id, partitionkey } }) => {
      handle(id.slice(0, id.lastIndexOf('-')))
      const found = await unit.counts.get(partitionkey)
      unit.counts.save({ id: partitionkey, count: (found?.count ?? 0) + 1 })
      unit.publish(Seen, order)
    },
  )

async function drain(handler: ReturnType<typeof follower>): Promise<void> {
  for (let idle = 0; idle < 5; idle++) {
    const records = await lab.receive()
    if (records.length > 0) idle = -1
    if (records.length > 0) await lab.invoke(handler, records)
    else await lab.cloud.clock.advance(2_000)
  }
}

describe('F54: expectNext', () => {
  it('handles shuffled and repeated events of 1..n in order, each once', async () => {
    const all = (count: number) => {
      const seqs = Array.from({ length: count }, (_, index) => index + 1)
      return fc.shuffledSubarray(seqs, { minLength: count })
    }
    await fc.assert(
      fc.asyncProperty(all(6), all(3), async (a, b) => {
        round++
        const done: string[] = []
        const handler = follower((id) => void done.push(id))
        const events = [...a.map((seq) => changed('a', seq)), ...b.map((seq) => changed('b', seq))]
        for (const batch of [events.slice(0, 3), events.slice(3, 6), events.slice(6)])
          await lab.invoke(handler, await lab.arrive(batch))
        await drain(handler)
        await lab.invoke(handler, await lab.arrive(a.slice(0, 2).map((seq) => changed('a', seq, '-again'))))
        await drain(handler)
        const committed = [...new Set(done.filter((id) => id.startsWith('a')))]
        expect(committed).toEqual(['a-1', 'a-2', 'a-3', 'a-4', 'a-5', 'a-6'])
        const items = await lab.items()
        expect(items.find(({ pk }) => pk === `counts#a-${round}`)).toMatchObject({ item: { count: 6 } })
        expect(items.find(({ pk }) => pk === `next#shipping.follower-${round}#orders.order#a-${round}`)).toMatchObject({
          seq: 6,
        })
      }),
      { numRuns: 4, seed: 54 },
    )
  })

  it('events of two aggregates with the same id are two rows of events', async () => {
    round++
    const done: string[] = []
    const handler = follower((id) => void done.push(id))
    const other = { ...changed('a', 1, '-invoice'), aggregate: 'invoice' }
    for (const one of [changed('a', 1), other, { ...other, id: `again-${round}`, source: 'billing' }])
      await lab.invoke(handler, await lab.arrive([one]))
    expect(done).toEqual(['a-1', 'a-1-invoice', 'again'])
  })

  it('an event that waits uses up no attempt, and after its time the gap is counted for the alarm', async () => {
    round++
    const done: string[] = []
    const handler = follower((id) => void done.push(id))
    const [record] = await lab.arrive([changed('a', 2)])
    if (!record) throw new Error('no message')
    for (let receive = 0; receive < 8; receive++) await lab.invoke(handler, [record])
    expect([done, lab.counts.OverdueGaps]).toEqual([[], undefined])
    lab.ports.pass(300_001)
    await lab.invoke(handler, [record])
    expect(lab.counts.OverdueGaps).toBe(1)
    await lab.invoke(handler, await lab.arrive([changed('a', 1)]))
    await drain(handler)
    expect(done).toEqual(['a-1', 'a-2'])
  })

  it('is refused where it could not hold', () => {
    const declared = (options: object) => () =>
      consumer(
        import.meta,
        { id: 'shipping.x', on: Changed, delivery: { expectNext: { alarmAfter: '5m' }, ...options } },
        () => {},
      )
    expect(declared({ ordered: true })).toThrow('a FIFO queue has an order')
    const Loose = event('orders.Loose', { schema: Order, key })
    expect(() =>
      consumer(import.meta, { id: 'shipping.x', on: Loose, delivery: { expectNext: { alarmAfter: '5m' } } }, () => {}),
    ).toThrow('others have no seq')
  })
})
