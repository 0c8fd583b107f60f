import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import {
  type _Record,
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams'
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge'
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Envelope } from '../../messaging/envelope.ts'
import { variables } from '../../messaging/index.ts'
import { envelopeIn } from '../../messaging/runtime/received.ts'
import { startRelay } from '../../messaging/runtime/relay.ts'
import type { StreamRecord } from '../../messaging/runtime/stream-record.ts'
import { startTestCloud, type TestCloud, testStart } from '../support/cloud.ts'
import { createTable, type Item } from './lab.ts'
import { envelope, fixedPorts } from './support.ts'

const table = 'shop-orders'
const context = { functionName: 'shop-orders-relay', awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 }

let cloud: TestCloud
let before: NodeJS.ProcessEnv
let topicArn: string

beforeEach(async () => {
  cloud = await startTestCloud()
  await cloud.client(DynamoDBClient).send(createTable(table))
  await cloud.clock.advance(60_000)
  const events = cloud.client(EventBridgeClient)
  await events.send(new CreateEventBusCommand({ Name: 'shop' }))
  await events.send(new PutRuleCommand({ Name: 'all', EventBusName: 'shop', EventPattern: '{"source":["orders"]}' }))
  const seen = await queue('seen', 'events.amazonaws.com')
  await events.send(
    new PutTargetsCommand({ Rule: 'all', EventBusName: 'shop', Targets: [{ Id: 'seen', Arn: seen.arn }] }),
  )
  await queue('commands')
  const sns = cloud.client(SNSClient)
  const topic = await sns.send(
    new CreateTopicCommand({ Name: 'shop-orders-OrderOpened.fifo', Attributes: { FifoTopic: 'true' } }),
  )
  topicArn = topic.TopicArn ?? ''
  const ordered = await queue('ordered.fifo', 'sns.amazonaws.com')
  const Attributes = { RawMessageDelivery: 'true' }
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: ordered.arn, Attributes }))
  before = { ...process.env }
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_MAX_ATTEMPTS: '1',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
    [variables.app]: 'shop',
    [variables.service]: 'orders',
    [variables.table]: table,
    [variables.bus]: 'shop',
    [variables.manifest]: JSON.stringify({
      'orders.place': ['orders.OrderPlaced', 'orders.OrderOpened', 'orders.Ship'],
    }),
    [variables.destinations]: JSON.stringify({
      topics: { 'orders.OrderOpened': topicArn },
      queues: { 'orders.Ship': `${cloud.endpoint}/000000000000/commands` },
    }),
  })
})

afterEach(async () => {
  process.env = before
  await cloud.stop()
})

async function queue(name: string, principal?: string): Promise<{ url: string; arn: string }> {
  const arn = `arn:aws:sqs:${cloud.region}:000000000000:${name}`
  const statement = { Effect: 'Allow', Principal: { Service: principal }, Action: 'sqs:SendMessage', Resource: arn }
  const Attributes = {
    ...(name.endsWith('.fifo') && { FifoQueue: 'true' }),
    ...(principal && { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) }),
  }
  const { QueueUrl = '' } = await cloud.client(SQSClient).send(new CreateQueueCommand({ QueueName: name, Attributes }))
  return { url: QueueUrl, arn }
}

/** Commits a row that carries messages, as a unit would. */
async function commit(row: string, messages: readonly Envelope[], options: { kind?: string; by?: string } = {}) {
  const { kind = 'event', by = 'orders.place' } = options
  const out = messages.map((message) => ({
    kind,
    body: JSON.stringify(message),
  }))
  await put({ pk: { S: `mark#${by}#${row}` }, sk: { S: '-' }, _out: { S: JSON.stringify(out) } })
}

const put = (Item: PutItemCommand['input']['Item']) =>
  cloud.client(DynamoDBClient).send(new PutItemCommand({ TableName: table, Item }))

/** What the table's stream holds, as Lambda's poller hands it over. */
async function streamed(): Promise<StreamRecord[]> {
  const client = cloud.client(DynamoDBStreamsClient)
  const { Streams = [] } = await client.send(new ListStreamsCommand({ TableName: table }))
  const StreamArn = Streams[0]?.StreamArn
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }))
  const records: StreamRecord[] = []
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const position = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' as const }
    const { ShardIterator } = await client.send(new GetShardIteratorCommand(position))
    const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }))
    records.push(...Records.map(asHandedOver))
  }
  return records
}

/** Lambda's poller writes times as numbers. */
const asHandedOver = (record: _Record): StreamRecord =>
  ({
    ...record,
    dynamodb: {
      ...record.dynamodb,
      ApproximateCreationDateTime: (record.dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0) / 1000,
    },
  }) as StreamRecord

const relay = async (records?: readonly StreamRecord[]) =>
  startRelay(fixedPorts())({ Records: records ?? (await streamed()) }, context)

async function received(name: string): Promise<Envelope[]> {
  const QueueUrl = `${cloud.endpoint}/000000000000/${name}`
  const { Messages = [] } = await cloud
    .client(SQSClient)
    .send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
  return Messages.map(({ Body = '' }) => envelopeIn(Body))
}

async function parked(): Promise<Item[]> {
  const { Items = [] } = await cloud.client(DynamoDBClient).send(new ScanCommand({ TableName: table }))
  return Items.map((item) => unmarshall(item) as Item).filter(
    ({ pk, sk }) => pk.startsWith('park#') && sk.startsWith('message#'),
  )
}

const opened = (n: number, key = 'o-1') =>
  envelope({ id: `opened-${key}-${n}`, type: 'orders.OrderOpened', partitionkey: key, seq: n })

