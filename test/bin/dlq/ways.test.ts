import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import {
  GetQueueAttributesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DeadLetterQueue, deadLetterQueue, deadLetterQueues } from '../../../bin/dlq/queues.ts'
import { redrive } from '../../../bin/dlq/redrive.ts'
import { queueUrlOf } from '../../../bin/dlq/send-back.ts'
import type { Tools } from '../../../bin/dlq/tools.ts'
import { exampleApp } from '../../lib/example/app.ts'
import { envelope } from '../../messaging/support.ts'
import { startTestCloud, type TestCloud } from '../../support/cloud.ts'
import { toolsOn } from './tools.ts'

let cloud: TestCloud
let tools: Tools
let sqs: SQSClient
beforeAll(async () => {
  cloud = await startTestCloud({ clock: 'auto' })
  await cloud.deploy(exampleApp().synth().directory)
  tools = toolsOn(cloud)
  sqs = cloud.client(SQSClient)
}, 60_000)
afterAll(() => cloud.stop())

const arn = (queue: string) => `arn:aws:sqs:${cloud.region}:000000000000:${queue}`
const order = (id: string, type: string) =>
  envelope({
    id,
    type,
    partitionkey: id,
    data: { orderId: id, country: 'EIRE' },
    time: new Date(cloud.clock.now()).toISOString(),
  })
const waiting = async (name: string) => {
  await cloud.clock.idle()
  return (await deadLetterQueue(tools, 'ex', name)).waiting
}
const all = async (name: string) => redrive(tools, await deadLetterQueue(tools, 'ex', name), { filter: {}, rate: 100 })

/** Who has seen which order. */
async function seen(): Promise<readonly string[]> {
  await cloud.clock.idle()
  const { Items = [] } = await cloud.client(DynamoDBClient).send(new ScanCommand({ TableName: 'ex-shipping' }))
  return Items.map(({ pk }) => pk?.S ?? '')
    .filter((pk) => pk.startsWith('seen#'))
    .map((pk) => pk.slice('seen#'.length))
    .sort()
}

/** Queue policies that let nobody in, while `work` is done. */
async function closed(queue: string, work: () => Promise<unknown>): Promise<void> {
  const QueueUrl = queueUrlOf(arn(queue))
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Policy'] }))
  const Statement = { Effect: 'Deny', Principal: { Service: '*' }, Action: '*', Resource: arn(queue) }
  const set = (Policy = '') => sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }))
  await set(JSON.stringify({ Version: '2012-10-17', Statement }))
  await work()
  await cloud.clock.idle()
  await set(Attributes?.Policy)
}

/** A scheduler's role that may write dead letters, and no more. */
async function roleThatGivesUp(): Promise<string> {
  const iam = cloud.client(IAMClient)
  const allow = (statement: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', ...statement } })
  const trust = allow({ Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' })
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'gives-up', AssumeRolePolicyDocument: trust }))
  const PolicyDocument = allow({ Action: 'sqs:SendMessage', Resource: arn('ex-shipping-ship-order-undelivered') })
  await iam.send(new PutRolePolicyCommand({ RoleName: 'gives-up', PolicyName: 'gives-up', PolicyDocument }))
  return Role?.Arn ?? ''
}

const publishedOn = (DetailType: string, id: string) =>
  cloud.client(EventBridgeClient).send(
    new PutEventsCommand({
      Entries: [{ EventBusName: 'ex', Source: 'orders', DetailType, Detail: JSON.stringify(order(id, DetailType)) }],
    }),
  )

describe('the dead-letter queues of an app', () => {
  it('are found by asking the services, with all that gives up to each', async () => {
    const kinds = ({ sources }: DeadLetterQueue) => [...new Set(sources.map(({ kind }) => kind))].sort().join()
    const queues = await deadLetterQueues(tools, 'ex')
    expect(queues.map((queue) => `${queue.name}: ${kinds(queue)}`).sort()).toEqual([
      'ex-journal-record-event-dlq: queue',
      'ex-journal-record-event-undelivered: rule',
      'ex-orders-place-order-dlq: function,queue,rule',
      'ex-orders-relay-dlq: function,rule,stream',
      'ex-shipping-follow-order-deployed-dlq: function,rule',
      'ex-shipping-follow-order-dlq.fifo: queue',
      'ex-shipping-follow-order-undelivered.fifo: subscription',
      'ex-shipping-notify-customer-dlq: function,queue,rule',
      'ex-shipping-ship-order-dlq: function,queue,rule',
      'ex-shipping-ship-order-undelivered: subscription',
      'ex-shipping-watch-order-dlq: function,queue,rule',
      'ex-shipping-watch-order-undelivered: rule',
      'ex-unrouted: rule',
    ])
  })

  it('a name that is none is told with those there are', async () => {
    await expect(deadLetterQueue(tools, 'ex', 'nothing')).rejects.toThrow(/no dead-letter queue nothing.*ex-unrouted/)
  })
})

