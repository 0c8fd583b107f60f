import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Envelope } from '../../messaging/envelope.ts'
import { carrierToTopic } from '../../messaging/runtime/carriers/topic.ts'
import { groupFields } from '../../messaging/runtime/delays.ts'
import { startTestCloud, type TestCloud } from '../support/cloud.ts'
import { envelope } from './support.ts'

let cloud: TestCloud
let sqs: SQSClient
beforeAll(async () => {
  cloud = await startTestCloud()
  sqs = cloud.client(SQSClient)
})
afterAll(() => cloud.stop())

const queue = async (QueueName: string, Attributes = {}): Promise<string> =>
  (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? ''

const receive = async (QueueUrl: string): Promise<Message | undefined> =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'] }))).Messages?.[0]

it("carries an event's tenant as message group over a standard topic to the queues behind it", async () => {
  const sns = cloud.client(SNSClient)
  const arn = `arn:aws:sqs:${cloud.region}:000000000000:behind`
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: arn,
  }
  const behind = await queue('behind', { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) })
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'imported' }))
  const raw = { RawMessageDelivery: 'true' }
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn, Attributes: raw }))
  const event = envelope({ tenant: 'acme' })
  const letter = { envelope: event, outgoing: { kind: 'event' as const, body: JSON.stringify(event) }, bytes: 0 }
  expect(await carrierToTopic(sns)(TopicArn)([letter])).toEqual([undefined])
  await cloud.clock.advance(1_000)
  const message = await receive(behind)
  expect(message?.Attributes?.MessageGroupId).toBe('acme')
  expect(JSON.parse(message?.Body ?? '')).toEqual(event)
})

const STEP_MS = 50
const WORKERS = 20

/** `WORKERS` take one message at a time from the queue, each for a second. @returns milliseconds from sending to done, of the quiet tenant */
async function simulate(queueUrl: string, arrivals: ReadonlyMap<number, Envelope>, steps: number): Promise<number[]> {
  const busy: { until: number; message: Message }[] = []
  const latencies: number[] = []
  for (let step = 0; step < steps; step++) {
    const now = cloud.clock.now()
    const arriving = arrivals.get(step)
    if (arriving) await send(queueUrl, { ...arriving, time: new Date(now).toISOString() })
    for (const { message } of busy.filter(({ until }) => until <= now)) {
      const { id, time } = JSON.parse(message.Body ?? '') as Envelope
      if (id.startsWith('quiet')) latencies.push(now - Date.parse(time))
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }))
    }
    busy.splice(0, busy.length, ...busy.filter(({ until }) => until > now))
    // Workers start side by side, and then drift apart: each takes a little longer or shorter.
    while (busy.length < WORKERS) {
      const message = await receive(queueUrl)
      if (!message) break
      busy.push({
        until: now + 1_000 + ((latencies.length + busy.length * 7 + step) % 10) * STEP_MS - 5 * STEP_MS,
        message,
      })
    }
    await cloud.clock.advance(STEP_MS)
  }
  return latencies
}

const send = (QueueUrl: string, message: Envelope) =>
  sqs.send(
    new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message), ...groupFields(QueueUrl, message) }),
  )

const p95 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN

it("F12: a noisy tenant's backlog raises the p95 of the others by less than 20 %, and without tenants by far more", async () => {
  const message = (id: string, tenant?: string) =>
    envelope({ id, time: new Date(cloud.clock.now()).toISOString(), ...(tenant && { tenant }) })
  const quiet = (tenant?: string) =>
    new Map(Array.from({ length: 20 }, (_, n) => [20 + n * 4, message(`quiet-${n}`, tenant)] as const))
  const alone = await simulate(await queue('alone'), quiet('quiet'), 140)
  const [fair, unfair] = [await queue('fair'), await queue('unfair')]
  for (let n = 0; n < 300; n++) await send(fair, message(`n-${n}`, 'noisy'))
  const beside = await simulate(fair, quiet('quiet'), 140)
  expect([alone.length, beside.length]).toEqual([20, 20])
  expect(p95(beside)).toBeLessThan(1.2 * p95(alone))
  for (let n = 0; n < 300; n++) await send(unfair, message(`n-${n}`))
  // Two and a half seconds after the last: with tenants all were done by then.
  const waiting = await simulate(unfair, quiet(), 140)
  expect(waiting.length).toBeLessThan(15)
})
