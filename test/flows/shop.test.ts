import { GetQueueAttributesCommand, GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { editLetter } from '../../bin/dlq/edit.ts'
import type { Letter } from '../../bin/dlq/letter.ts'
import { deadLetterQueue } from '../../bin/dlq/queues.ts'
import { lettersIn } from '../../bin/dlq/read.ts'
import { redrive } from '../../bin/dlq/redrive.ts'
import { sendBack } from '../../bin/dlq/send-back.ts'
import {
  type Effect,
  expectations,
  feed,
  generateInvoices,
  readHoldings,
  reconcile,
  reconciliationText,
} from '../../bin/feed/index.ts'
import { PlaceOrder } from '../../contracts/orders.ts'
import { shopTables } from '../../lib/stacks/tables.ts'
import { queueName } from '../../messaging/names.ts'
import { gapOf } from '../backends/gaps.ts'
import type { Deployment } from './deployment.ts'
import { deployment } from './where.ts'

// Against the local cloud in `npm test`; against any deployed system with `npm run test:e2e -- --endpoint URL`.

const APP = 'shop'
const PLACE_ORDER = 'orders.place-order'
const QUEUE = queueName(APP, PLACE_ORDER, false)
let shop: Deployment
let journey = 0

beforeAll(async () => {
  shop = await deployment()
}, 120_000)
afterAll(() => shop?.close())

/** A name that no other run and no other flow uses. */
const unique = (what: string): string => `${what}-${shop.run}-${++journey}`

const lines = (sku: string, quantity = 2) => [{ sku, quantity, unitPrice: 1275 }]

/** Fills the shelf, and waits until the goods lie there. */
async function deliver(sku: string, quantity: number): Promise<void> {
  const { status } = await shop.api.post('stock', { lines: [{ sku, quantity }] }, unique('goods'))
  expect(status).toBe(202)
  await onTheShelf([sku])
}

const onTheShelf = (skus: readonly string[]) =>
  shop.eventually(async () => {
    const { stock } = await readHoldings(shop.dynamodb, { inventory: shopTables(APP).inventory })
    expect([...stock.keys()]).toEqual(expect.arrayContaining([...skus]))
  })

async function placed(sku: string): Promise<string> {
  await deliver(sku, 10)
  const { status, body } = await shop.api.post('orders', { country: 'France', lines: lines(sku) }, unique('order'))
  expect(status).toBe(202)
  return (body as { orderId: string }).orderId
}

/** The order as the read model shows it, once it has that status. */
const shown = (orderId: string, status: string) =>
  shop.eventually(async () => {
    const { body } = await shop.api.get(`orders/${orderId}`)
    expect(body).toMatchObject({ orderId, status })
    return body as { readonly status: string; readonly reason?: string; readonly version: number }
  })

const queueUrl = async (QueueName: string): Promise<string> =>
  (await shop.sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl as string

/** An order that no contract has checked lies in the queue of its consumer, with a quantity that is no number. */
async function poisoned(): Promise<{ orderId: string; sku: string }> {
  const sku = unique('sku')
  await deliver(sku, 10)
  const orderId = unique('poison')
  const envelope = {
    ...{ specversion: '1.0', id: orderId, source: 'orders', type: PlaceOrder.name },
    ...{ time: new Date(shop.now()).toISOString(), datacontenttype: 'application/json', dataversion: 1 },
    ...{ partitionkey: orderId, correlationid: orderId, hops: 0 },
    data: { orderId, country: 'France', lines: [{ sku, quantity: 'two', unitPrice: 1275 }] },
  }
  const QueueUrl = await queueUrl(QUEUE)
  await shop.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(envelope) }))
  return { orderId, sku }
}

const deadLetters = () => deadLetterQueue(shop.tools, APP, PLACE_ORDER)

/** The dead letters of one message, once there is one. */
const lettersOf = (id: string): Promise<readonly Letter[]> =>
  shop.eventually(async () => {
    const letters = await lettersIn(shop.tools, await deadLetters(), { id })
    expect(letters).toHaveLength(1)
    return letters
  })

