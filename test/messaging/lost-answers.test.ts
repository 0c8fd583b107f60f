import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { consumer, event, step } from '../../messaging/index.ts'
import { globals } from '../../messaging/runtime/ports.ts'
import { openSagasOf } from '../../messaging/runtime/saga-open.ts'
import { openTable } from '../../messaging/runtime/table.ts'
import { stepKey } from '../../messaging/table-layout.ts'
import { again, type Lab, openLab } from './lab.ts'
import { envelope } from './support.ts'

const Order = z.object({ orderId: z.string() })
const key = (o: { orderId: string }) => o.orderId
const Placed = event('orders.OrderPlaced', { schema: Order, key, ordered: true })
const Shipped = event('shipping.OrderShipped', { schema: Order, key })
const Pay = step('shipping.Pay', { input: Order, callback: true })

let lab: Lab
let fifo: Lab
let id = 0
beforeAll(async () => {
  ;[lab, fifo] = await Promise.all([openLab(), openLab({ fifo: true })])
})
beforeEach(() => {
  id++
})
afterAll(() => Promise.all([lab.stop(), fifo.stop()]))

const placed = (more = {}) => envelope({ id: `m-${id}`, partitionkey: `o-${id}`, ...more })

/** A client to which the answer of its first update does not come: the SDK asks again by itself. */
function forgetful(): DynamoDBClient {
  const client = lab.cloud.client(DynamoDBClient)
  let lost = false
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args)
      if (lost || context.commandName !== 'UpdateItemCommand') return answer
      lost = true
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
    },
    { step: 'finalizeRequest', priority: 'low' },
  )
  return client
}

it('F57: a receive counts once where the SDK repeats the count, since its answer was lost', async () => {
  const failing = consumer(import.meta, { id: 'shipping.failing', on: Placed, delivery: { attempts: 3 } }, () => {
    throw new Error('no')
  })
  const [record] = await lab.arrive([placed()])
  if (!record) throw new Error('it did not arrive')
  for (const receives of [2, 3])
    await lab.invoke(failing, [again(record, receives)], undefined, {
      dynamo: forgetful(),
    })
  expect((await lab.items()).find(({ pk }) => pk.startsWith('tries#'))).toMatchObject({ attempts: 2 })
})

it.each(['a dead letter', 'a parked group'])(
  'F42: the last attempt, committed without a word of it, leaves no %s',
  async (what) => {
    const of = what === 'a dead letter' ? lab : fifo
    const delivery = { attempts: 1, ordered: of === fifo }
    const shipper = consumer(
      import.meta,
      { id: 'shipping.ship', on: Placed, publishes: [Shipped], delivery },
      (order, unit) => unit.publish(Shipped, order),
    )
    const records = await of.arrive([placed({ type: 'orders.OrderPlaced' })])
    const { staying } = await of.invoke(shipper, records, (command) =>
      command === 'PutItemCommand' ? 'lose answer' : undefined,
    )
    expect(staying).toEqual([])
    expect(await of.deadLetters()).toEqual([])
    expect((await of.items()).filter(({ pk }) => pk.startsWith('park#'))).toEqual([])
  },
)

it('F33: an answer that comes before its question is committed waits, and uses up no attempt', async () => {
  const Answer = event('bank.Answered', { schema: Order, key })
  const place = { saga: 'shipping.Saga', sagaId: `s-${id}`, step: 'pay' }
  const { pk, sk } = stepKey(Pay.name, place)
  const record = (state: string) =>
    new PutItemCommand({
      TableName: 'shop-orders',
      Item: { pk: { S: pk }, sk: { S: sk }, _v: { N: '1' }, record: { S: JSON.stringify({ state, token: 't' }) } },
    })
  const hear = consumer(
    import.meta,
    { id: 'shipping.hear', on: Answer, sagas: { answers: [Pay] }, delivery: { attempts: 1 } },
    async (_, unit) => void (await unit.answer(Pay, `shipping.Saga/s-${id}/pay`, {})),
  )
  const dynamo = lab.cloud.client(DynamoDBClient)
  await dynamo.send(record('begun'))
  const records = await lab.arrive([placed({ type: 'bank.Answered' })])
  expect((await lab.invoke(hear, records)).staying).toHaveLength(1)
  await dynamo.send(record('waiting'))
  expect(
    (
      await lab.invoke(
        hear,
        records.map((one) => again(one)),
      )
    ).staying,
  ).toEqual([])
  expect((await lab.items()).find((item) => item.pk === pk)).toMatchObject({
    record: expect.stringContaining('"done"'),
  })
  expect(await lab.deadLetters()).toEqual([])
})

it('F66: an end that is told late does not set a saga back to an execution that is over', async () => {
  const dynamo = lab.cloud.client(DynamoDBClient)
  const open = openSagasOf('shipping.Saga', dynamo, openTable(dynamo, 'shop-orders', globals))
  const stuck = {
    step: 'pay',
    state: 'Undo pay',
    code: 'C',
    message: 'm',
    token: 't',
    since: '2026-01-02T00:00:00.000Z',
  }
  await open.handOver('s', 'first', 'second', 0)
  await open.handOver('s', 'second', 'third', 0)
  await open.needAttention('s', 'third', stuck)
  await open.handOver('s', 'first', 'second', 0)
  expect(await open.get('s')).toEqual({ sagaId: 's', execution: 'third', startedAt: 0, attention: stuck })
  await open.close('s')
  // Its execution was redriven.
  await open.needAttention('s', 'third', stuck)
  expect(await open.get('s')).toMatchObject({ execution: 'third', startedAt: Date.parse(stuck.since) })
})
