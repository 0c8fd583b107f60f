import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge'
import { SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { consumer, event, store } from '../../messaging/index.ts'
import { exampleApp } from '../lib/example/app.ts'
import { resourcesOf } from '../lib/example/resources.ts'
import { type Lab, openLab } from './lab.ts'
import { envelope } from './support.ts'

const schema = z.object({ orderId: z.string() })
const Placed = event('orders.OrderPlaced', { schema, key: (order) => order.orderId })
const Counted = z.object({ id: z.string(), times: z.number() })
const counts = store('count', { schema: Counted, key: ({ id }) => id })

/** Its effect would show a second time, for there is no key to overwrite. */
const count = consumer(
  import.meta,
  { id: 'reports.count-orders', on: Placed, stores: { counts } },
  async ({ orderId }, unit) => {
    const before = await unit.counts.get(orderId)
    unit.counts.save({ id: orderId, times: (before?.times ?? 0) + 1 })
  },
)

/** The lab's. */
const QUEUE = 'shop-work'

let lab: Lab
beforeEach(async () => {
  lab = await openLab()
})
afterEach(() => lab.stop())

const counted = async () =>
  (await lab.items()).flatMap(({ pk, item }) =>
    pk.startsWith('count#') ? [(item as z.infer<typeof Counted>).times] : [],
  )

it('F11: what a worker that is killed in the middle leaves behind is seen again in time, and takes effect once', async () => {
  const message = envelope({ id: 'm-1', type: Placed.name })
  const [first] = [await lab.arrive([message])]
  expect(
    (await lab.invoke(count, first, (command) => (command.startsWith('Transact') ? 'crash before' : undefined)))
      .staying,
  ).toBe('crashed')
  expect(await counted()).toEqual([])
  await lab.cloud.clock.advance(29_000)
  expect(await lab.receive()).toEqual([])
  await lab.cloud.clock.advance(1_000)
  const second = await lab.receive()
  expect(
    (await lab.invoke(count, second, (command) => (command.startsWith('Transact') ? 'crash after' : undefined)))
      .staying,
  ).toBe('crashed')
  await lab.cloud.clock.advance(30_000)
  const third = await lab.receive()
  expect((await lab.invoke(count, third)).staying).toEqual([])
  expect(await counted()).toEqual([1])
})

it('F10: a late joiner gets all that was published before it from the archive, and what is published meanwhile, each once', async () => {
  const events = lab.cloud.client(EventBridgeClient)
  const region = lab.cloud.region
  const bus = `arn:aws:events:${region}:000000000000:event-bus/shop`
  const archive = `arn:aws:events:${region}:000000000000:archive/shop`
  const start = new Date(lab.cloud.clock.now())
  await events.send(new CreateEventBusCommand({ Name: 'shop' }))
  await events.send(new CreateArchiveCommand({ ArchiveName: 'shop', EventSourceArn: bus }))
  let published = 0
  const publish = async (many: number) => {
    for (let n = 0; n < many; n += 10) {
      const Entries = Array.from({ length: 10 }, () => {
        const id = `order-${published++}`
        const Detail = JSON.stringify(envelope({ id, partitionkey: id, type: Placed.name, data: { orderId: id } }))
        return { EventBusName: 'shop', Source: 'orders', DetailType: Placed.name, Detail }
      })
      await events.send(new PutEventsCommand({ Entries }))
      await lab.cloud.clock.advance(1_000)
    }
  }
  await publish(100)
  // It joins: live first, so that there is no gap; then the archive, which overlaps.
  const queue = `arn:aws:sqs:${region}:000000000000:${QUEUE}`
  const may = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queue,
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [may] })
  const QueueUrl = `${lab.cloud.endpoint}/000000000000/${QUEUE}`
  await lab.cloud.client(SQSClient).send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }))
  const rule = async (Name: string, replayed: object) => {
    const EventPattern = JSON.stringify({ 'detail-type': [Placed.name], 'replay-name': [replayed] })
    const { RuleArn = '' } = await events.send(new PutRuleCommand({ Name, EventBusName: 'shop', EventPattern }))
    await events.send(new PutTargetsCommand({ Rule: Name, EventBusName: 'shop', Targets: [{ Id: 'q', Arn: queue }] }))
    return RuleArn
  }
  await rule('live', { exists: false })
  const filled = await rule('fill', { prefix: 'fill-' })
  await publish(20)
  // An archive takes up to ten minutes to have everything.
  await lab.cloud.clock.advance(600_000)
  const Destination = { Arn: bus, FilterArns: [filled] }
  const span = { EventStartTime: start, EventEndTime: new Date(lab.cloud.clock.now()) }
  await events.send(new StartReplayCommand({ ReplayName: 'fill-1', EventSourceArn: archive, Destination, ...span }))
  await publish(20)
  await lab.cloud.clock.advance(600_000)
  let received = 0
  for (let records = await lab.receive(); records.length > 0; records = await lab.receive()) {
    received += records.length
    await lab.invoke(count, records)
  }
  expect(published).toBe(140)
  expect(received).toBe(160)
  expect(await counted()).toEqual(Array.from({ length: 140 }, () => 1))
})

it('F9: every subscription, every target and every queue that is consumed from has a dead-letter queue that its service may write', () => {
  const app = exampleApp()
  const deadLetters = [
    ...resourcesOf(app, 'AWS::SNS::Subscription').map(
      ({ Properties }) => Properties.RedrivePolicy?.deadLetterTargetArn,
    ),
    ...resourcesOf(app, 'AWS::Events::Rule').flatMap(({ Properties }) =>
      (Properties.Targets as { DeadLetterConfig?: { Arn?: unknown } }[]).map((target) => target.DeadLetterConfig?.Arn),
    ),
    ...resourcesOf(app, 'AWS::Lambda::EventSourceMapping')
      .filter(({ Properties }) => Properties.ScalingConfig)
      .map(({ Properties, stack }) => {
        const source = Properties.EventSourceArn['Fn::GetAtt'][0]
        const queue = resourcesOf(app).find((one) => one.stack === stack && one.logicalId === source)
        return queue?.Properties.RedrivePolicy?.deadLetterTargetArn
      }),
  ]
  expect(deadLetters.length).toBeGreaterThan(10)
  expect(deadLetters.filter((arn) => arn === undefined)).toEqual([])
  // With SQS's own key a service needs the queue's policy and no key's.
  for (const { Properties } of resourcesOf(app, 'AWS::SQS::Queue')) expect(Properties.SqsManagedSseEnabled).toBe(true)
})
