import { DynamoDBClient, PutItemCommand, ScanCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Iam } from '../../local/services/iam/index.ts'
import { createBus } from '../../messaging/index.ts'
import { startTestCloud, type TestCloud } from '../support/cloud.ts'
import { exampleApp } from './example/app.ts'
import { PlaceOrder } from './example/contracts.ts'

let cloud: TestCloud

beforeAll(async () => {
  cloud = await startTestCloud({ clock: 'auto' })
  await cloud.deploy(exampleApp().synth().directory)
  vi.stubEnv('AWS_ENDPOINT_URL', cloud.endpoint)
  vi.stubEnv('AWS_REGION', cloud.region)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  const bus = createBus({ app: 'ex' })
  await bus.send(PlaceOrder, { orderId: 'near', country: 'EIRE' })
  await bus.send(PlaceOrder, { orderId: 'far', country: 'Japan' })
  await cloud.clock.idle()
}, 60_000)

afterAll(async () => {
  vi.unstubAllEnvs()
  await cloud.stop()
})

/** Who has seen which order, by the items that the handlers left. */
async function seenIn(table: string): Promise<readonly string[]> {
  const { Items = [] } = await cloud.client(DynamoDBClient).send(new ScanCommand({ TableName: table }))
  return Items.map(({ pk }) => pk?.S ?? '')
    .filter((pk) => pk.startsWith('seen#'))
    .map((pk) => pk.slice('seen#'.length))
    .sort()
}

// The roles, policies and mappings as they deploy, with the local cloud's IAM on.
describe('the example, running', () => {
  it('delivers by topic, by ordered topic, directly and by command, each with its filter', async () => {
    expect(await seenIn('ex-shipping')).toEqual([
      'follow-order#near',
      'notify-customer#far',
      'notify-customer#near',
      'ship-order#near',
      'watch-order#near',
    ])
  })

  it('records every event of every service', async () => {
    expect(await seenIn('ex-journal')).toEqual([
      'orders.OrderChanged#far',
      'orders.OrderChanged#near',
      'orders.OrderPlaced#far',
      'orders.OrderPlaced#near',
      'orders.OrderSeen#far',
      'orders.OrderSeen#near',
    ])
  })
})

/** A raw client with the keys that a function of the example works with: what a handler could do that goes round the kit. */
async function as<C extends { destroy(): void }>(functionName: string, Client: Parameters<typeof cloud.client<C>>[0]) {
  const { Configuration } = await cloud
    .client(LambdaClient)
    .send(new GetFunctionCommand({ FunctionName: functionName }))
  const keys = cloud.context.service<Iam>('iam').issueSession(Configuration?.Role ?? '', functionName)
  return cloud.client(Client, keys)
}

const account = 'us-east-1:000000000000'
const forged = (Source: string, DetailType: string) =>
  new PutEventsCommand({ Entries: [{ EventBusName: 'ex', Source, DetailType, Detail: '{}' }] })
const denied = { name: expect.stringMatching(/^AccessDenied/), message: expect.stringMatching(/not authorized/) }
const row = (pk: string, rest: Record<string, { S: string }> = {}) => ({
  TableName: 'ex-shipping',
  Item: { pk: { S: pk }, sk: { S: '-' }, ...rest },
})

describe('a handler that is forced to publish what it did not declare', () => {
  const consumer = 'ex-shipping-ship-order'

  it('is denied each way out of its service', async () => {
    await expect(
      (await as(consumer, EventBridgeClient)).send(forged('shipping', 'shipping.Forged')),
    ).rejects.toMatchObject(denied)
    const TopicArn = `arn:aws:sns:${account}:ex-orders-OrderPlaced`
    await expect((await as(consumer, SNSClient)).send(new PublishCommand({ TopicArn, Message: '{}' }))).rejects.toThrow(
      /not authorized/,
    )
    const QueueUrl = `${cloud.endpoint}/000000000000/ex-orders-place-order`
    await expect(
      (await as(consumer, SQSClient)).send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' })),
    ).rejects.toMatchObject(denied)
  })

  it("is denied another's rows, and its own outbox row by itself", async () => {
    const client = await as(consumer, DynamoDBClient)
    const out = { _out: { S: '[]' } }
    for (const pk of ['mark#shipping.watch-order#1', 'out#shipping.watch-order#0#0', 'order#1', 'relay#heartbeat'])
      await expect(client.send(new PutItemCommand(row(pk, out))), pk).rejects.toMatchObject(denied)
    await expect(client.send(new PutItemCommand(row('out#shipping.ship-order#0#0', out)))).rejects.toMatchObject(denied)
    await expect(
      client.send(
        new TransactWriteItemsCommand({ TransactItems: [{ Put: row('out#shipping.watch-order#0#0', out) }] }),
      ),
    ).rejects.toMatchObject(denied)
    // Not because it may do nothing: its own mark it may write.
    await client.send(new PutItemCommand(row('mark#shipping.ship-order#own')))
  })

  it('as the relay itself: only its service’s declared types, under its service’s name', async () => {
    const relay = await as('ex-orders-relay', EventBridgeClient)
    await expect(relay.send(forged('orders', 'orders.Forged'))).rejects.toMatchObject(denied)
    await expect(relay.send(forged('shipping', 'orders.OrderPlaced'))).rejects.toMatchObject(denied)
    expect((await relay.send(forged('orders', 'orders.OrderPlaced'))).FailedEntryCount).toBe(0)
  })
})
