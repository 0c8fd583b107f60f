import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { shopTables } from '../../lib/stacks/tables.ts'
import { CommandFailure } from '../failure.ts'
import {
  expectations,
  feed,
  generateInvoices,
  groupInvoices,
  type Invoices,
  type Reconciliation,
  readRows,
  reconcile,
  reconciliationText,
  ShopApi,
  UnusableFile,
} from '../feed/index.ts'
import type { Terminal } from '../terminal.ts'
import type { Running } from './banner.ts'

/** The deployment's prefix in the shop's templates. */
export const APP = 'shop'

/** The file's invoices, or a few dozen generated ones. */
export async function readInvoices(file: string | undefined): Promise<Invoices> {
  if (file === undefined) return { invoices: generateInvoices(), badRows: [], rows: 0, rowsWithoutCustomer: 0 }
  try {
    return await groupInvoices(readRows(file))
  } catch (error) {
    throw error instanceof UnusableFile ? new CommandFailure(error.message) : error
  }
}

/** Sends every invoice through the public API, waits until all is settled, and compares what went in with what each service holds. */
export async function runOrders(
  terminal: Terminal,
  { cloud, apiUrl }: Running,
  invoices: Invoices,
): Promise<Reconciliation> {
  const { environment, kernel, region } = cloud
  const credentials = {
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
  }
  const clients = { endpoint: cloud.endpoint, region, credentials }
  const started = performance.now()
  const fed = await feed({
    api: new ShopApi({ apiUrl, region, credentials }),
    invoices: invoices.invoices,
    settled: () => kernel.clock.idle(),
    onProgress: ({ step, done, of }) => terminal.progress(step, done, of),
  })
  const seconds = (performance.now() - started) / 1000
  const dynamodb = new DynamoDBClient(clients)
  const sqs = new SQSClient(clients)
  try {
    const expected = expectations(invoices.invoices)
    const result = await reconcile({
      app: APP,
      tables: shopTables(APP),
      dynamodb,
      sqs,
      badRows: invoices.badRows,
      expected,
      fed,
    })
    terminal.heading('Reconciliation')
    terminal.line(reconciliationText(result))
    terminal.line(paceOf(fed.orders.size, fed.returns.size, seconds))
    return result
  } finally {
    dynamodb.destroy()
    sqs.destroy()
  }
}

function paceOf(orders: number, returns: number, seconds: number): string {
  const pace = `${orders} orders and ${returns} returns settled in ${seconds.toFixed(1)} s (${(orders / seconds).toFixed(1)} orders/s)`
  // maxRSS is in KiB, and counts the functions' worker threads.
  return `${pace}, peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`
}
