import { CreateTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { Envelope } from '../../messaging/envelope.ts'
import type { Operation, OperationAnswer } from '../../messaging/operation.ts'
import { definitionOf, type QueueHandler } from '../../messaging/queue-handler.ts'
import { handleBatch } from '../../messaging/runtime/batch.ts'
import { startDeadline } from '../../messaging/runtime/deadline.ts'
import { openDesk } from '../../messaging/runtime/desk.ts'
import type { Count, Measures } from '../../messaging/runtime/measures.ts'
import { operate } from '../../messaging/runtime/operate.ts'
import type { Outgoing } from '../../messaging/runtime/outgoing.ts'
import type { Ports } from '../../messaging/runtime/ports.ts'
import type { QueueRecord } from '../../messaging/runtime/received.ts'
import { startTestCloud, type TestCloud, testStart } from '../support/cloud.ts'
import { fixedPorts } from './support.ts'

/** What befalls the `n`-th call (from 0) that a consumer makes. */
export type Fate =
  /** The process dies; the call was not made. */
  | 'crash before'
  /** The process dies; the call took effect. */
  | 'crash after'
  /** The call took effect, its answer is lost; the process goes on. */
  | 'lose answer'
  | 'throttle'

export type Fates = (command: string, n: number) => Fate | undefined

export interface Item {
  readonly pk: string
  readonly sk: string
  readonly [name: string]: unknown
}

/** A table, a queue and its dead-letter queue in a local cloud, with consumers that work on them. */
export interface Lab {
  readonly cloud: TestCloud
  readonly ports: ReturnType<typeof fixedPorts>
  readonly counts: Partial<Record<Count, number>>
  /** What units are told of the relay. */
  relayIsBehind: boolean
  /** Puts messages on the queue and receives them, as Lambda's poller would. */
  arrive(messages: readonly (Envelope | string)[]): Promise<QueueRecord[]>
  /** Receives what is visible now. */
  receive(): Promise<QueueRecord[]>
  /** Runs one invocation; answers the ids that stay on the queue, or 'crashed'. Counts its calls. */
  invoke(
    handler: QueueHandler,
    records: readonly QueueRecord[],
    fates?: Fates,
    options?: { readonly remainingMs?: number; readonly dynamo?: DynamoDBClient; readonly ports?: Ports },
  ): Promise<Invocation>
  /** Asks what an operator's tools ask of the consumer's function. */
  operate(handler: QueueHandler, operation: Operation): Promise<OperationAnswer>
  items(): Promise<Item[]>
  /** Envelopes that left, or will, by the table's stream. */
  outgoing(): Promise<Envelope[]>
  deadLetters(): Promise<Message[]>
  stop(): Promise<void>
}

export interface Invocation {
  readonly staying: readonly string[] | 'crashed'
  readonly calls: readonly string[]
}

export async function openLab({ fifo = false } = {}): Promise<Lab> {
  // Failures are what these tests are about; their log lines are not. Each file has an environment of its own.
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT'
  const cloud = await startTestCloud()
  const suffix = fifo ? '.fifo' : ''
  const sqs = cloud.client(SQSClient)
  const dynamo = cloud.client(DynamoDBClient)
  const Attributes = fifo ? { FifoQueue: 'true' } : {}
  const queue = async (name: string) =>
    (await sqs.send(new CreateQueueCommand({ QueueName: `${name}${suffix}`, Attributes }))).QueueUrl ?? ''
  const place = {
    table: 'shop-orders',
    queueUrl: await queue('shop-work'),
    deadLetterQueueUrl: await queue('shop-work-dlq'),
  }
  const deadLetterTargetArn = `arn:aws:sqs:${cloud.region}:000000000000:shop-work-dlq${suffix}`
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1000 })
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: place.queueUrl, Attributes: { RedrivePolicy } }))
  await dynamo.send(createTable(place.table))
  await cloud.clock.advance(60_000) // A table takes a while to become active.
  const ports = fixedPorts(testStart)
  const counts: Partial<Record<Count, number>> = {}
  const measures: Measures = {
    count: (name) => {
      counts[name] = (counts[name] ?? 0) + 1
    },
    processing: () => {},
    critical: () => {},
    attempts: () => {},
  }
  const receiveFrom = async (QueueUrl: string) => {
    const names = {
      MessageSystemAttributeNames: ['All' as const],
      MessageAttributeNames: ['All'],
      MaxNumberOfMessages: 10,
    }
    return (await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...names }))).Messages ?? []
  }
  /** As Lambda's poller does after an invocation that ended. */
  const acknowledge = async (records: readonly QueueRecord[]) => {
    const Entries = records.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }))
    if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: place.queueUrl, Entries }))
  }
  const items = async () => {
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: place.table, ConsistentRead: true }))
    return Items.map((item) => unmarshall(item) as Item)
  }

  const lab: Lab = {
    cloud,
    ports,
    counts,
    relayIsBehind: false,
    async arrive(messages) {
      for (const [index, message] of messages.entries()) {
        const MessageBody = typeof message === 'string' ? message : JSON.stringify(message)
        const group = typeof message === 'string' ? 'none' : message.partitionkey
        const fields = fifo
          ? { MessageGroupId: group, MessageDeduplicationId: `d-${index}-${MessageBody.length}-${lab.ports.uuid()}` }
          : {}
        await sqs.send(new SendMessageCommand({ QueueUrl: place.queueUrl, MessageBody, ...fields }))
      }
      return lab.receive()
    },
    receive: async () => (await receiveFrom(place.queueUrl)).map(recordOf),
    async invoke(
      handler,
      records,
      fates = () => undefined,
      { remainingMs = 30_000, dynamo: own, ports: ownPorts = ports } = {},
    ) {
      const process = { alive: true, calls: [] as string[] }
      const tools = {
        dynamo: fated(own ?? cloud.client(DynamoDBClient), process, fates),
        sqs: fated(cloud.client(SQSClient), process, fates),
        measures,
        backlog: { isLong: async () => lab.relayIsBehind },
        ports: ownPorts,
      }
      const desk = openDesk(definitionOf(handler), place, tools)
      const context = { functionName: 'f', awsRequestId: 'r', getRemainingTimeInMillis: () => remainingMs }
      const answer = await handleBatch(desk, { Records: records }, startDeadline(context, ports))
      if (!process.alive) return { staying: 'crashed', calls: process.calls }
      const staying = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
      await acknowledge(records.filter(({ messageId }) => !staying.includes(messageId)))
      return { staying, calls: process.calls }
    },
    async operate(handler, operation) {
      const tools = { dynamo, sqs, measures, backlog: { isLong: async () => lab.relayIsBehind }, ports }
      const context = { functionName: 'f', awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 }
      return operate(openDesk(definitionOf(handler), place, tools), operation, startDeadline(context, ports))
    },
    items,
    outgoing: async () =>
      (await items()).flatMap((item) =>
        (JSON.parse(String(item._out ?? '[]')) as Outgoing[]).map(({ body }) => JSON.parse(body) as Envelope),
      ),
    deadLetters: () => receiveFrom(place.deadLetterQueueUrl),
    stop: () => cloud.stop(),
  }
  return lab
}