describe('the relay', () => {
  it('ships events to the bus, ordered ones also to their topic, commands to their queue after their delay', async () => {
    const due = new Date(testStart + 60_000).toISOString()
    const command = envelope({ id: 'ship-1', type: 'orders.Ship', notbefore: due })
    await commit('1', [envelope({ id: 'placed-1' }), opened(1)])
    await commit('2', [command], { kind: 'command' })
    expect(await relay()).toEqual({ batchItemFailures: [] })
    await cloud.clock.advance(59_000)
    expect((await received('seen')).map(({ id }) => id).sort()).toEqual(['opened-o-1-1', 'placed-1'])
    expect(await received('ordered.fifo')).toEqual([opened(1)])
    expect(await received('commands')).toEqual([])
    await cloud.clock.advance(1_000)
    expect(await received('commands')).toEqual([command])
  })

  it('keeps the order of a key', async () => {
    for (let n = 1; n <= 4; n++) await commit(String(n), [opened(n), opened(n, 'o-2')])
    await relay()
    await cloud.clock.advance(1_000)
    const order = await received('ordered.fifo')
    for (const key of ['o-1', 'o-2'])
      expect(order.filter(({ partitionkey }) => partitionkey === key).map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
  })

  it('published again has the same id, and a FIFO topic drops it', async () => {
    await commit('1', [opened(1)])
    await relay()
    await relay()
    await cloud.clock.advance(1_000)
    expect((await received('ordered.fifo')).map(({ id }) => id)).toEqual(['opened-o-1-1'])
    expect((await received('seen')).map(({ id }) => id)).toEqual(['opened-o-1-1', 'opened-o-1-1'])
  })

  it('quarantines what its producer did not declare, and ships the rest', async () => {
    await commit('1', [envelope({ id: 'forged', type: 'payments.PaymentTaken' }), envelope({ id: 'placed-1' })])
    await commit('2', [envelope({ id: 'stranger' })], { by: 'orders.unknown' })
    expect(await relay()).toEqual({ batchItemFailures: [] })
    await cloud.clock.advance(1_000)
    expect((await received('seen')).map(({ id }) => id)).toEqual(['placed-1'])
    expect((await parked()).map(({ code, producer }) => [code, producer])).toEqual([
      ['Quarantined', 'orders.place'],
      ['Quarantined', 'orders.unknown'],
    ])
  })

  it('parks what cannot be read or has no destination, and the shard goes on', async () => {
    await put({ pk: { S: 'mark#orders.place#1' }, sk: { S: '-' }, _out: { S: 'no JSON' } })
    process.env[variables.destinations] = '{"topics":{},"queues":{}}'
    await commit('2', [envelope({ id: 'ship-1', type: 'orders.Ship' })], { kind: 'command' })
    await commit('3', [envelope({ id: 'placed-1' })])
    await commit('4', [envelope({ id: 'placed-2' })], { kind: 'parcel' })
    expect(await relay()).toEqual({ batchItemFailures: [] })
    await cloud.clock.advance(1_000)
    expect((await parked()).map(({ code }) => code)).toEqual(['Malformed', 'NoDestination', 'Malformed'])
    expect((await received('seen')).map(({ id }) => id)).toEqual(['placed-1'])
  })

  it('parks a group whose topic refuses it; what comes later waits behind it, in order', async () => {
    const late = `${topicArn.slice(0, topicArn.lastIndexOf(':'))}:late.fifo`
    process.env[variables.destinations] = JSON.stringify({ topics: { 'orders.OrderOpened': late }, queues: {} })
    await commit('1', [opened(1)])
    await commit('2', [opened(2)])
    expect(await relay()).toEqual({ batchItemFailures: [] })
    const sns = cloud.client(SNSClient)
    await sns.send(new CreateTopicCommand({ Name: 'late.fifo', Attributes: { FifoTopic: 'true' } }))
    const Endpoint = `arn:aws:sqs:${cloud.region}:000000000000:ordered.fifo`
    const Attributes = { RawMessageDelivery: 'true' }
    await sns.send(new SubscribeCommand({ TopicArn: late, Protocol: 'sqs', Endpoint, Attributes }))
    await commit('3', [opened(3), opened(1, 'o-2')])
    await relay((await streamed()).filter(({ dynamodb }) => dynamodb.NewImage?.pk?.S === 'mark#orders.place#3'))
    await cloud.clock.advance(1_000)
    expect(await received('ordered.fifo')).toEqual([opened(1, 'o-2')])
    const waiting = (await parked()).map(({ code, body }) => [code, JSON.parse(String(body)).seq])
    expect(waiting).toEqual([
      ['NotFoundException', 1],
      ['NotFoundException', 2],
      ['BehindParked', 3],
    ])
  })

  it('fails the batch from the lowest sequence number where a destination is throttled', async () => {
    await commit('1', [envelope({ id: 'placed-1' })])
    await commit('2', [envelope({ id: 'placed-2' })])
    const records = await streamed()
    process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = 'http://127.0.0.1:1'
    expect(await relay(records)).toEqual({
      batchItemFailures: [{ itemIdentifier: records[0]?.dynamodb.SequenceNumber }],
    })
    delete process.env.AWS_ENDPOINT_URL_EVENTBRIDGE
    expect(await relay(records)).toEqual({ batchItemFailures: [] })
    await cloud.clock.advance(1_000)
    expect((await received('seen')).map(({ id }) => id).sort()).toEqual(['placed-1', 'placed-2'])
  })

  it('has nothing to do with items that carry no messages', async () => {
    await put({ pk: { S: 'stock#1' }, sk: { S: '-' } })
    expect(await relay()).toEqual({ batchItemFailures: [] })
  })
})
