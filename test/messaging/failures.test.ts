import type { Message } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { consumer, Dead, event, exponential, Park, Retry } from '../../messaging/index.ts'
import type { QueueHandler } from '../../messaging/queue-handler.ts'
import { again, type Lab, openLab } from './lab.ts'
import { envelope } from './support.ts'

const Order = z.object({ orderId: z.string() })
const key = (o: { orderId: string }) => o.orderId
const Placed = event('orders.OrderPlaced', { schema: Order, key })
const Confirmed = event('orders.OrderConfirmed', { schema: Order, key, ordered: true })
const Shipped = event('shipping.OrderShipped', { schema: Order, key })

const DAY = 86_400_000

/** A consumer that fails as told; whatever it published before must not leave. */
const failing = (error: unknown, delivery = {}): QueueHandler =>
  consumer(import.meta, { id: 'shipping.failing', on: Placed, publishes: [Shipped], delivery }, (order, unit) => {
    unit.publish(Shipped, order)
    throw error
  })

/** What the consumer has noted of the attempts at a message. */
const tries = (consumerId: string, { messageId }: { readonly messageId: string }, attempts: number) =>
  expect.objectContaining({ pk: `tries#${consumerId}#m-1`, sk: messageId, attempts })

const attributesOf = (letter: Message | undefined) =>
  Object.fromEntries(
    Object.entries(letter?.MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue]),
  )

let lab: Lab

