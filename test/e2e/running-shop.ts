import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { marshall } from '@aws-sdk/util-dynamodb'
import { expectations, feed, type Invoice, type Reconciliation, reconcile, ShopApi } from '../../bin/feed/index.ts'
import { synthIfChanged } from '../../lib/constructs/synth-if-changed.ts'
import { shopTables } from '../../lib/stacks/tables.ts'
import type { DeployedStack } from '../../local/assembly/index.ts'
import { turns } from '../../messaging/runtime/turns.ts'
import { startTestCloud, type TestCloud } from '../support/cloud.ts'

const APP = 'shop'
const ASSEMBLY = '.penstock/e2e/cdk.out'
const TABLES = shopTables(APP)

/** The shop's own templates, running in a local cloud whose time jumps. */
export interface RunningShop {
  readonly cloud: TestCloud
  readonly stacks: readonly DeployedStack[]
  readonly api: ShopApi
  /**
   * Feeds the invoices, waits until nothing is left to do, and reconciles all that was fed so far. One run at a time: a test that
   * is out of time leaves its run behind, whose messages would look like leftovers of the next one.
   */
  run(invoices: readonly Invoice[]): Promise<Reconciliation>
  /** Sends an order for which no goods are delivered. @returns its id */
  place(order: Invoice): Promise<string>
  /** Waits until nothing is left to do, and reconciles all that was fed so far. */
  settled(): Promise<Reconciliation>
  /** Sends an order for which no goods were delivered, and waits. */
  runWithoutGoods(order: Invoice): Promise<Reconciliation>
  /** The id that the API gave to an invoice. */
  idOf(invoice: string): string
  /** How the payment provider misbehaves from now on. */
  provider(settings: Readonly<Record<string, number | boolean | string>>): Promise<void>
  stop(): Promise<void>
}

/** Folder of the shop's cloud assembly, as the sources are now. */
export async function shopAssembly(): Promise<string> {
  await synthIfChanged(ASSEMBLY, { context: { mode: 'development' } })
  return ASSEMBLY
}

export interface ShopOptions {
  /** Other templates than those of the sources. @default shopAssembly() */
  readonly assembly?: string
  /** Called with the empty cloud, before anything is deployed. */
  readonly watch?: (cloud: TestCloud) => void
}

export async function startShop({ assembly, watch }: ShopOptions = {}): Promise<RunningShop> {
  const templates = assembly ?? (await shopAssembly())
  const cloud = await startTestCloud({ clock: 'auto' })
  watch?.(cloud)
  const stacks = await cloud.deploy(templates)
  const apiUrl = stacks.map(({ outputs }) => outputs.ApiUrl).find((url) => url !== undefined)
  if (apiUrl === undefined) throw new Error('no stack has an output ApiUrl')
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const api = new ShopApi({ apiUrl, region: cloud.region, credentials })
  const dynamodb = cloud.client(DynamoDBClient)
  const sqs = cloud.client(SQSClient)
  const settled = () => cloud.clock.idle()
  const inTurn = turns()
  const all: Invoice[] = []
  const fed = { orders: new Map(), returns: new Map() }
  const reconciled = () => reconcile({ app: APP, tables: TABLES, dynamodb, sqs, expected: expectations(all), fed })
  const place = async (order: Invoice) => {
    const { number, country, customerId, lines } = order
    const { body } = await api.post('orders', { country, customerId, lines }, number)
    const { orderId: id } = body as { readonly orderId: string }
    all.push(order)
    fed.orders.set(number, { outcome: 'accepted', id })
    return id
  }
  return {
    cloud,
    stacks,
    api,
    run: (invoices) =>
      inTurn(async () => {
        const { orders, returns } = await feed({ api, invoices, settled })
        const known = new Set(all.map(({ number }) => number))
        all.push(...invoices.filter(({ number }) => !known.has(number)))
        for (const [number, sent] of orders) fed.orders.set(number, sent)
        for (const [number, sent] of returns) fed.returns.set(number, sent)
        return reconciled()
      }),
    place,
    settled: async () => {
      await settled()
      return reconciled()
    },
    runWithoutGoods: async (order) => {
      await place(order)
      await settled()
      return reconciled()
    },
    idOf: (invoice) => {
      const sent = fed.orders.get(invoice)
      if (sent?.outcome !== 'accepted') throw new Error(`order ${invoice} was not accepted`)
      return sent.id
    },
    provider: async (settings) => {
      const webhook = new URL('payments/answers', apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`).href
      const Item = marshall({ pk: 'settings', sk: '-', webhook, ...settings })
      await dynamodb.send(new PutItemCommand({ TableName: TABLES.sandbox, Item }))
    },
    stop: () => cloud.stop(),
  }
}
