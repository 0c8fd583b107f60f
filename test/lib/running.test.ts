import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
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
