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
import type { Envelope } from '../../messaging/envelope.ts'
import { variables } from '../../messaging/index.ts'
import { envelopeIn } from '../../messaging/runtime/received.ts'
import type { StreamRecord } from '../../messaging/runtime/stream-record.ts'
import { startTestCloud, type TestCloud } from '../support/cloud.ts'
import { createTable, type Item } from './lab.ts'

const table = 'shop-orders'

/** What a unit wrote beside its messages. */
export interface Committed {
  /** @default 'event' */
  readonly kind?: string
  /** @default 'orders.place' */
  readonly by?: string
}

/** A service's table with its stream, and all that its relay ships to; the process's environment is the relay's. */
export interface RelayLab {
  readonly cloud: TestCloud
  readonly topicArn: string
  /** Commits a row that carries messages, as a unit would. */
  commit(row: string, messages: readonly Envelope[], options?: Committed): Promise<void>
  put(item: PutItemCommand['input']['Item']): Promise<unknown>
  /** What the table's stream holds, as Lambda's poller hands it over. */
  streamed(): Promise<StreamRecord[]>
  /** Up to ten that are visible on a queue: `seen` behind the bus, `ordered.fifo` behind the topic, `commands`. */
  received(name: string): Promise<Envelope[]>
  parked(): Promise<Item[]>
  stop(): Promise<void>
}

export async function openRelayLab(): Promise<RelayLab> {
  const cloud = await startTestCloud()
  const topicArn = await destinations(cloud)
  const before = { ...process.env }
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
  const put = (Item: PutItemCommand['input']['Item']) =>
    cloud.client(DynamoDBClient).send(new PutItemCommand({ TableName: table, Item }))
  return {
    cloud,
    topicArn,
    put,
    commit: async (row, messages, { kind = 'event', by = 'orders.place' } = {}) => {
      const out = messages.map((message) => ({ kind, body: JSON.stringify(message) }))
      await put({ pk: { S: `mark#${by}#${row}` }, sk: { S: '-' }, _out: { S: JSON.stringify(out) } })
    },
    streamed: () => streamed(cloud),
    received: (name) => received(cloud, name),
    parked: () => parked(cloud),
    stop: async () => {
      process.env = before
      await cloud.stop()
    },
  }
}

/** The table, the bus with a queue behind it, the topic with a queue behind it, the commands' queue. Answers the topic's ARN. */
async function destinations(cloud: TestCloud): Promise<string> {
  await cloud.client(DynamoDBClient).send(createTable(table))
  await cloud.clock.advance(60_000)
  const events = cloud.client(EventBridgeClient)
  await events.send(new CreateEventBusCommand({ Name: 'shop' }))
  await events.send(new PutRuleCommand({ Name: 'all', EventBusName: 'shop', EventPattern: '{"source":["orders"]}' }))
  const seen = await queue(cloud, 'seen', 'events.amazonaws.com')
  await events.send(
    new PutTargetsCommand({ Rule: 'all', EventBusName: 'shop', Targets: [{ Id: 'seen', Arn: seen.arn }] }),
  )
  await queue(cloud, 'commands')
  const sns = cloud.client(SNSClient)
  const topic = await sns.send(
    new CreateTopicCommand({ Name: 'shop-orders-OrderOpened.fifo', Attributes: { FifoTopic: 'true' } }),
  )
  const topicArn = topic.TopicArn ?? ''
  const ordered = await queue(cloud, 'ordered.fifo', 'sns.amazonaws.com')
  const Attributes = { RawMessageDelivery: 'true' }
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: ordered.arn, Attributes }))
  return topicArn
}

async function queue(cloud: TestCloud, name: string, principal?: string): Promise<{ url: string; arn: string }> {
  const arn = `arn:aws:sqs:${cloud.region}:000000000000:${name}`
  const statement = { Effect: 'Allow', Principal: { Service: principal }, Action: 'sqs:SendMessage', Resource: arn }
  const Attributes = {
    // What a test has received it does not see again.
    VisibilityTimeout: '43200',
    ...(name.endsWith('.fifo') && { FifoQueue: 'true' }),
    ...(principal && { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) }),
  }
  const { QueueUrl = '' } = await cloud.client(SQSClient).send(new CreateQueueCommand({ QueueName: name, Attributes }))
  return { url: QueueUrl, arn }
}

async function streamed(cloud: TestCloud): Promise<StreamRecord[]> {
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

async function received(cloud: TestCloud, name: string): Promise<Envelope[]> {
  const QueueUrl = `${cloud.endpoint}/000000000000/${name}`
  const { Messages = [] } = await cloud
    .client(SQSClient)
    .send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
  return Messages.map(({ Body = '' }) => envelopeIn(Body))
}

async function parked(cloud: TestCloud): Promise<Item[]> {
  const { Items = [] } = await cloud.client(DynamoDBClient).send(new ScanCommand({ TableName: table }))
  return Items.map((item) => unmarshall(item) as Item).filter(
    ({ pk, sk }) => pk.startsWith('park#') && sk.startsWith('message#'),
  )
}
