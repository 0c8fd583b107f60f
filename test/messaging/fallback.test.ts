import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { cached, command, defaultTo, enqueueLater, store, withFallback, worker } from '../../messaging/index.ts'
import { type Lab, openLab } from './lab.ts'
import { envelope } from './support.ts'

const schema = z.object({ orderId: z.string() })
const key = ({ orderId }: { orderId: string }) => orderId
const Ask = command('orders.Ask', { schema, key })
const AskAgain = command('orders.AskAgain', { schema, key })
const answers = store('answer', { schema: z.object({ orderId: z.string(), answer: z.string() }), key })

let provider: () => Promise<string>
const ask = worker(
  import.meta,
  { id: 'orders.ask', on: Ask, stores: { answers }, sends: [AskAgain] },
  async ({ orderId }, unit, context) => {
    const answer = await withFallback(context, () => provider(), defaultTo('UNKNOWN'))
    unit.answers.save({ orderId, answer: answer.value })
    // Typed by `degraded`: nothing was sent, or something is to come.
    const later = await withFallback(
      context,
      () => provider(),
      enqueueLater(() => unit.send(AskAgain, { orderId }, { delay: '5m' })),
    )
    if (!later.degraded) context.logger.info(later.value.toUpperCase())
  },
)

let lab: Lab
beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab.stop())

it('F57: a provider that is down gives an UNKNOWN answer and a command for later, not an error, and both are counted', async () => {
  provider = () => Promise.reject(new Error('down'))
  const message = envelope({ id: 'ask-1', type: Ask.name })
  expect(await lab.invoke(ask, await lab.arrive([message]))).toMatchObject({ staying: [] })
  expect((await lab.items()).find(({ pk }) => pk === 'answer#o-1')?.item).toEqual({ orderId: 'o-1', answer: 'UNKNOWN' })
  expect((await lab.outgoing()).map(({ type }) => type)).toEqual(['orders.AskAgain'])
  expect(lab.counts).toMatchObject({ Degraded: 2, Handled: 1 })
})

it('F57: one that answers is not degraded', async () => {
  const flags: string[] = []
  const logger = { debug() {}, info() {}, warn: (text: string) => flags.push(text), error() {} }
  const context = { logger, degraded: () => flags.push('counted') }
  expect(await withFallback(context, async () => 7, defaultTo(0))).toEqual({ degraded: false, value: 7 })
  let last: number | undefined
  const kept = cached<number>({
    read: async () => last,
    write: (value) => {
      last = value
    },
  })
  const down = () => Promise.reject(new Error('down'))
  await expect(withFallback(context, down, kept)).rejects.toThrow('down')
  expect(flags).toEqual([])
  await withFallback(context, async () => 8, kept)
  expect(await withFallback(context, down, kept)).toMatchObject({ degraded: true, value: 8 })
  expect(flags).toEqual(['counted', 'degraded'])
})
