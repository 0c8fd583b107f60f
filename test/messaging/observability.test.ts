import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { consumer, event, variables } from '../../messaging/index.ts'
import { startTestCloud, type TestCloud, testStart } from '../support/cloud.ts'
import { createTable } from './lab.ts'
import { envelope } from './support.ts'

const Order = z.object({ orderId: z.string() })
const Placed = event('orders.OrderPlaced', { schema: Order, key: (o) => o.orderId })
const Shipped = event('shipping.OrderShipped', { schema: Order, key: (o) => o.orderId })

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const context = { functionName: 'f', awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 }

let cloud: TestCloud
let before: NodeJS.ProcessEnv
let lines: Record<string, unknown>[]

beforeEach(async () => {
  cloud = await startTestCloud()
  await cloud.client(DynamoDBClient).send(createTable('shop-shipping'))
  await cloud.clock.advance(60_000)
  const { QueueUrl = '' } = await cloud.client(SQSClient).send(new CreateQueueCommand({ QueueName: 'work' }))
  before = { ...process.env }
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    POWERTOOLS_LOG_LEVEL: 'INFO',
    POWERTOOLS_METRICS_DISABLED: 'false',
    [variables.app]: 'shop',
    [variables.table]: 'shop-shipping',
    [variables.queueUrl]: QueueUrl,
    [variables.deadLetterQueueUrl]: QueueUrl,
  })
  lines = []
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      for (const line of String(chunk).split('\n').filter(Boolean)) lines.push(JSON.parse(line))
      return true
    })
  vi.useFakeTimers({ toFake: ['Date'], now: testStart + 60_000 })
})

afterEach(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  process.env = before
  await cloud.stop()
})

const record = (messageId: string, body: unknown) => ({
  messageId,
  receiptHandle: 'x',
  body: JSON.stringify(body),
  attributes: { ApproximateReceiveCount: '1', SentTimestamp: '0' },
  eventSourceARN: 'arn:aws:sqs:eu-west-2:000000000000:work',
})

it('a consumer tells what it did in metrics by consumer, and its lines tell the message and its trace', async () => {
  const handler = consumer(
    import.meta,
    { id: 'shipping.notice', on: Placed, publishes: [Shipped] },
    (order, unit, { logger }) => {
      if (order.orderId === 'bad') throw new Error('no such order')
      logger.info('shipping', { parcels: 2 })
      unit.publish(Shipped, order)
    },
  )
  const bad = envelope({ id: 'm-2', partitionkey: 'bad', data: { orderId: 'bad' } })
  const Records = [record('1', envelope({ traceparent })), record('2', envelope({ traceparent })), record('3', bad)]
  expect(await handler({ Records }, context)).toEqual({ batchItemFailures: [{ itemIdentifier: '3' }] })

  const [metrics] = lines.filter((line) => '_aws' in line)
  expect(metrics).toMatchObject({
    service: 'shipping',
    consumer: 'shipping.notice',
    Handled: 1,
    Deduped: 1,
    Failed: 1,
    Retried: 1,
    Attempts: [1, 1],
    _aws: {
      CloudWatchMetrics: [
        { Namespace: 'Penstock/shop', Dimensions: [expect.arrayContaining(['service', 'consumer'])] },
      ],
    },
  })
  expect(metrics).toHaveProperty('ProcessingTime')
  expect(metrics).toHaveProperty('CriticalTime')

  expect(lines.find(({ message }) => message === 'shipping')).toMatchObject({
    level: 'INFO',
    service: 'shipping',
    consumer: 'shipping.notice',
    message_id: 'm-1',
    message_type: 'orders.OrderPlaced',
    correlation_id: 'c-1',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
    parcels: 2,
    attempt: 1,
    function_request_id: 'r',
  })
  expect(lines.find(({ level }) => level === 'WARN')).toMatchObject({
    message_id: 'm-2',
    error: 'no such order',
    error_class: 'Error',
  })
})

it('a consumer that lacks its environment says which variables, all of them', async () => {
  delete process.env[variables.table]
  delete process.env[variables.queueUrl]
  const handler = consumer(import.meta, { id: 'shipping.notice', on: Placed }, () => {})
  await expect(handler({ Records: [] }, context)).rejects.toThrow(
    'environment variables are not set: PENSTOCK_TABLE, PENSTOCK_QUEUE_URL',
  )
})
