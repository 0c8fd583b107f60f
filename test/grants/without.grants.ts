import { rmSync } from 'node:fs'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, it } from 'vitest'
import { ShopApi } from '../../bin/feed/index.ts'
import { type RunningShop, startShop } from '../e2e/running-shop.ts'
import { order, resourcesOf } from './scenarios.ts'
import { assemblyWithout, type Removal } from './without.ts'

/** A shop that really runs without the grant. */
async function withShop<T>(removal: Removal, use: (shop: RunningShop) => Promise<T>): Promise<T> {
  const assembly = await assemblyWithout(removal)
  try {
    const shop = await startShop({ assembly })
    try {
      return await use(shop)
    } finally {
      await shop.stop()
    }
  } finally {
    rmSync(assembly, { recursive: true })
  }
}

/** Where messages lie that should have gone on: dead-letter queues, and tables with parked rows. */
async function stranded(shop: RunningShop): Promise<readonly string[]> {
  const sqs = shop.cloud.client(SQSClient)
  const dynamodb = shop.cloud.client(DynamoDBClient)
  const found: string[] = []
  for (const { physicalId: QueueUrl } of resourcesOf(shop, 'AWS::SQS::Queue')) {
    const asked = { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages' as const] }
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand(asked))
    if (Attributes?.ApproximateNumberOfMessages !== '0') found.push(QueueUrl.split('/').at(-1) ?? '')
  }
  for (const { physicalId: TableName } of resourcesOf(shop, 'AWS::DynamoDB::Table')) {
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName }))
    if (Items.some(({ pk }) => pk?.S?.startsWith('park#'))) found.push(`parked in ${TableName}`)
  }
  return found
}

const strands: readonly (readonly [what: string, removal: Removal, where: string])[] = [
  [
    'a topic may not deliver to a queue',
    { stack: 'shop-orders', logicalId: /notereservationQueuePolicy/, sid: 'TopicsDeliver' },
    'shop-orders-note-reservation-undelivered',
  ],
  [
    "rules may not encrypt with the topics' key",
    { stack: 'shop-backbone', logicalId: /^BackboneKey/, sid: 'EventBridgePublishes', action: 'kms:GenerateDataKey*' },
    'shop-unrouted',
  ],
  [
    "relays may not encrypt with the topics' key",
    { stack: 'shop-backbone', logicalId: /^BackboneKey/, sid: 'ThroughSns', action: 'kms:GenerateDataKey*' },
    'parked in shop-orders',
  ],
  [
    'a consumer may not write its marks',
    { stack: 'shop-orders', logicalId: /placeorderHandlerRole/, sid: 'Items0', action: 'dynamodb:PutItem' },
    'shop-orders-place-order-dlq',
  ],
  [
    'a consumer may not read its store',
    { stack: 'shop-inventory', logicalId: /receivegoodsHandlerRole/, sid: 'Items3', action: 'dynamodb:BatchGetItem' },
    'shop-inventory-receive-goods-dlq',
  ],
  [
    'a relay may not publish to its topics',
    { stack: 'shop-orders', logicalId: /RelayHandlerRole/, sid: 'PublishOrdered' },
    'parked in shop-orders',
  ],
  [
    'a relay may not send commands',
    { stack: 'shop-orders', logicalId: /RelayHandlerRole/, sid: 'SendCommands' },
    'parked in shop-orders',
  ],
  [
    'a relay may not start sagas',
    { stack: 'shop-orders', logicalId: /RelayHandlerRole/, sid: 'StartSagas' },
    'parked in shop-orders',
  ],
]

const refused: readonly (readonly [what: string, removal: Removal, text: RegExp])[] = [
  [
    'a poller may not receive',
    {
      stack: 'shop-orders',
      logicalId: /notereservationHandlerRole/,
      sid: 'TakeMessages',
      action: 'sqs:ReceiveMessage',
    },
    /does not have permissions to call ReceiveMessage on SQS/,
  ],
  [
    'nobody may administer the key',
    { stack: 'shop-backbone', logicalId: /^BackboneKey/, sid: 'Administration' },
    /will not allow you to update the key policy in the future/,
  ],
]

describe('a shop that is deployed without a grant', () => {
  it('is whole without none', async () => {
    const shop = await startShop()
    const { ok } = await shop.run([order('1', 2)])
    const found = await stranded(shop)
    await shop.stop()
    expect({ ok, found }).toEqual({ ok: true, found: [] })
  })

  it.each(strands)('strands messages where %s', async (_what, removal, where) => {
    const { ok, found } = await withShop(removal, async (shop) => {
      const { ok } = await shop.run([order('1', 2)])
      return { ok, found: await stranded(shop) }
    })
    expect(found).toContain(where)
    expect(ok).toBe(false)
  })

  it('answers no request where the API may not invoke', async () => {
    const permission = { stack: 'shop-routes', logicalId: /Permissionviewgetorder/ }
    const answered = withShop(permission, async ({ cloud, stacks }) => {
      const apiUrl = stacks.find(({ outputs }) => outputs.ApiUrl)?.outputs.ApiUrl ?? ''
      const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
      return new ShopApi({ apiUrl, region: cloud.region, credentials, firstWait: 1 }).get('orders/1')
    })
    await expect(answered).rejects.toThrow(/500/)
  })

  it.each(refused)('does not come up where %s', async (_what, removal, text) => {
    await expect(withShop(removal, async () => {})).rejects.toThrow(text)
  })
})