describe('on a standard queue', () => {
  beforeEach(async () => {
    lab = await openLab()
  })
  afterEach(() => lab.stop())

  const one = async (overrides = {}) => {
    const [record] = await lab.arrive([envelope(overrides)])
    if (!record) throw new Error('no message')
    return record
  }

  it('an error keeps the message, hidden with full jitter, and nothing leaves', async () => {
    const record = await one()
    const { staying, calls } = await lab.invoke(failing(new Error('no')), [record])
    expect(staying).toEqual([record.messageId])
    expect(calls).toEqual(['ChangeMessageVisibilityCommand', 'UpdateItemCommand'])
    expect(await lab.items()).toEqual([tries('shipping.failing', record, 1)])
    expect(lab.counts).toEqual({ Failed: 1, Retried: 1 })
  })

  it('is seen again when its back-off ends, and not before', async () => {
    await lab.invoke(failing(new Retry('later', { after: '90s' })), [await one()])
    await lab.cloud.clock.advance(89_000)
    expect(await lab.receive()).toEqual([])
    await lab.cloud.clock.advance(1_000)
    expect(await lab.receive()).toHaveLength(1)
  })

  it('after its attempts it is dead, with class, message, stack, attempts, trace and source', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const record = await one({ traceparent })
    const handler = failing(new RangeError('no such size'), { attempts: 3 })
    expect((await lab.invoke(handler, [record])).staying).toHaveLength(1)
    expect((await lab.invoke(handler, [again(record, 2)])).staying).toHaveLength(1)
    expect((await lab.invoke(handler, [again(record, 3)])).staying).toEqual([])
    const [letter] = await lab.deadLetters()
    expect(JSON.parse(letter?.Body ?? '')).toMatchObject({ id: 'm-1' })
    expect(attributesOf(letter)).toMatchObject({
      'error-class': 'RangeError',
      'error-message': 'no such size',
      'stack-hash': expect.stringMatching(/^[0-9a-f]{12}$/),
      'envelope-id': 'm-1',
      attempts: '3',
      source: 'shipping.failing',
      traceparent,
    })
  })

  it('neighbours of a message that crashes its process again and again burn no attempts', async () => {
    const runs: string[] = []
    const handler = consumer(
      import.meta,
      { id: 'shipping.crashes', on: Placed, publishes: [Shipped], delivery: { attempts: 2 } },
      (order, unit) => {
        runs.push(order.orderId)
        unit.publish(Shipped, order)
      },
    )
    const ids = ['crasher', ...Array.from({ length: 9 }, (_, index) => `n${index}`)]
    const records = await lab.arrive(ids.map((id) => envelope({ id, partitionkey: id, data: { orderId: id } })))
    const isCrasher = ({ body }: { body: string }) => body.includes('crasher')
    const batch = [...records.filter(isCrasher), ...records.filter((record) => !isCrasher(record))]
    // The process dies when the crasher commits, which is always the first of its batch, for as long as it is tried.
    for (const receives of [1, 2, 3]) {
      const dies = (command: string) => (command === 'PutItemCommand' ? 'crash before' : undefined)
      const fresh = batch.map((record) => again(record, receives))
      expect((await lab.invoke(handler, fresh, dies)).staying).toBe('crashed')
    }
    runs.length = 0
    const { staying } = await lab.invoke(
      handler,
      batch.map((record) => again(record, 4)),
    )
    expect(staying).toEqual([])
    expect(runs.toSorted()).toEqual(ids.slice(1))
    const letters = await lab.deadLetters()
    expect(letters.map(({ Body }) => JSON.parse(Body ?? '').id)).toEqual(['crasher'])
    expect(attributesOf(letters[0])).toMatchObject({ 'error-class': 'Dead/AttemptsExhausted', attempts: '2' })
  })

  it('what comes back from a dead-letter queue has all its attempts again', async () => {
    const handler = failing(new Error('no'), { attempts: 2 })
    const record = await one()
    await lab.invoke(handler, [record])
    expect((await lab.invoke(handler, [again(record)])).staying).toEqual([])
    const redriven = again(await one())
    expect((await lab.invoke(handler, [redriven])).staying).toEqual([redriven.messageId])
  })

  it('a wait that is no attempt is not counted, however often it comes', async () => {
    const handler = failing(new Retry('not there yet', { after: '5s', counts: false }), { attempts: 2 })
    const record = await one()
    for (const receives of [1, 2, 3, 4, 5])
      expect((await lab.invoke(handler, [again(record, receives)])).staying).toEqual([record.messageId])
    expect(await lab.items()).toEqual([tries('shipping.failing', record, 0)])
  })

  it('Dead goes to the dead-letter queue at the first attempt', async () => {
    expect((await lab.invoke(failing(new Dead('never', { code: 'NoSuchOrder' })), [await one()])).staying).toEqual([])
    expect(attributesOf((await lab.deadLetters())[0])).toMatchObject({
      'error-class': 'Dead/NoSuchOrder',
      attempts: '1',
    })
  })

  it('a malformed message is dead at the first attempt, with every reason, and as it came', async () => {
    const records = await lab.arrive(['{"id": 1}'])
    expect((await lab.invoke(failing(new Error('never run')), records)).staying).toEqual([])
    const [letter] = await lab.deadLetters()
    expect(letter?.Body).toBe('{"id": 1}')
    expect(attributesOf(letter)).toMatchObject({ 'error-class': 'Dead/Malformed', attempts: '1' })
    expect(attributesOf(letter)['error-message']).toContain(
      'id must be a text, not 1; source must be a text, not absent',
    )
  })

  it('data that its contract refuses, or a type that nobody awaits, is dead at the first attempt', async () => {
    const records = await lab.arrive([
      envelope({ data: { orderId: 7 } }),
      envelope({ id: 'm-2', type: 'orders.Other' }),
    ])
    expect((await lab.invoke(failing(new Error('never run')), records)).staying).toEqual([])
    const classes = (await lab.deadLetters()).map((letter) => attributesOf(letter)['error-class'])
    expect(classes.sort()).toEqual(['Dead/InvalidData', 'Dead/UnknownType'])
  })

  it('a message that crashed its last attempt is dead before the handler runs again', async () => {
    let runs = 0
    const handler = consumer(import.meta, { id: 'shipping.crash', on: Placed, delivery: { attempts: 2 } }, () => {
      runs++
    })
    const record = await one()
    // Dies right after having counted the attempt.
    for (const receives of [2, 3])
      await lab.invoke(handler, [again(record, receives)], (command) =>
        command === 'UpdateItemCommand' ? 'crash after' : undefined,
      )
    expect((await lab.invoke(handler, [again(record, 4)])).staying).toEqual([])
    expect(runs).toBe(0)
    expect(attributesOf((await lab.deadLetters())[0])).toMatchObject({
      'error-class': 'Dead/AttemptsExhausted',
      attempts: '2',
    })
  })

  it('a message whose last attempt was committed and never acknowledged is no dead letter', async () => {
    const handler = consumer(
      import.meta,
      { id: 'shipping.done', on: Placed, publishes: [Shipped], delivery: { attempts: 2 } },
      (order, unit) => unit.publish(Shipped, order),
    )
    const record = await one()
    const atCount = (command: string) => (command === 'UpdateItemCommand' ? 'crash after' : undefined)
    await lab.invoke(handler, [again(record)], atCount)
    const atCommit = (command: string) => (command === 'PutItemCommand' ? 'crash after' : undefined)
    await lab.invoke(handler, [again(record, 3)], atCommit)
    expect((await lab.invoke(handler, [again(record, 4)])).staying).toEqual([])
    expect(await lab.deadLetters()).toEqual([])
    expect(lab.counts).toMatchObject({ Deduped: 1 })
  })

  it('Park keeps the message in the table, without TTL, once however often it is parked', async () => {
    const record = await one()
    for (const delivery of [record, again(record)])
      expect((await lab.invoke(failing(new Park('ask somebody')), [delivery])).staying).toEqual([])
    const items = await lab.items()
    expect(items.filter(({ pk }) => pk.startsWith('park#')).map(({ pk, sk }) => [pk, sk])).toEqual([
      ['park#shipping.failing#o-1', 'message#2026-01-01T00:00:00.000Z#m-1'],
      ['park#shipping.failing#o-1', 'state'],
      ['park#shipping.failing#', 'o-1'],
    ])
    expect(items.find(({ sk }) => sk === 'state')).toMatchObject({ parked: 1 })
    expect(items.find(({ sk }) => sk.startsWith('message#'))).toMatchObject({
      code: 'Park',
      reason: 'ask somebody',
      messageId: 'm-1',
    })
    expect(items.filter((item) => 'ttl' in item).map(({ pk }) => pk)).toEqual(['tries#shipping.failing#m-1'])
  })

  it('a newer version of the data parks, with the version it needs', async () => {
    await lab.invoke(failing(new Error('never run')), [await one({ dataversion: 2 })])
    expect((await lab.items()).find(({ sk }) => sk.startsWith('message#'))).toMatchObject({
      code: 'NewerVersion',
      reason: 'needs orders.OrderPlaced version 2; this consumer reads up to 1',
    })
  })

  it('a message older than 29 days is parked as TooOldToProve, one just inside the fence is handled', async () => {
    const handler = consumer(import.meta, { id: 'shipping.late', on: Placed, publishes: [Shipped] }, (order, unit) =>
      unit.publish(Shipped, order),
    )
    const at = (age: number) => new Date(lab.ports.now() - age).toISOString()
    await lab.invoke(handler, [await one({ id: 'old', time: at(29 * DAY + 1_000) })])
    await lab.invoke(handler, [await one({ id: 'young', time: at(29 * DAY) })])
    expect((await lab.items()).find(({ messageId }) => messageId === 'old')).toMatchObject({ code: 'TooOldToProve' })
    expect((await lab.outgoing()).map(({ causationid }) => causationid)).toEqual(['young'])
  })

  it('a mark counts until its ttl and not after, though DynamoDB deletes it days later', async () => {
    const handler = consumer(import.meta, { id: 'shipping.mark', on: Placed, publishes: [Shipped] }, (order, unit) =>
      unit.publish(Shipped, order),
    )
    const record = await one()
    await lab.invoke(handler, [record])
    const renewed = {
      ...record,
      body: JSON.stringify(envelope({ time: new Date(lab.ports.now() + 20 * DAY).toISOString() })),
    }
    lab.ports.pass(30 * DAY)
    await lab.invoke(handler, [renewed])
    expect(lab.counts).toMatchObject({ Handled: 1, Deduped: 1 })
    lab.ports.pass(1_000)
    await lab.invoke(handler, [renewed])
    expect(lab.counts).toMatchObject({ Handled: 2, Deduped: 1 })
  })

  it('a loop is dead', async () => {
    await lab.invoke(failing(new Error('never run')), await lab.arrive([envelope({ hops: 101 })]))
    expect(attributesOf((await lab.deadLetters())[0])['error-class']).toBe('Dead/Loop')
  })

  it('one failing message of a batch stays, the others are done', async () => {
    const handler = consumer(
      import.meta,
      { id: 'shipping.partly', on: Placed, publishes: [Shipped] },
      (order, unit) => {
        if (order.orderId === 'bad') throw new Error('bad')
        unit.publish(Shipped, order)
      },
    )
    const messages = ['a', 'bad', 'c'].map((id) => envelope({ id, partitionkey: id, data: { orderId: id } }))
    const records = await lab.arrive(messages)
    const { staying } = await lab.invoke(handler, records)
    expect(staying).toEqual(records.filter(({ body }) => body.includes('bad')).map(({ messageId }) => messageId))
    expect((await lab.outgoing()).map(({ causationid }) => causationid).sort()).toEqual(['a', 'c'])
  })

  it('retried messages run after the others', async () => {
    const order: string[] = []
    const handler = consumer(import.meta, { id: 'shipping.sorted', on: Placed }, (_, __, { envelope: { id } }) => {
      order.push(id)
    })
    const records = await lab.arrive(['a', 'b', 'c'].map((id) => envelope({ id, partitionkey: id })))
    const [first, ...rest] = records
    if (!first) throw new Error('no message')
    await lab.invoke(handler, [again(first), ...rest])
    expect(order.at(-1)).toBe(JSON.parse(first.body).id)
  })

  it('where the dead-letter queue cannot be reached the message stays on its queue', async () => {
    const record = await one()
    const { staying } = await lab.invoke(failing(new Dead('never')), [record], () => 'throttle')
    expect(staying).toEqual([record.messageId])
  })
})

