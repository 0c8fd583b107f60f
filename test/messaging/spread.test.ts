import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { command, consumer, createBus, event, rate } from '../../messaging/index.ts'
import { startTestCloud, type TestCloud } from '../support/cloud.ts'
import { openLab } from './lab.ts'
import { envelope } from './support.ts'

const schema = z.object({ orderId: z.string() })
const key = ({ orderId }: { orderId: string }) => orderId
const Mail = command('mail.Send', { schema, key })
const Changed = event('orders.OrderChanged', { schema, key, ordered: true })

let cloud: TestCloud
let QueueUrl: string
beforeAll(async () => {
  cloud = await startTestCloud()
  for (const [name, value] of Object.entries(cloud.environment)) vi.stubEnv(name, value)
  QueueUrl = (await cloud.client(SQSClient).send(new CreateQueueCommand({ QueueName: 'mail' }))).QueueUrl ?? ''
  const parameter = { Name: '/penstock/shop/commands/mail.Send', Value: QueueUrl, Type: 'String' as const }
  await cloud.client(SSMClient).send(new PutParameterCommand(parameter))
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await cloud.stop()
})

async function visible(): Promise<number> {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] })
  return Number((await cloud.client(SQSClient).send(command)).Attributes?.ApproximateNumberOfMessages)
}

it('F51: 10,000 sent at once become visible at the rate asked for, within 5 %', async () => {
  const bus = createBus({ app: 'shop', now: () => cloud.clock.now() })
  const list = Array.from({ length: 10_000 }, (_, n) => ({ orderId: `o-${n}` }))
  const { ids } = await bus.sendSpread(Mail, list, rate(50, '1s'))
  expect(new Set(ids).size).toBe(10_000)
  let before = await visible()
  for (let seconds = 10; seconds <= 190; seconds += 10) {
    await cloud.clock.advance(10_000)
    const now = await visible()
    expect(Math.abs(now - before - 500)).toBeLessThanOrEqual(25)
    before = now
  }
  await cloud.clock.advance(11_000)
  expect(await visible()).toBe(10_000)
  await expect(bus.sendSpread(Mail, list, rate(1, '1s'))).rejects.toThrow('a queue holds a message 900 s')
})

it('F48: on a FIFO queue what is delayed holds its group, so that the order of sending is kept; other groups go on', async () => {
  const lab = await openLab({ fifo: true })
  const seen: string[] = []
  const follow = consumer(
    import.meta,
    { id: 'shipping.follow', on: Changed, delivery: { ordered: true } },
    (_, __, context) => {
      seen.push(context.envelope.id)
    },
  )
  const of = (id: string, partitionkey: string, more = {}) =>
    envelope({ id, partitionkey, type: Changed.name, data: { orderId: partitionkey }, ...more })
  const notbefore = new Date(lab.ports.now() + 60_000).toISOString()
  const records = await lab.arrive([of('1', 'a', { notbefore }), of('2', 'a'), of('3', 'b')])
  const { staying } = await lab.invoke(follow, records)
  expect([seen, staying.length]).toEqual([['3'], 2])
  lab.ports.pass(60_000)
  await lab.cloud.clock.advance(60_000)
  await lab.invoke(follow, await lab.receive())
  expect(seen).toEqual(['3', '1', '2'])
  await lab.stop()
})
