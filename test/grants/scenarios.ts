import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import {
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'
import { PublishCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns'
import { ReceiveMessageCommand, SendMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { marshall } from '@aws-sdk/util-dynamodb'
import { generateInvoices, type Invoice } from '../../bin/feed/index.ts'
import type { DeployedResource } from '../../local/assembly/index.ts'
import type { FaultPlan } from '../../local/kernel/faults.ts'
import { variables } from '../../messaging/environment.ts'
import { parkedKey, parkStateKey, triesKey } from '../../messaging/table-layout.ts'
import type { RunningShop } from '../e2e/running-shop.ts'

export const resourcesOf = (shop: RunningShop, type: string): readonly DeployedResource[] =>
  shop.stacks.flatMap((stack) => stack.resources).filter((resource) => resource.type === type)

/** Queues that a consumer takes from; the others hold dead letters. */
const consumerQueues = (shop: RunningShop): readonly DeployedResource[] =>
  resourcesOf(shop, 'AWS::SQS::Queue').filter(({ properties }) => properties.RedrivePolicy !== undefined)

const functionsOf = (shop: RunningShop) =>
  resourcesOf(shop, 'AWS::Lambda::Function').map(({ physicalId, properties }) => ({
    physicalId,
    environment: (properties.Environment as { Variables: Readonly<Record<string, string>> }).Variables,
  }))

const isFifo = (arnOrUrl: string): boolean => arnOrUrl.endsWith('.fifo')

export function order(number: string, skus: number): Invoice {
  return {
    number,
    kind: 'order',
    invoicedAt: '2010-12-01T08:26:00.000Z',
    customerId: '20001',
    country: 'EIRE',
    lines: Array.from({ length: skus }, (_, index) => ({ sku: `S${index}`, quantity: 1, unitPrice: 100 })),
  }
}

/** Orders and returns, each with its goods and its money; orders that fall through; and a customer who looks at hers. */
export async function everyPath(shop: RunningShop): Promise<void> {
  const invoices = generateInvoices({ count: 12, seed: 1 })
  await shop.run(invoices)
  await shop.provider({ declineOver: 0 })
  await shop.run([order('declined', 3)])
  await shop.provider({ answerAfter: 60 })
  await shop.run([order('paid-later', 3)])
  await shop.provider({})
  const goods = Array.from({ length: 100 }, (_, index) => ({ sku: `S${index}`, quantity: 1 }))
  await shop.api.post('stock', { lines: goods }, 'half-of-it')
  await shop.cloud.clock.idle()
  await shop.runWithoutGoods(order('short', 200))
  await shop.api.get(`orders/${shop.idOf('declined')}`)
  await shop.api.get('orders', { customerId: '20001' })
}

/** More than an attempt's own retries: by then a consumer has put its message off, and a saga's step has failed. */
const FAILURES = 12

/** Each function's writes fail until it has put a message off, so that every consumer tries again; a step has no message. */
export async function failing(shop: RunningShop): Promise<void> {
  const patient = new Set<string>()
  const failures = new Map<string, number>()
  const plan: FaultPlan = (point, { subject, sandbox }) => {
    // A sandbox's name ends in an id of its own.
    const name = String(sandbox).slice(0, -13)
    if (subject === 'sqs:ChangeMessageVisibility') patient.add(name)
    const count = failures.get(name) ?? 0
    const fails = point === 'api.call' && WRITES.includes(String(subject)) && !patient.has(name) && count < FAILURES
    if (fails) failures.set(name, count + 1)
    return fails ? 'fail' : 'none'
  }
  shop.cloud.kernel.faults.use(plan)
  await everyPath(shop)
  shop.cloud.kernel.faults.use(undefined)
}

const WRITES = ['dynamodb:PutItem', 'dynamodb:TransactWriteItems']

/** Dead letters have come to every queue of theirs: the alarms tell. */
export async function alarming(shop: RunningShop): Promise<void> {
  await shop.cloud.clock.advance(5 * 60_000)
}

/** Each consumer gets what is no message, what is too old, and what was tried too often. */
export async function poison(shop: RunningShop): Promise<void> {
  const sqs = shop.cloud.client(SQSClient)
  const now = shop.cloud.clock.now()
  const send = async (QueueUrl: string, MessageBody: string, id: string) => {
    const fifo = isFifo(QueueUrl) && { MessageGroupId: id, MessageDeduplicationId: id }
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...fifo }))
  }
  for (const { physicalId } of consumerQueues(shop)) {
    await send(physicalId, '{"not":"an envelope"}', 'malformed')
    await send(physicalId, envelope('old', now - 40 * 86_400_000), 'old')
  }
  await shop.cloud.clock.idle()
  await skipParked(shop)
  await withMappings(shop, { Enabled: false }, { Enabled: true }, async () => {
    for (const { physicalId: QueueUrl } of consumerQueues(shop)) {
      await send(QueueUrl, envelope('tired', now), 'tired')
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }))
      await countTries(shop, QueueUrl, 'tired', Messages[0]?.MessageId ?? '')
    }
  })
  await shop.cloud.clock.idle()
}

