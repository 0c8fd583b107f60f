import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge'
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { command, createBus, endpoint, event, Refused, store, variables } from '../../messaging/index.ts'
import type { HttpEvent } from '../../messaging/runtime/http.ts'
import { envelopeIn } from '../../messaging/runtime/received.ts'
import { startTestCloud, type TestCloud } from '../support/cloud.ts'
import { createTable } from './lab.ts'

const Order = z.object({ orderId: z.string(), quantity: z.number().int().positive() })
const Placed = event('orders.OrderPlaced', { schema: Order, key: (o) => o.orderId })
const Opened = event('orders.OrderOpened', { schema: Order, key: (o) => o.orderId, ordered: true })
const Place = command('orders.PlaceOrder', { schema: Order, key: (o) => o.orderId })
const Orders = store('order', { schema: Order, key: (o) => o.orderId })

let cloud: TestCloud
let before: NodeJS.ProcessEnv
let queueUrl: string
let place: ReturnType<typeof placing>

beforeEach(async () => {
  cloud = await startTestCloud()
  const made = await cloud.client(SQSClient).send(new CreateQueueCommand({ QueueName: 'orders' }))
  queueUrl = made.QueueUrl ?? ''
  place = placing()
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
    [variables.table]: 'shop-orders',
    // A queue's URL as a template writes it: the endpoint still decides where requests go.
    [variables.commands]: JSON.stringify({
      queues: { 'orders.PlaceOrder': `https://sqs.eu-west-2.amazonaws.com/000000000000/orders` },
    }),
  })
})

afterEach(async () => {
  process.env = before
  await cloud.stop()
})

async function received() {
  const { Messages = [] } = await cloud
    .client(SQSClient)
    .send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }))
  return Messages.map(({ Body = '' }) => envelopeIn(Body))
}

const context = { functionName: 'f', awsRequestId: 'r', getRemainingTimeInMillis: () => 10_000 }

const request = (overrides: Partial<HttpEvent> = {}, session = 'one'): HttpEvent => ({
  version: '2.0',
  rawPath: '/orders',
  headers: { 'Idempotency-Key': 'k-1' },
  body: JSON.stringify({ orderId: 'o-1', quantity: 2 }),
  requestContext: {
    requestId: 'req-1',
    authorizer: { iam: { userArn: `arn:aws:sts::000000000000:assumed-role/client/${session}` } },
  },
  ...overrides,
})

/** A new one for each cloud: a handler keeps its clients. */
const placing = () =>
  endpoint(
    import.meta,
    { id: 'orders.place', route: 'POST /orders', body: Order, idempotent: true, sends: [Place] },
    async ({ body }, unit) => {
      const { id } = await unit.send(Place, body)
      return { status: 202, body: { id } }
    },
  )

describe('an endpoint', () => {
  it('sends a command and answers as JSON', async () => {
    const answer = await place(request(), context)
    expect(answer).toMatchObject({ statusCode: 202, headers: { 'content-type': 'application/json' } })
    const [sent] = await received()
    expect(sent).toMatchObject({ type: 'orders.PlaceOrder', data: { orderId: 'o-1', quantity: 2 }, hops: 0 })
    expect(JSON.parse(answer.body)).toEqual({ id: sent?.id })
  })

  it('makes one command of a retried request, also from another session of the role; two of two keys', async () => {
    await place(request(), context)
    await place(request({}, 'two'), context)
    await place(request({ headers: { 'idempotency-key': 'k-2' } }), context)
    const ids = (await received()).map(({ id }) => id)
    expect([ids.length, new Set(ids).size]).toEqual([3, 2])
  })

  it('refuses with 400 and every reason at once', async () => {
    const bad = request({ headers: {}, body: JSON.stringify({ orderId: 1, quantity: -1 }) })
    const answer = await place(bad, context)
    expect(answer.statusCode).toBe(400)
    expect(JSON.parse(answer.body)).toMatchObject({
      requestId: 'req-1',
      reasons: [
        expect.stringMatching(/^header Idempotency-Key is missing/),
        expect.stringMatching(/^body.orderId: /),
        expect.stringMatching(/^body.quantity: /),
      ],
    })
    expect(await received()).toEqual([])
  })

  it('refuses a body that is no JSON', async () => {
    const answer = await place(request({ body: '{' }), context)
    expect([answer.statusCode, JSON.parse(answer.body).reasons]).toEqual([
      400,
      [expect.stringMatching(/^body: is no JSON/)],
    ])
  })

  it('reads stores by the path, and tells its own refusals and failures', async () => {
    await cloud.client(DynamoDBClient).send(createTable('shop-orders'))
    await cloud.clock.advance(60_000)
    const item = { M: { orderId: { S: 'o-1' }, quantity: { N: '2' } } }
    await cloud
      .client(DynamoDBClient)
      .send(new PutItemCommand({ TableName: 'shop-orders', Item: { pk: { S: 'order#o-1' }, sk: { S: '-' }, item } }))
    const read = endpoint(
      import.meta,
      { id: 'orders.read', route: 'GET /orders/{id}', stores: { orders: Orders } },
      async ({ params }, unit) => {
        if (params.id === 'bug') throw new Error('secret')
        const order = await unit.orders.get(params.id)
        if (!order) throw new Refused(404, `no order ${params.id}`)
        return { status: 200, body: order }
      },
    )
    const get = (id: string) => read(request({ pathParameters: { id } }), context)
    expect(await get('o-1')).toMatchObject({ statusCode: 200, body: '{"orderId":"o-1","quantity":2}' })
    expect(JSON.parse((await get('o-2')).body)).toMatchObject({ error: 'Refused', reasons: ['no order o-2'] })
    const failed = await get('bug')
    expect(failed.statusCode).toBe(500)
    expect(failed.body).not.toContain('secret')
  })
})

