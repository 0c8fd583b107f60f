import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { command, consumer, effect, event, store } from '../../messaging/index.ts'
import type { QueueHandler } from '../../messaging/queue-handler.ts'
import { bodyOf } from '../../messaging/runtime/outgoing.ts'
import { type Lab, openLab } from './lab.ts'
import { envelope } from './support.ts'

const Placed = event('orders.OrderPlaced', { schema: z.object({ orderId: z.string() }), key: (o) => o.orderId })
const Note = store('note', { schema: z.object({ id: z.string(), text: z.string() }), key: ({ id }) => id })

let lab: Lab
let id = 0
beforeAll(async () => {
  lab = await openLab()
})
afterAll(async () => {
  await lab.stop()
})
beforeEach(() => {
  id++
  lab.cloud.kernel.faults.use(undefined)
})

const deliver = async (handler: QueueHandler) => lab.invoke(handler, await lab.arrive([envelope({ id: `m-${id}` })]))
const deadOf = async (handler: QueueHandler) => {
  const { calls } = await deliver(handler)
  const [letter] = await lab.deadLetters()
  const { 'error-class': kind, 'error-message': message } = letter?.MessageAttributes ?? {}
  return { kind: kind?.StringValue, message: message?.StringValue, writes: calls.filter((c) => /Put|Transact/.test(c)) }
}
const writing = (count: number, bytes: number) =>
  consumer(import.meta, { id: 'orders.notes', on: Placed, stores: { note: Note } }, (_, unit) => {
    for (let n = 0; n < count; n++) unit.note.save({ id: `${id}-${n}`, text: 'x'.repeat(bytes) })
  })

describe('a unit that does not fit is dead with both figures, and nothing is written:', () => {
  it('more than 100 actions', async () => {
    expect(await deadOf(writing(100, 1))).toEqual({
      kind: 'Dead/TooLarge',
      message: 'actions in one unit: 101, over the limit of 100; split the work into messages of fewer items',
      writes: [],
    })
    expect((await deliver(writing(99, 1))).staying).toEqual([])
  })

  it('an item over 400 KB', async () => {
    const { kind, message, writes } = await deadOf(writing(2, 400 * 1024))
    expect([kind, writes]).toEqual(['Dead/TooLarge', []])
    expect(message).toMatch(/^item 'note#\d+-0' in bytes: 409\d{3}, over the limit of 409600; keep less in one item$/)
  })

  it('4 MB together', async () => {
    const { message } = await deadOf(writing(11, 399 * 1024))
    expect(message).toMatch(/^one unit in bytes: 449\d{4}, over the limit of 4194304; /)
  })

  it('an answer of the outside that no record can hold', async () => {
    const ask = effect('ask')
    const asking = consumer(import.meta, { id: 'orders.ask', on: Placed, effects: { ask } }, async (_, unit) => {
      await unit.effect('ask', async (key) => key.padEnd(400 * 1024))
    })
    expect(await deadOf(asking)).toMatchObject({ kind: 'Dead/TooLarge' })
  })
})

describe('a collision with another transaction', () => {
  const conflicts = (times: number) => {
    let left = times
    lab.cloud.kernel.faults.use((point) => (point === 'dynamodb.transaction' && left-- > 0 ? 'conflict' : 'none'))
  }

  it('is waited out within the invocation, and burns no attempt', async () => {
    conflicts(5)
    const waited = lab.ports.waited.length
    const { staying, calls } = await deliver(writing(1, 1))
    expect(staying).toEqual([])
    expect(calls.filter((call) => call === 'TransactWriteItemsCommand')).toHaveLength(6)
    expect(lab.ports.waited.length - waited).toBeGreaterThanOrEqual(5)
    expect([lab.counts.Failed, lab.counts.Retried]).toEqual([4, undefined])
    expect((await lab.items()).filter(({ pk }) => pk.startsWith('tries#'))).toEqual([])
  })

  it('is told apart from a failed condition, by place: a duplicate that collides is a duplicate in the end', async () => {
    const handler = writing(1, 1)
    await deliver(handler)
    const before = lab.counts.Deduped ?? 0
    conflicts(1)
    expect((await deliver(handler)).staying).toEqual([])
    expect(lab.counts.Deduped).toBe(before + 1)
  })
})

const Bulk = z.object({ orderId: z.string(), text: z.string() })
const Send = command('orders.SendBulk', { schema: Bulk, key: (o) => o.orderId, ordered: true })

it('what no table can park is a dead letter, and not tried for ever', async () => {
  const reader = consumer(import.meta, { id: 'orders.reader', on: Placed }, () => {})
  const newer = envelope({ id: `m-${id}`, dataversion: 9, data: { orderId: 'o', text: 'x'.repeat(500_000) } })
  expect((await lab.invoke(reader, await lab.arrive([newer]))).staying).toEqual([])
  const [letter] = await lab.deadLetters()
  expect(letter?.MessageAttributes?.['error-class']?.StringValue).toBe('Park/NewerVersion')
})

it('an ordered command is refused where it could not be parked, with the way out', () => {
  const whole = { ...envelope({ type: Send.name }), data: { orderId: 'o', text: 'x'.repeat(400_000) } }
  expect(() => bodyOf(Send, whole)).toThrow(/over the limit of 389120; send less, or give its contract `claimCheck/)
  expect(bodyOf({ ...Send, ordered: false }, whole)).toHaveLength(JSON.stringify(whole).length)
})