/** Lets a client's calls meet their fates. After a crash no call gets through any more. */
export function fated<C extends { readonly middlewareStack: unknown }>(
  client: C,
  process: { alive: boolean; calls: string[] },
  fates: Fates,
): C {
  const stack = client.middlewareStack as DynamoDBClient['middlewareStack']
  stack.add(
    (next, context) => async (args) => {
      if (!process.alive) throw new Error('the process is dead')
      const command = String(context.commandName)
      const fate = fates(command, process.calls.length)
      process.calls.push(command)
      if (fate === 'crash before') process.alive = false
      if (fate === 'crash before') throw new Error('crashed')
      if (fate === 'throttle')
        throw Object.assign(new Error('slow down'), { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } })
      const answer = await next(args)
      if (fate === 'crash after') process.alive = false
      if (fate === 'crash after' || fate === 'lose answer')
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
      return answer
    },
    { step: 'initialize' },
  )
  return client
}

export const createTable = (TableName: string): CreateTableCommand =>
  new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
  })

function recordOf(message: Message): QueueRecord {
  const { MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} } = message
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: '0', ...Attributes },
    eventSourceARN: 'arn:aws:sqs:eu-west-2:000000000000:work',
  }
}

/** The same message at a later receive. */
export const again = (record: QueueRecord, receives = 2): QueueRecord => ({
  ...record,
  attributes: { ...record.attributes, ApproximateReceiveCount: String(receives) },
})