describe('letters go back to where they were bound for', () => {
  it('of a subscription: to its queue', async () => {
    await closed('ex-shipping-ship-order', () => publishedOn('orders.OrderPlaced', 'by-topic'))
    expect(await waiting('ex-shipping-ship-order-undelivered')).toBe(1)
    expect(await all('ex-shipping-ship-order-undelivered')).toEqual({ moved: 1, parked: 0, kept: [] })
    expect(await seen()).toEqual(['ship-order#by-topic'])
  })

  it("of a rule: to its target's queue, and not to others through the bus", async () => {
    await closed('ex-shipping-watch-order', () => publishedOn('orders.OrderSeen', 'by-rule'))
    expect(await waiting('ex-shipping-watch-order-undelivered')).toBe(1)
    await all('ex-shipping-watch-order-undelivered')
    expect(await seen()).toContain('watch-order#by-rule')
    const { Items = [] } = await cloud.client(DynamoDBClient).send(new ScanCommand({ TableName: 'ex-journal' }))
    expect(Items.filter(({ pk }) => pk?.S === 'seen#orders.OrderSeen#by-rule')).toHaveLength(1)
  })

  it('of a schedule: to its target', async () => {
    const RoleArn = await roleThatGivesUp()
    await cloud.client(SchedulerClient).send(
      new CreateScheduleCommand({
        Name: 'ex-late',
        ScheduleExpression: `at(${new Date(cloud.clock.now() + 60_000).toISOString().slice(0, 19)})`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: arn('ex-shipping-ship-order'),
          RoleArn,
          Input: JSON.stringify(order('by-schedule', 'orders.OrderPlaced')),
          RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
          DeadLetterConfig: { Arn: arn('ex-shipping-ship-order-undelivered') },
        },
      }),
    )
    await cloud.clock.advance(120_000)
    expect(await waiting('ex-shipping-ship-order-undelivered')).toBe(1)
    await all('ex-shipping-ship-order-undelivered')
    expect(await seen()).toContain('ship-order#by-schedule')
  })

  it("of a stream's mapping: to its function, with the records that the letter only points at", async () => {
    const lambda = cloud.client(LambdaClient)
    const { EventSourceMappings = [] } = await lambda.send(
      new ListEventSourceMappingsCommand({ FunctionName: 'ex-orders-relay' }),
    )
    const UUID = EventSourceMappings[0]?.UUID
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, MaximumRetryAttempts: 0 }))
    await cloud.clock.idle()
    const body = JSON.stringify(order('by-stream', 'orders.OrderPlaced'))
    const row = { pk: { S: 'out#orders.place-order#1#0' }, sk: { S: 'row' }, _by: { S: 'orders.place-order' } }
    const _out = { S: JSON.stringify([{ kind: 'event', body }]) }
    cloud.kernel.faults.use((point, { subject }) =>
      point === 'api.call' && subject === 'events:PutEvents' ? 'crash-before' : 'none',
    )
    await cloud.client(DynamoDBClient).send(new PutItemCommand({ TableName: 'ex-orders', Item: { ...row, _out } }))
    await cloud.clock.idle()
    cloud.kernel.faults.use(undefined)
    expect(await waiting('ex-orders-relay-dlq')).toBe(1)
    expect(await seen()).not.toContain('ship-order#by-stream')
    expect(await all('ex-orders-relay-dlq')).toEqual({ moved: 1, parked: 0, kept: [] })
    expect(await seen()).toContain('ship-order#by-stream')
  })

  it('of an asynchronous function: to it, with its payload', async () => {
    const lambda = cloud.client(LambdaClient)
    await lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: 'ex-shipping-watch-order',
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: arn('ex-shipping-watch-order-dlq') } },
      }),
    )
    const names = (await deadLetterQueue(tools, 'ex', 'shipping.watch-order')).sources.map(({ kind }) => kind)
    expect([...new Set(names)].sort()).toEqual(['function', 'queue', 'rule'])
    const record = {
      messageId: 'm',
      receiptHandle: 'r',
      body: JSON.stringify(order('by-function', 'orders.OrderSeen')),
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: '0' },
      eventSourceARN: '',
    }
    cloud.kernel.faults.use((point, { subject }) =>
      point === 'api.call' && subject === 'dynamodb:TransactWriteItems' ? 'crash-before' : 'none',
    )
    await lambda.send(
      new InvokeCommand({
        FunctionName: 'ex-shipping-watch-order',
        InvocationType: 'Event',
        Payload: JSON.stringify({ Records: [record] }),
      }),
    )
    await cloud.clock.idle()
    cloud.kernel.faults.use(undefined)
    expect(await waiting('shipping.watch-order')).toBe(1)
    expect(await all('shipping.watch-order')).toMatchObject({ moved: 1, kept: [] })
    expect(await seen()).toContain('watch-order#by-function')
  })

  it('of an ordered consumer: to the park store, in the place they had, for resume', async () => {
    const sns = cloud.client(SNSClient)
    await closed('ex-shipping-follow-order.fifo', () =>
      sns.send(
        new PublishCommand({
          TopicArn: `arn:aws:sns:${cloud.region}:000000000000:ex-orders-OrderChanged.fifo`,
          Message: JSON.stringify({ ...order('in-order', 'orders.OrderChanged'), seq: 1 }),
          MessageGroupId: 'in-order',
          MessageDeduplicationId: 'in-order',
        }),
      ),
    )
    expect(await all('ex-shipping-follow-order-undelivered.fifo')).toEqual({ moved: 0, parked: 1, kept: [] })
    expect(await seen()).not.toContain('follow-order#in-order')
    const Payload = JSON.stringify({ penstock: 'resume', group: 'in-order' })
    const answer = await cloud
      .client(LambdaClient)
      .send(new InvokeCommand({ FunctionName: 'ex-shipping-follow-order', Payload }))
    expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toEqual({ done: 1, left: false })
    expect(await seen()).toContain('follow-order#in-order')
  })

  it('keeps, and says why, what has no place to go back to', async () => {
    const QueueUrl = queueUrlOf(arn('ex-shipping-follow-order-dlq.fifo'))
    await sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: 'no message', MessageGroupId: 'g', MessageDeduplicationId: 'd' }),
    )
    const { kept } = await all('shipping.follow-order')
    expect(kept.map(({ why }) => why)).toEqual(['in order, what is no message has no place: edit it or purge it'])
    expect(await waiting('shipping.follow-order')).toBe(1)
  })
})
