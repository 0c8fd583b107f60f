import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { consumer, event, exponential, Park } from '../../messaging/index.ts'
import type { QueueHandler } from '../../messaging/queue-handler.ts'
import { type Lab, openLab } from './lab.ts'
import { envelope } from './support.ts'

const Order = z.object({ orderId: z.string() })
const Confirmed = event('orders.OrderConfirmed', { schema: Order, key: (o) => o.orderId, ordered: true })

let lab: Lab
let round = 0
beforeAll(async () => {
  lab = await openLab({ fifo: true })
})
beforeEach(() => {
  round++
})
afterAll(() => lab.stop())

const message = (id: string, group: string, overrides = {}) =>
  envelope({ id: `${id}-${round}`, type: 'orders.OrderConfirmed', partitionkey: `${group}-${round}`, ...overrides })

const ordered = (handle: (id: string) => void, attempts = 2): QueueHandler =>
  consumer(
    import.meta,
    {
      id: `shipping.ordered-${round}`,
      on: Confirmed,
      delivery: { ordered: true, attempts, backoff: exponential('1s', '2s') },
    },
    (_, __, context) => handle(context.envelope.id.split('-')[0] ?? ''),
  )

const group = (name: string) => `${name}-${round}`
const parked = async () =>
  (await lab.items())
    .filter(({ pk, sk }) => pk.startsWith(`park#shipping.ordered-${round}#`) && sk.startsWith('message#'))
    .map(({ messageId }) => String(messageId).split('-')[0])
const states = async () =>
  (await lab.items()).filter(
    ({ pk, sk }) => pk.startsWith(`park#shipping.ordered-${round}#`) && !sk.startsWith('message#'),
  )

/** Receives and invokes until the queue is empty. */
async function drain(handler: QueueHandler): Promise<void> {
  for (let idle = 0; idle < 4; idle++) {
    const records = await lab.receive()
    if (records.length > 0) idle = -1
    if (records.length > 0) await lab.invoke(handler, records)
    else await lab.cloud.clock.advance(1_000)
  }
}

describe('F52: order by key', () => {
  it('holds with random failures, and no key waits for another', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ group: fc.constantFrom('a', 'b', 'c'), failures: fc.constantFrom(0, 0, 0, 1, 2) }), {
          minLength: 3,
          maxLength: 9,
        }),
        async (sent) => {
          round++
          const left = new Map<string, number>(sent.map(({ failures }, index) => [`m${index}`, failures]))
          const done: string[] = []
          const handler = ordered((id) => {
            const failures = left.get(id) ?? 0
            left.set(id, failures - 1)
            if (failures > 0) throw new Error('no')
            done.push(id)
          }, 4)
          await lab.invoke(handler, await lab.arrive(sent.map(({ group }, index) => message(`m${index}`, group))))
          const untroubled = sent.flatMap(({ group }, index) =>
            sent.slice(0, index + 1).some((other) => other.group === group && other.failures > 0) ? [] : [`m${index}`],
          )
          expect(done.toSorted()).toEqual(untroubled.toSorted())
          await drain(handler)
          for (const name of ['a', 'b', 'c']) {
            const ids = sent.flatMap(({ group }, index) => (group === name ? [`m${index}`] : []))
            expect(done.filter((id) => ids.includes(id))).toEqual(ids)
          }
        },
      ),
      { numRuns: 6, seed: 52 },
    )
  })
})