describe('on a FIFO queue', () => {
  beforeEach(async () => {
    lab = await openLab({ fifo: true })
  })
  afterEach(() => lab.stop())

  const ordered = (handle: (id: string) => void, attempts = 2) =>
    consumer(
      import.meta,
      {
        id: 'shipping.ordered',
        on: Confirmed,
        delivery: { ordered: true, attempts, backoff: exponential('1s', '1m') },
      },
      (_, __, context) => handle(context.envelope.id),
    )
  const confirmed = (id: string, group: string) => envelope({ id, type: 'orders.OrderConfirmed', partitionkey: group })

  it('a failing message keeps the tail of its group from being tried; other groups go on', async () => {
    const tried: string[] = []
    const handler = ordered((id) => {
      tried.push(id)
      if (id === 'a2') throw new Error('no')
    })
    const records = await lab.arrive([
      confirmed('a1', 'a'),
      confirmed('a2', 'a'),
      confirmed('a3', 'a'),
      confirmed('b1', 'b'),
    ])
    const { staying } = await lab.invoke(handler, records)
    expect(tried.sort()).toEqual(['a1', 'a2', 'b1'])
    const left = records.filter(({ messageId }) => staying.includes(messageId)).map(({ body }) => JSON.parse(body).id)
    expect(left).toEqual(['a2', 'a3'])
  })

  it('counts attempts of the head alone: its tail is not blamed for waiting', async () => {
    const handler = ordered((id) => {
      if (id === 'a1') throw new Error('no')
      throw new Error('tail fails too')
    })
    const [head, tail] = await lab.arrive([confirmed('a1', 'a'), confirmed('a2', 'a')])
    if (!head || !tail) throw new Error('no messages')
    await lab.invoke(handler, [head, tail])
    expect((await lab.items())[0]).toMatchObject({ failing: 'a1', attempts: 1 })
    await lab.invoke(handler, [again(head), again(tail)])
    const parked = (await lab.items()).filter(({ sk }) => sk.startsWith('message#'))
    expect(parked.map(({ messageId, code }) => [messageId, code])).toEqual([
      ['a1', 'Exhausted'],
      ['a2', 'BehindParked'],
    ])
  })

  it('a parked group stays parked in order, and nothing of it is tried', async () => {
    let tried = 0
    const handler = ordered(() => {
      tried++
      throw new Park('stop')
    })
    await lab.invoke(handler, await lab.arrive([confirmed('a1', 'a')]))
    await lab.invoke(handler, await lab.arrive([confirmed('a2', 'a'), confirmed('a3', 'a')]))
    expect(tried).toBe(1)
    const parked = (await lab.items()).filter(({ sk }) => sk.startsWith('message#'))
    expect(parked.map(({ messageId }) => messageId)).toEqual(['a1', 'a2', 'a3'])
    expect((await lab.items()).find(({ sk }) => sk === 'state')).toMatchObject({ parked: 3 })
  })

  it('a crash counts as an attempt from the second on', async () => {
    const handler = ordered(() => {
      throw new Error('no')
    }, 3)
    const [record] = await lab.arrive([confirmed('a1', 'a')])
    if (!record) throw new Error('no message')
    // Dies right after having counted the attempt (calls: states, count, ...).
    await lab.invoke(handler, [again(record)], (_, n) => (n === 1 ? 'crash after' : undefined))
    await lab.invoke(handler, [again(record, 3)])
    await lab.invoke(handler, [again(record, 4)])
    expect((await lab.items()).find(({ sk }) => sk.startsWith('message#'))).toMatchObject({
      messageId: 'a1',
      code: 'Exhausted',
    })
  })
})