/** An operator takes what is parked out again, by each consumer's own function. */
async function skipParked(shop: RunningShop): Promise<void> {
  const dynamodb = shop.cloud.client(DynamoDBClient)
  for (const { physicalId, environment } of functionsOf(shop)) {
    const consumer = environment[variables.consumer]
    if (consumer === undefined) continue
    const { pk } = parkedKey(consumer, 'old', '')
    const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: pk } } }
    const { Items = [] } = await dynamodb.send(new QueryCommand({ TableName: environment[variables.table], ...query }))
    const place = Items[0]?.sk?.S?.replace('message#', '')
    const Payload = JSON.stringify({ penstock: 'skip', group: 'old', place })
    await shop.cloud.client(LambdaClient).send(new InvokeCommand({ FunctionName: physicalId, Payload }))
  }
}

/** The kit counts attempts itself; on a FIFO queue in the state of the group. */
async function countTries(shop: RunningShop, queueUrl: string, id: string, sqsMessageId: string): Promise<void> {
  const consumer = functionsOf(shop).find(
    ({ environment }) => environment[variables.queueUrl]?.split('/').at(-1) === queueUrl.split('/').at(-1),
  )?.environment
  if (!consumer) return // No consumer of the kit's: nothing counts its attempts.
  const consumerId = consumer[variables.consumer] ?? ''
  const key = isFifo(queueUrl) ? parkStateKey(consumerId, id) : triesKey(consumerId, id, sqsMessageId)
  const Item = marshall({ ...key, ...(isFifo(queueUrl) && { failing: id }), attempts: 1000 })
  await shop.cloud.client(DynamoDBClient).send(new PutItemCommand({ TableName: consumer[variables.table], Item }))
}

function envelope(id: string, time: number): string {
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: 'orders',
    type: 'orders.Unknown',
    time: new Date(time).toISOString(),
    datacontenttype: 'application/json',
    dataversion: 1,
    partitionkey: id,
    correlationid: id,
    hops: 0,
    data: {},
  })
}

const closed = (Resource: string, Action = '*') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Deny', Principal: { Service: '*' }, Action, Resource },
  })

