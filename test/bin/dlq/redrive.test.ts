import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { editLetter } from '../../../bin/dlq/edit.ts'
import { causesOf } from '../../../bin/dlq/group.ts'
import { purge } from '../../../bin/dlq/purge.ts'
import { deadLetterQueue } from '../../../bin/dlq/queues.ts'
import { lettersIn } from '../../../bin/dlq/read.ts'
import { redrive } from '../../../bin/dlq/redrive.ts'
import type { Tools } from '../../../bin/dlq/tools.ts'
import type { Envelope } from '../../../messaging/envelope.ts'
import { consumer, Dead, event } from '../../../messaging/index.ts'
import { type Lab, openLab } from '../../messaging/lab.ts'
import { envelope } from '../../messaging/support.ts'
import { toolsOn } from './tools.ts'

const Order = z.object({ orderId: z.string() })
const key = (o: { orderId: string }) => o.orderId
const Placed = event('orders.OrderPlaced', { schema: Order, key })
const Shipped = event('shipping.OrderShipped', { schema: Order, key })

let lab: Lab
let tools: Tools
let broken: ((id: string) => Error | undefined) | undefined
const handler = consumer(import.meta, { id: 'shipping.ship', on: Placed, publishes: [Shipped] }, (order, unit) => {
  const error = broken?.(order.orderId)
  if (error) throw error
  unit.publish(Shipped, order)
})
beforeAll(async () => {
  lab = await openLab()
  tools = toolsOn(lab.cloud)
})
afterAll(() => lab.stop())

const queue = () => deadLetterQueue(tools, 'shop', 'work')
const message = (id: string): Envelope => envelope({ id, partitionkey: id, data: { orderId: id } })

/** Causes of all that left, each as often as it left. */
const effects = async () => (await lab.outgoing()).map(({ causationid }) => causationid).sort()

async function drain(): Promise<void> {
  for (let records = await lab.receive(); records.length > 0; records = await lab.receive())
    await lab.invoke(handler, records)
}

/** Puts letters on the dead-letter queue as the kit does. */
async function letters(ids: readonly string[]): Promise<void> {
  const { url: QueueUrl } = await queue()
  for (let from = 0; from < ids.length; from += 10)
    await lab.cloud.client(SQSClient).send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: ids.slice(from, from + 10).map((id, index) => ({
          Id: String(index),
          MessageBody: JSON.stringify(message(id)),
          MessageAttributes: { 'error-class': { DataType: 'String', StringValue: 'Error' } },
        })),
      }),
    )
}

describe('F47: redrive', () => {
  it('brings 1,000 letters back at 50 a second, with effects exactly once, also where it is done twice', async () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `m-${index}`)
    await letters(ids)
    // Somebody has redriven some of them before, and died before they were deleted.
    await lab.invoke(handler, await lab.arrive(ids.slice(0, 10).map(message)))
    const started = tools.now()
    const result = await redrive(tools, await queue(), { filter: {}, rate: 50 })
    const seconds = (tools.now() - started) / 1000
    expect(result).toEqual({ moved: 1_000, parked: 0, kept: [] })
    expect(seconds).toBeGreaterThanOrEqual(19)
    expect(seconds).toBeLessThanOrEqual(22)
    await drain()
    expect(await effects()).toEqual(ids.toSorted())
    expect(await redrive(tools, await queue(), { filter: {}, rate: 50 })).toMatchObject({ moved: 0 })
    await letters(ids.slice(0, 30))
    await redrive(tools, await queue(), { filter: { class: 'Err*' }, rate: 500 })
    await drain()
    expect([await effects(), lab.counts.Handled, lab.counts.Deduped]).toEqual([ids.toSorted(), 1_000, 40])
  })

  it('takes what matches, at its rate, keeps attributes and ids, and leaves the rest where it is', async () => {
    broken = (id) => (id.startsWith('x') ? new Dead('no', { code: 'Strange' }) : new Dead('no', { code: 'Other' }))
    await lab.invoke(handler, await lab.arrive(['x1', 'y1', 'x2', 'y2'].map(message)))
    broken = undefined
    const started = tools.now()
    const result = await redrive(tools, await queue(), { filter: { class: '*/Strange' }, rate: 1 })
    expect(result).toMatchObject({ moved: 2, kept: [] })
    expect(tools.now() - started).toBe(1_000)
    expect((await lab.receive()).map(({ body }) => JSON.parse(body).id).sort()).toEqual(['x1', 'x2'])
  })

  it('F46: shows and groups letters by their last error, and leaves them where they are', async () => {
    broken = () => new Dead('no such place', { code: 'NoSuchPlace' })
    await lab.invoke(
      handler,
      await lab.arrive([{ ...message('g1'), traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }, message('g2')]),
    )
    broken = undefined
    for (let twice = 0; twice < 2; twice++) {
      const found = await lettersIn(tools, await queue(), { class: 'Dead/NoSuchPlace' })
      expect(found.map(({ id }) => id).sort()).toEqual(['g1', 'g2'])
      const [cause] = causesOf(found)
      expect(cause).toMatchObject({
        class: 'Dead/NoSuchPlace',
        source: 'shipping.ship',
        count: 2,
        message: 'no such place',
      })
    }
    const [first] = await lettersIn(tools, await queue(), { id: 'g1' })
    expect(first).toMatchObject({
      attempts: 1,
      stackHash: expect.stringMatching(/^[0-9a-f]{12}$/),
      trace: expect.stringMatching(/^00-a{32}/),
    })
    expect(await purge(tools, await queue(), { class: 'Dead/NoSuchPlace' })).toBe(2)
  })

  it('puts an edited copy in the place of its original, linked to it, and the same edit twice is one message', async () => {
    await lab.invoke(handler, await lab.arrive([{ ...message('bad'), data: { orderId: 7 } }]))
    const id = await editLetter(tools, await queue(), 'bad', { orderId: 'seven' })
    await expect(editLetter(tools, await queue(), 'bad', { orderId: 'seven' })).rejects.toThrow('holds no letter bad')
    const [copy] = await lettersIn(tools, await queue(), { id })
    expect(copy?.envelope).toMatchObject({ id, editof: 'bad', data: { orderId: 'seven' }, correlationid: 'c-1' })
    await redrive(tools, await queue(), { filter: { id }, rate: 50 })
    await drain()
    expect(await effects()).toContain(id)
  })
})