/** The letter with a quantity that is one, as a copy; its id. */
const mended = async (orderId: string, sku: string): Promise<string> =>
  editLetter(shop.tools, await deadLetters(), orderId, { orderId, country: 'France', lines: lines(sku) })

const moved = (count: number) => ({ moved: count, parked: 0, kept: [] })

/** How often each effect of an order is held by any service. */
const effectsOf = (orderId: string) =>
  shop.eventually(async () => {
    const holdings = await readHoldings(shop.dynamodb, shopTables(APP))
    const times = Object.keys(ONCE).map((effect) => [effect, holdings.tally(effect as Effect).of(orderId).times])
    const held = Object.fromEntries(times) as Record<string, number>
    expect(Object.values(held)).not.toContain(0)
    return held
  })

const ONCE = {
  ...{ 'order placed': 1, 'stock reserved': 1, 'payment taken': 1, 'charge at the provider': 1 },
  ...{ 'order confirmed': 1, 'order in the read model': 1, 'shipping notice': 1 },
}

/** Nothing is left to do for the consumer. */
const drained = () =>
  shop.eventually(async () => {
    const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
    const { Attributes = {} } = await shop.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: await queueUrl(QUEUE), AttributeNames: [...AttributeNames] }),
    )
    expect(AttributeNames.map((name) => Number(Attributes[name]))).toEqual([0, 0])
  })

/** Runs a flow, unless the backend is on record for lacking what it needs: then it is skipped for that reason. */
const flow = (name: string, run: (skip: (why: string) => void) => Promise<void>) =>
  it(name, { timeout: 180_000 }, async ({ skip }) => {
    const gap = gapOf(shop.backend, name)
    if (gap) skip(gap)
    await run(skip)
  })

