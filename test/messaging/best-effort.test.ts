import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { explanationOf } from '../../bin/explain/explanation.ts'
import { overview, whole } from '../../bin/explain/text.ts'
import type { DynamoDb } from '../../local/services/dynamodb/index.ts'
import {
  bestEffort,
  type ConsumerDeclaration,
  consumer,
  declarationOf,
  event,
  store,
  variables,
} from '../../messaging/index.ts'
import { definitionOf, type QueueHandler } from '../../messaging/queue-handler.ts'
import { startConsumer } from '../../messaging/runtime/best-effort.ts'
import { again, type Lab, openLab } from './lab.ts'
import { envelope } from './support.ts'

const schema = z.object({ orderId: z.string() })
const key = ({ orderId }: { orderId: string }) => orderId
const Placed = event('orders.OrderPlaced', { schema, key })
const Metered = event('reports.Metered', { schema, key })
const notes = store('note', { schema, key })

let lab: Lab
let metered: string[]
const meter = (delivery = bestEffort()) =>
  consumer(import.meta, { id: 'reports.meter', on: Placed, delivery }, (_order, _unit, { envelope: { id } }) => {
    metered.push(id)
    if (id.startsWith('bad')) throw new Error('no')
  })

beforeAll(async () => {
  lab = await openLab()
  for (const [name, value] of Object.entries(lab.cloud.environment)) vi.stubEnv(name, value)
  vi.stubEnv(variables.app, 'shop')
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true')
  vi.stubEnv(variables.table, 'shop-orders')
})
beforeEach(() => {
  metered = []
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await lab.stop()
})

const run = (handler: QueueHandler, records: readonly unknown[]) => {
  const context = { functionName: 'f', awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 }
  return startConsumer(definitionOf(handler), lab.ports)({ Records: records }, context)
}
const arrive = (...ids: string[]) => lab.arrive(ids.map((id) => envelope({ id })))
const explain = (handler: QueueHandler) =>
  explanationOf(declarationOf(handler) as ConsumerDeclaration, { app: 'shop', defaultConcurrency: 2 })

it('F38: handles nothing twice: neither a copy, nor what comes back after a crash, nor beside itself', async () => {
  const records = await arrive('a', 'b', 'a', 'a', 'c')
  await Promise.all([run(meter(), records), run(meter(), records.slice(0, 2))])
  expect(
    await run(
      meter(),
      records.map((record) => again(record)),
    ),
  ).toEqual({ batchItemFailures: [] })
  expect(metered.sort()).toEqual(['a', 'b', 'c'])
})

it('F38: loses what fails, and what cannot be marked, and nothing comes back', async () => {
  const records = await lab.arrive([envelope({ id: 'bad-1' }), envelope({ id: 'good-1' }), 'no message at all'])
  expect(await run(meter(), records)).toEqual({ batchItemFailures: [] })
  await run(meter(), records)
  expect(metered.sort()).toEqual(['bad-1', 'good-1'])
  expect(await lab.deadLetters()).toEqual([])
  const unmarked = await arrive('unmarked')
  vi.stubEnv(variables.table, 'no-such-table')
  expect(await run(meter(), unmarked)).toEqual({ batchItemFailures: [] })
  vi.stubEnv(variables.table, 'shop-orders')
  expect(metered).toHaveLength(2)
})

it('F38: samples the same of the messages each time that they come', async () => {
  const ids = Array.from({ length: 10 }, (_, n) => `s-${n}`)
  const records = await arrive(...ids)
  await run(meter(bestEffort({ sample: 0.5 })), records)
  const sampled = metered.toSorted()
  expect(sampled.length).toBeGreaterThan(0)
  expect(sampled.length).toBeLessThan(ids.length)
  await run(meter(bestEffort({ sample: 0.5 })), records)
  expect(metered.sort()).toEqual(sampled)
})

it('F38: costs one write unit a message, as explain says, and a consumer that writes what it saw four', async () => {
  const handler = meter()
  const table = lab.cloud.context.service<DynamoDb>('dynamodb')
  const records = await arrive('cost')
  table.resetMeter()
  await run(handler, records)
  const meters = table.meter()
  expect(meters.map(({ writeUnits, calls }) => [writeUnits, calls])).toEqual([[1, 1]])
  const { schemes } = explain(handler)
  expect(schemes).toMatchObject([{ scheme: 'best-effort', requests: 1, writeUnits: 1 }])
  const exact = consumer(import.meta, { id: 'reports.note', on: Placed, stores: { notes } }, (order, unit) =>
    unit.notes.save(order),
  )
  expect(explain(exact).schemes.find(({ scheme }) => scheme === 'B')?.writeUnits).toBe(4)
  expect(overview([explain(handler)])).toMatch(/^reports\.meter +consumer +best-effort +1 +1 +relay/m)
  const text = whole(explain(handler))
  expect(text).toMatch(/^ {2}attempts +one: what fails is lost, and counted as Lost$/m)
  expect(text).toMatch(/^ {2}queue .*\(lost\)$/m)
})

it('F38: reads and commits nothing: what must not compile does not', () => {
  const delivery = bestEffort()
  consumer(import.meta, { id: 'reports.x', on: Placed, stores: { notes }, delivery }, async ({ orderId }, unit) => {
    await unit.notes.get(orderId)
    // @ts-expect-error it writes nothing
    unit.notes.save({ orderId })
  })
  // @ts-expect-error it publishes nothing
  consumer(import.meta, { id: 'reports.x', on: Placed, publishes: [Metered], delivery }, () => {})
  const wrong = bestEffort({ sample: 2, batchSize: 2000 })
  expect(() => consumer(import.meta, { id: 'reports.x', on: Placed, delivery: wrong }, () => {})).toThrow(
    /sample 2 must be over 0 and up to 1; bestEffort: batchSize 2000 must be a whole number from 1 to 1000/,
  )
})