describe('F53: a poisoned message in order', () => {
  it('parks its group in order while others flow; after the fix the group comes in its order', async () => {
    const done: string[] = []
    let poison = 'a2'
    const handler = ordered((id) => {
      if (id === poison) throw new Error('poison')
      done.push(id)
    })
    await lab.invoke(handler, await lab.arrive(['a1', 'a2', 'a3'].map((id) => message(id, 'a'))))
    await drain(handler)
    await lab.invoke(handler, await lab.arrive([message('a4', 'a'), message('b1', 'b')]))
    expect(done).toEqual(['a1', 'b1'])
    expect(await parked()).toEqual(['a2', 'a3', 'a4'])
    const still = await lab.operate(handler, { penstock: 'resume', group: group('a') })
    expect(still).toMatchObject({ done: 0, left: true, stopped: { class: 'Error', reason: 'poison' } })
    poison = ''
    expect(await lab.operate(handler, { penstock: 'resume', group: group('a') })).toEqual({ done: 3, left: false })
    await lab.invoke(handler, await lab.arrive([message('a5', 'a')]))
    expect(done).toEqual(['a1', 'b1', 'a2', 'a3', 'a4', 'a5'])
    expect([await parked(), await states()]).toEqual([[], []])
  })

  it('keeps the flag up while it drains: what arrives meanwhile comes in its turn', async () => {
    const done: string[] = []
    let stop = true
    let late: Promise<unknown> | undefined
    const handler = ordered((id) => {
      if (stop) throw new Park('stop')
      done.push(id)
      if (id === 'a1') late = lab.arrive([message('a3', 'a')]).then((records) => lab.invoke(handler, records))
    })
    await lab.invoke(handler, await lab.arrive([message('a1', 'a'), message('a2', 'a')]))
    stop = false
    await lab.operate(handler, { penstock: 'resume', group: group('a') })
    await late
    await lab.operate(handler, { penstock: 'resume', group: group('a') })
    expect(done).toEqual(['a1', 'a2', 'a3'])
    expect([await parked(), await states()]).toEqual([[], []])
  })

  it('a batch that saw the flag before it was lowered handles its messages itself', async () => {
    const done: string[] = []
    let stop = true
    const handler = ordered((id) => {
      if (stop) throw new Park('stop')
      done.push(id)
    })
    await lab.invoke(handler, await lab.arrive([message('a1', 'a')]))
    stop = false
    const records = await lab.arrive([message('a2', 'a')])
    let resumed: unknown
    // Between the read of the group's state and the attempt to park behind.
    await lab.invoke(handler, records, (command, n) => {
      if (command === 'TransactWriteItemsCommand' && n === 1)
        resumed ??= lab.operate(handler, { penstock: 'resume', group: group('a') })
      return undefined
    })
    await resumed
    if ((await parked()).length > 0) await lab.operate(handler, { penstock: 'resume', group: group('a') })
    expect(done).toEqual(['a1', 'a2'])
    expect([await parked(), await states()]).toEqual([[], []])
  })

  it('a skipped message goes to the dead-letter queue, and the rest goes on', async () => {
    const done: string[] = []
    const handler = ordered((id) => {
      if (id === 'a1') throw new Park('cannot')
      done.push(id)
    })
    await lab.invoke(handler, await lab.arrive([message('a1', 'a'), message('a2', 'a')]))
    const place =
      (await lab.items()).find(({ messageId }) => messageId === `a1-${round}`)?.sk.slice('message#'.length) ?? ''
    expect(await lab.operate(handler, { penstock: 'skip', group: group('a'), place })).toEqual({ done: 1, left: true })
    expect(await lab.operate(handler, { penstock: 'resume', group: group('a') })).toEqual({ done: 1, left: false })
    expect(done).toEqual(['a2'])
    const [letter] = await lab.deadLetters()
    expect(letter?.MessageAttributes?.['error-class']?.StringValue).toBe('Dead/Skipped')
    expect(letter?.MessageAttributes?.['sequence-number']?.StringValue).toBe(place)
  })

  it('an unknown version parks its group with the version it needs, and a deployed consumer resumes it', async () => {
    const done: string[] = []
    const old = ordered((id) => void done.push(id))
    await lab.invoke(old, await lab.arrive([message('a1', 'a', { dataversion: 2 }), message('a2', 'a')]))
    expect((await lab.items()).find(({ messageId }) => messageId === `a1-${round}`)).toMatchObject({
      code: 'NewerVersion',
      reason: 'needs orders.OrderConfirmed version 2; this consumer reads up to 1',
    })
    const stopped = await lab.operate(old, { penstock: 'resume', group: group('a') })
    expect(stopped.stopped?.class).toBe('Park/NewerVersion')
    const Newer = event('orders.OrderConfirmed', {
      version: 2,
      schema: Order,
      key: (o) => o.orderId,
      ordered: true,
      upcast: { 1: (old: { orderId: string }) => old },
    })
    const deployed = consumer(
      import.meta,
      { id: `shipping.ordered-${round}`, on: Newer, delivery: { ordered: true } },
      (_, __, { envelope }) => void done.push(envelope.id.split('-')[0] ?? ''),
    )
    expect(await lab.operate(deployed, { penstock: 'resume', group: group('a') })).toEqual({ done: 2, left: false })
    expect(done).toEqual(['a1', 'a2'])
  })

  it('what is too old to prove is applied only where an operator says so', async () => {
    const done: string[] = []
    const handler = ordered((id) => void done.push(id))
    const time = new Date(lab.ports.now() - 40 * 86_400_000).toISOString()
    await lab.invoke(handler, await lab.arrive([message('a1', 'a', { time })]))
    const resume = { penstock: 'resume', group: group('a') } as const
    expect((await lab.operate(handler, resume)).stopped?.class).toBe('Park/TooOldToProve')
    expect(await lab.operate(handler, { ...resume, apply: true })).toEqual({ done: 1, left: false })
    expect(done).toEqual(['a1'])
  })
})