/** Queues take nothing from topics and rules, and topics nothing from rules: all of it goes to their dead-letter queues. */
export async function undelivered(shop: RunningShop): Promise<void> {
  const { cloud } = shop
  const sqs = cloud.client(SQSClient)
  const sns = cloud.client(SNSClient)
  for (const { physicalId: QueueUrl, attributes } of consumerQueues(shop))
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: closed(`${attributes.Arn}`) } }))
  const data = { customerId: '20001', source: 'return' }
  const topics = resourcesOf(shop, 'AWS::SNS::Topic').map(({ physicalId }) => physicalId)
  for (const TopicArn of topics) {
    const fifo = isFifo(TopicArn) && { MessageGroupId: 'lost', MessageDeduplicationId: 'lost' }
    await sns.send(new PublishCommand({ TopicArn, Message: JSON.stringify({ data, detail: { data } }), ...fifo }))
  }
  await cloud.clock.idle()
  for (const TopicArn of topics)
    await sns.send(
      new SetTopicAttributesCommand({
        TopicArn,
        AttributeName: 'Policy',
        AttributeValue: closed(TopicArn, 'sns:Publish'),
      }),
    )
  const [rule] = resourcesOf(shop, 'AWS::Events::EventBus')
  await cloud.client(EventBridgeClient).send(
    new PutEventsCommand({
      Entries: [
        { EventBusName: rule?.physicalId, Source: 'returns', DetailType: 'returns.ReturnRequested', Detail: '{}' },
      ],
    }),
  )
  await cloud.clock.idle()
}

/** The relays meet what can never be published, and then crash until their streams give up. */
export async function relaysGiveUp(shop: RunningShop): Promise<void> {
  const dynamodb = shop.cloud.client(DynamoDBClient)
  const unreadable = async (row: string) => {
    for (const { physicalId: TableName } of resourcesOf(shop, 'AWS::DynamoDB::Table'))
      await dynamodb.send(
        new PutItemCommand({ TableName, Item: { pk: { S: 'out#none' }, sk: { S: row }, _out: { S: 'unreadable' } } }),
      )
    await shop.cloud.clock.idle()
  }
  await unreadable('to be parked')
  const crash: FaultPlan = (point) => (point === 'lambda.result' ? 'crash' : 'none')
  await withMappings(shop, { MaximumRetryAttempts: 0 }, { MaximumRetryAttempts: -1 }, async () => {
    shop.cloud.kernel.faults.use(crash)
    await unreadable('to be given up')
    shop.cloud.kernel.faults.use(undefined)
  })
}

const HOUR = 3_600_000

/** The relays stand still for a day: each hour the sweepers publish in their place, and the keepers look after the sagas. */
export async function outage(shop: RunningShop): Promise<void> {
  const lambda = shop.cloud.client(LambdaClient)
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}))
  const streams = EventSourceMappings.filter(({ EventSourceArn }) => EventSourceArn?.includes(':dynamodb:'))
  const enable = async (Enabled: boolean) => {
    for (const { UUID } of streams) await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }))
    await shop.cloud.clock.idle()
  }
  await enable(false)
  for (const hours of [7, 8, 9]) {
    for (const number of ['in', 'out']) await shop.place(order(`${number}-of-${hours}`, 2))
    await shop.api.post('stock', { lines: [{ sku: 'S0', quantity: 5 }] }, `outage-${hours}`)
    await shop.cloud.clock.advance(hours * HOUR)
  }
  await enable(true)
}

type MappingChange = { readonly Enabled: boolean } | { readonly MaximumRetryAttempts: number }

/** Changes the mappings of all queues, or of all streams where the change is theirs. */
async function withMappings(
  shop: RunningShop,
  during: MappingChange,
  after: MappingChange,
  work: () => Promise<void>,
): Promise<void> {
  const lambda = shop.cloud.client(LambdaClient)
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}))
  const source = 'Enabled' in during ? ':sqs:' : ':dynamodb:'
  const uuids = EventSourceMappings.filter(({ EventSourceArn }) => EventSourceArn?.includes(source)).map(
    ({ UUID }) => UUID,
  )
  const change = async (to: MappingChange) => {
    for (const UUID of uuids) await lambda.send(new UpdateEventSourceMappingCommand({ UUID, ...to }))
    await shop.cloud.clock.idle()
  }
  await change(during)
  await work()
  await change(after)
}