describe('a client', () => {
  it('publishes events to the bus and sends commands to their queue, found in SSM', async () => {
    const events = cloud.client(EventBridgeClient)
    await events.send(new CreateEventBusCommand({ Name: 'shop' }))
    await events.send(
      new PutRuleCommand({ Name: 'r', EventBusName: 'shop', EventPattern: '{"detail-type":["orders.OrderPlaced"]}' }),
    )
    const arn = `arn:aws:sqs:${cloud.region}:000000000000:seen`
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: arn,
    }
    const Attributes = { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) }
    const seen = await cloud.client(SQSClient).send(new CreateQueueCommand({ QueueName: 'seen', Attributes }))
    await events.send(new PutTargetsCommand({ Rule: 'r', EventBusName: 'shop', Targets: [{ Id: 't', Arn: arn }] }))
    const parameter = { Name: '/penstock/shop/commands/orders.PlaceOrder', Value: queueUrl, Type: 'String' as const }
    await cloud.client(SSMClient).send(new PutParameterCommand(parameter))

    const bus = createBus({ app: 'shop' })
    const order = { orderId: 'o-1', quantity: 1 }
    expect(await bus.publish(Placed, order, { id: 'mine' })).toEqual({ id: 'mine' })
    await bus.send(Place, order, { id: 'command-1', delay: '30s', deadline: '1h' })
    await cloud.clock.advance(29_000)
    expect(await received()).toEqual([])
    await cloud.clock.advance(1_000)
    const [sent] = await received()
    expect(sent?.id).toBe('command-1')
    expect(Date.parse(sent?.deadline ?? '') - Date.parse(sent?.time ?? '')).toBe(3_600_000)
    const { Messages = [] } = await cloud.client(SQSClient).send(new ReceiveMessageCommand({ QueueUrl: seen.QueueUrl }))
    expect(envelopeIn(Messages[0]?.Body ?? '')).toMatchObject({ id: 'mine', data: order, correlationid: 'mine' })
  })

  it('is told in words what cannot be', async () => {
    const parameter = { Name: '/penstock/shop/commands/orders.PlaceOrder', Value: queueUrl, Type: 'String' as const }
    await cloud.client(SSMClient).send(new PutParameterCommand(parameter))
    const bus = createBus({ app: 'shop' })
    const order = { orderId: 'o-1', quantity: 1 }
    await expect(bus.send(Place, order, { delay: '901s' })).rejects.toThrow("over its contract's maxDelay, 900 s")
    await expect(bus.send(Place, { ...order, quantity: 0 })).rejects.toThrow('orders.PlaceOrder: quantity: ')
    // @ts-expect-error an ordered event is its aggregate's
    await expect(bus.publish(Opened, order)).rejects.toThrow('is ordered')
  })
})