describe('the shop, wherever it runs', () => {
  flow('confirms an order, and shows it', async () => {
    const orderId = await placed(unique('sku'))
    expect(await shown(orderId, 'confirmed')).toMatchObject({ version: 2 })
  })

  flow('refuses a malformed order with every reason at once', async () => {
    const order = { lines: [{ sku: '', quantity: 0, unitPrice: 'free' }], coupon: 'X' }
    const { status, body } = await shop.api.post('orders', order, unique('malformed'))
    expect(status).toBe(400)
    expect((body as { reasons: string[] }).reasons).toHaveLength(5)
  })

  flow('has one effect of an order that is sent, posted and published again', async () => {
    const sku = unique('sku')
    await deliver(sku, 10)
    const order = { country: 'France', lines: lines(sku) }
    const key = unique('order')
    const first = await shop.api.post('orders', order, key)
    const second = await shop.api.post('orders', order, key)
    expect(second.body).toEqual(first.body)
    const { orderId } = first.body as { orderId: string }
    expect(await shown(orderId, 'confirmed')).toMatchObject({ version: 2 })

    const again = { ...order, orderId: unique('direct') }
    await shop.bus.send(PlaceOrder, again, { id: again.orderId })
    await shop.bus.send(PlaceOrder, again, { id: again.orderId })
    expect(await shown(again.orderId, 'confirmed')).toMatchObject({ version: 2 })
  })

  flow('cancels an order after its delay, not before, and says why', async () => {
    const orderId = unique('delayed')
    const sentAt = shop.now()
    // Nobody has delivered this: the order is cancelled as soon as it is placed, which its delay puts off.
    const order = { orderId, country: 'France', lines: lines(unique('sku')) }
    await shop.bus.send(PlaceOrder, order, { delay: '3s' })
    expect((await shown(orderId, 'cancelled')).reason).toMatch(/^out of stock/)
    expect(shop.now() - sentAt).toBeGreaterThanOrEqual(3_000)
  })

  flow('dead-letters a poison message at its first attempt; mended and redriven it has one effect', async () => {
    const { orderId, sku } = await poisoned()
    const [letter] = await lettersOf(orderId)
    expect(letter).toMatchObject({ class: 'Dead/InvalidData', attempts: 1, source: PLACE_ORDER })
    expect(letter?.message).toMatch(/quantity/)

    const copy = await mended(orderId, sku)
    const [edited] = await lettersOf(copy)
    expect(edited?.envelope).toMatchObject({ editof: orderId })
    const dlq = await deadLetters()
    expect(await redrive(shop.tools, dlq, { filter: { id: copy }, rate: 50 })).toEqual(moved(1))
    expect(await shown(orderId, 'confirmed')).toMatchObject({ version: 2 })
    expect(await effectsOf(orderId)).toEqual(ONCE)

    // As a redrive leaves it that was broken off between sending and deleting: the letter is there again, and is sent once more.
    await sendBack(shop.tools, edited as Letter, { kind: 'queue', arn: dlq.arn })
    await lettersOf(copy)
    expect(await redrive(shop.tools, dlq, { filter: { id: copy }, rate: 50 })).toEqual(moved(1))
    await drained()
    expect(await effectsOf(orderId)).toEqual(ONCE)
    expect(await lettersIn(shop.tools, dlq, { id: orderId })).toEqual([])
    expect(await lettersIn(shop.tools, dlq, { id: copy })).toEqual([])
  })

  flow('redrives a whole dead-letter queue', async (skip) => {
    const { orderId, sku } = await poisoned()
    await lettersOf(orderId)
    const copy = await mended(orderId, sku)
    await lettersOf(copy)
    const dlq = await deadLetters()
    const others = (await lettersIn(shop.tools, dlq)).filter(({ id }) => id !== copy)
    if (others.length > 0)
      skip(`${dlq.name} holds ${others.length} letters of others, which are not this run's to redrive`)
    expect(await redrive(shop.tools, dlq, { filter: {}, rate: 50 })).toEqual(moved(1))
    expect(await shown(orderId, 'confirmed')).toMatchObject({ version: 2 })
    expect(await effectsOf(orderId)).toEqual(ONCE)
    expect(await lettersIn(shop.tools, dlq)).toEqual([])
  })

  flow('gives the money and the goods of a return back', async () => {
    await fedAndReconciled(['order', 'return'])
  })

  flow('loses and doubles nothing: what went in is what every service holds', async () => {
    await fedAndReconciled(['order', 'order', 'order'])
  })
})

/** Feeds invoices of these kinds with goods of their own, and waits until the books agree. */
async function fedAndReconciled(wanted: readonly ('order' | 'return')[]): Promise<void> {
  const name = unique('r')
  const drawn = generateInvoices({ count: 60, seed: 7 }).filter((one) =>
    one.lines.every(({ unitPrice }) => unitPrice > 0),
  )
  const invoices = wanted.map((kind, at) => {
    const invoice = drawn.filter((one) => one.kind === kind)[at] as (typeof drawn)[number]
    const own = invoice.lines.map((line) => ({ ...line, sku: `${name}-${line.sku}` }))
    return { ...invoice, number: `${invoice.number}-${name}`, customerId: '20001', lines: own }
  })
  const ordered = invoices.filter(({ kind }) => kind === 'order').flatMap((one) => one.lines.map(({ sku }) => sku))
  const fed = await feed({ api: shop.api, invoices, settled: () => onTheShelf(ordered) })
  const expected = expectations(invoices)
  await shop.eventually(async () => {
    const result = await reconcile({ app: APP, tables: shopTables(APP), ...shop, expected, fed })
    // A system that outlives a run holds what earlier ones sent; whatever concerns this one counts.
    const own = result.findings.filter(({ who, what }) => who.includes(name) || !/did not send|units/.test(what))
    expect(own, reconciliationText(result)).toEqual([])
    expect(result.figures.filter(({ expected: due, held }) => due !== held)).toEqual([])
  })
}
