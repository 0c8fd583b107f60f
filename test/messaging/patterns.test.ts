import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import type { DynamoDb } from '../../local/services/dynamodb/index.ts'
import { command, event, store, worker } from '../../messaging/index.ts'
import { type Lab, openLab } from './lab.ts'
import { envelope } from './support.ts'

let lab: Lab
beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab.stop())

const ten = Array.from({ length: 10 }, (_, n) => n)
const leftOf = async (type: string) => (await lab.outgoing()).filter((one) => one.type === type)

const Sign = z.object({ user: z.string(), address: z.string() })
const SignUp = command('users.SignUp', { schema: Sign, key: ({ user }) => user })
const SignedUp = event('users.SignedUp', { schema: Sign, key: ({ user }) => user })
const Taken = event('users.AddressTaken', { schema: Sign, key: ({ user }) => user })
const users = store('user', { schema: Sign, key: ({ user }) => user })
const addresses = store('address', { schema: Sign, key: ({ address }) => address })
const signUp = worker(
  import.meta,
  { id: 'users.sign-up', on: SignUp, stores: { users, addresses }, publishes: [SignedUp, Taken] },
  async (asked, unit) => {
    if (await unit.addresses.get(asked.address)) return unit.publish(Taken, asked)
    unit.users.save(asked)
    unit.addresses.save(asked)
    unit.publish(SignedUp, asked)
  },
)

it('F42: of ten who claim one address at once, one has it and nine are told so', async () => {
  const asked = ten.map((n) =>
    envelope({ id: `u-${n}`, type: SignUp.name, partitionkey: `${n}`, data: { user: `${n}`, address: 'a@b.c' } }),
  )
  expect((await lab.invoke(signUp, await lab.arrive(asked))).staying).toEqual([])
  expect(await leftOf(SignedUp.name)).toHaveLength(1)
  expect(await leftOf(Taken.name)).toHaveLength(9)
  const items = await lab.items()
  expect(items.filter(({ pk }) => pk.startsWith('user#'))).toHaveLength(1)
})

const Member = store('member', { schema: Sign, key: ({ user }) => user })
const enrol = worker(
  import.meta,
  { id: 'users.enrol', on: SignUp, stores: { member: Member }, publishes: [SignedUp], marksIn: 'member' },
  async (asked, unit) => {
    if (await unit.member.get(asked.user)) return
    unit.member.save(asked)
    unit.publish(SignedUp, asked)
  },
)

it('F42: an insert that comes again writes nothing, and costs no write unit', async () => {
  const dynamodb = lab.cloud.context.service<DynamoDb>('dynamodb')
  const asked = envelope({ id: 'once', type: SignUp.name, partitionkey: 'eve', data: { user: 'eve', address: 'e' } })
  await lab.invoke(enrol, await lab.arrive([asked]))
  const before = (await lab.items()).find(({ pk }) => pk === 'member#eve')
  const again = await lab.arrive([asked])
  dynamodb.resetMeter()
  expect((await lab.invoke(enrol, again)).calls).toEqual(['GetItemCommand'])
  expect(dynamodb.meter().reduce((sum, { writeUnits }) => sum + writeUnits, 0)).toBe(0)
  expect((await lab.items()).find(({ pk }) => pk === 'member#eve')).toEqual(before)
})

const Paying = z.object({ orderId: z.string(), by: z.string() })
const Pay = command('orders.Pay', { schema: Paying, key: ({ by }) => by })
const PaidFor = event('orders.PaidFor', { schema: Paying, key: ({ orderId }) => orderId })
const AlreadyPaid = event('orders.AlreadyPaid', { schema: Paying, key: ({ orderId }) => orderId })
const Order = store('order-state', {
  schema: z.object({ orderId: z.string(), paidBy: z.string() }),
  key: ({ orderId }) => orderId,
})
const pay = worker(
  import.meta,
  { id: 'orders.pay', on: Pay, stores: { order: Order }, publishes: [PaidFor, AlreadyPaid] },
  async ({ orderId, by }, unit) => {
    const order = await unit.order.get(orderId)
    if (order) return unit.publish(AlreadyPaid, { orderId, by: order.paidBy })
    unit.order.save({ orderId, paidBy: by })
    unit.publish(PaidFor, { orderId, by })
  },
)

it('F43: of a hundred payments of an order at once one finds it unpaid, and 99 are told who paid', async () => {
  const payment = (n: number) =>
    envelope({ id: `p-${n}`, type: Pay.name, partitionkey: `by-${n}`, data: { orderId: 'o-1', by: `by-${n}` } })
  const batches = []
  for (const tens of ten) batches.push(await lab.arrive(ten.map((n) => payment(tens * 10 + n))))
  const left = await Promise.all(batches.map((records) => lab.invoke(pay, records)))
  expect(left.flatMap(({ staying }) => staying)).toEqual([])
  const [paid, ...more] = await leftOf(PaidFor.name)
  const refused = await leftOf(AlreadyPaid.name)
  expect([more.length, refused.length]).toEqual([0, 99])
  const payer = ({ data }: { readonly data: unknown }) => (data as { by: string }).by
  expect(new Set(refused.map(payer))).toEqual(new Set(paid && [payer(paid)]))
})

it('F43: check, then act, as two calls without a condition, pays twice', async () => {
  const dynamo = lab.cloud.client(DynamoDBClient)
  const Key = { pk: { S: 'plain-order#1' }, sk: { S: '-' } }
  const naive = async () => {
    const { Item } = await dynamo.send(new GetItemCommand({ TableName: 'shop-orders', Key, ConsistentRead: true }))
    if (Item) return 'already'
    await dynamo.send(new PutItemCommand({ TableName: 'shop-orders', Item: Key }))
    return 'paid'
  }
  const answers = await Promise.all(ten.map(naive))
  expect(answers.filter((answer) => answer === 'paid').length).toBeGreaterThan(1)
})

it('F62: of ten records two fail: their two ids are answered, and what is malformed takes nobody along', async () => {
  const Fail = command('orders.Fail', { schema: Paying, key: ({ by }) => by })
  const failing = worker(import.meta, { id: 'orders.fail', on: Fail, publishes: [PaidFor] }, (asked, unit) => {
    if (asked.orderId === 'bad') throw new Error('as told')
    unit.publish(PaidFor, asked)
  })
  const message = (n: number) => {
    const orderId = n === 3 || n === 7 ? 'bad' : `good-${n}`
    return envelope({ id: `f-${n}`, type: Fail.name, partitionkey: `${n}`, data: { orderId, by: `${n}` } })
  }
  const records = await lab.arrive(ten.map((n) => (n === 5 ? 'this is no envelope' : message(n))))
  const bad = records.filter(({ body }) => body.includes('"bad"')).map(({ messageId }) => messageId)
  const { staying } = await lab.invoke(failing, records)
  expect([...staying].sort()).toEqual(bad.sort())
  const good = (await leftOf(PaidFor.name)).filter(({ causationid }) => causationid?.startsWith('f-'))
  expect(good).toHaveLength(7)
  const [letter] = await lab.deadLetters()
  expect(letter?.MessageAttributes?.['error-class']?.StringValue).toBe('Dead/Malformed')
})
