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
import { APP } from './app.ts'
import type { Running } from './banner.ts'
import { type FaultLevel, faultCounts, faultPlan } from './faults.ts'
import { fedBy } from './fed-by.ts'
import { journalFile } from './journal-file.ts'
import { misbehave, type Provider } from './provider.ts'
import { tellWaits } from './waits.ts'

/** The file's invoices, or a few dozen generated ones. */
export async function readInvoices(file: string | undefined): Promise<Invoices> {
  if (file === undefined) return { invoices: generateInvoices(), badRows: [], rows: 0, rowsWithoutCustomer: 0 }
  try {
    const invoices = await groupInvoices(readRows(file))
    if (invoices.invoices.length === 0) throw new UnusableFile(`${file} has no order: ${whyNone(invoices)}`)
    return invoices
  } catch (error) {
    throw error instanceof UnusableFile ? new CommandFailure(error.message) : error
  }
}

function whyNone({ rows, badRows: [first] }: Invoices): string {
  if (!first) return 'nothing stands beneath its header'
  return `none of its ${rows} rows can be read; line ${first.line}: ${first.reasons.join('; ')}`
}

export interface RunOptions {
  /** What goes wrong while the orders are fed. @default nothing */
  readonly faults?: FaultLevel
  /** One request at a time. @default false */
  readonly sequential?: boolean
  /** How the payment provider's sandbox behaves. @default 'sound' */
  readonly provider?: Provider
  /** File for what happened until all was settled: an entry a line, as JSON. */
  readonly journal?: string
  /** Ends the run: nothing more is told, and nothing reconciled. */
  readonly signal?: AbortSignal
}

/**
 * Sends every invoice through the public API, waits until all is settled, and compares what went in with what each service holds.
 * @throws the signal's reason when it is aborted first
 */
export async function runOrders(
  terminal: Terminal,
  { cloud, apiUrl }: Running,
  invoices: Invoices,
  { faults, sequential = false, provider = 'sound', journal, signal }: RunOptions = {},
): Promise<Reconciliation> {
  const { environment, kernel, region } = cloud
  const credentials = {
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
  }
  const clients = { endpoint: cloud.endpoint, region, credentials }
  const dynamodb = new DynamoDBClient(clients)
  const sqs = new SQSClient(clients)
  if (provider === 'faulty') await misbehave(dynamodb, { apiUrl, seed: String(kernel.random.seed) })
  const started = performance.now()
  if (faults) kernel.faults.use(faultPlan(faults, kernel.journal))
  const struck = faultCounts(kernel.journal)
  const written = journal === undefined ? undefined : journalFile(kernel.journal, journal)
  const told = tellWaits(terminal, kernel.clock)
  signal?.addEventListener('abort', told)
  const fed = await fedBy(cloud, sequential, (client) =>
    feed({
      api: new ShopApi({ apiUrl, region, credentials, ...client }),
      invoices: invoices.invoices,
      settled: client.settled,
      ...(client.concurrency !== undefined && { concurrency: client.concurrency }),
      onProgress: ({ step, done, of }) => signal?.aborted || terminal.progress(step, done, of),
    }),
  ).finally(() => {
    told()
    written?.()
  })
  signal?.throwIfAborted()
  const seconds = (performance.now() - started) / 1000
  kernel.faults.use(undefined)
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
    if (faults) printFaults(terminal, `${faults}, seed ${kernel.random.seed}`, struck)
    terminal.heading('Reconciliation')
    terminal.line(reconciliationText(result))
    terminal.line(paceOf(fed.orders.size, fed.returns.size, seconds))
    return result
  } finally {
    dynamodb.destroy()
    sqs.destroy()
  }
}

function printFaults(terminal: Terminal, plan: string, struck: ReadonlyMap<string, number>): void {
  terminal.heading(`Faults: ${plan}`)
  for (const [name, count] of [...struck].sort(([a], [b]) => (a < b ? -1 : 1)))
    terminal.line(`  ${name.padEnd(30)} ${String(count).padStart(6)}`)
}

function paceOf(orders: number, returns: number, seconds: number): string {
  const pace = `${orders} orders and ${returns} returns settled in ${seconds.toFixed(1)} s (${(orders / seconds).toFixed(1)} orders/s)`
  // maxRSS is in KiB, and counts the functions' worker threads.
  return `${pace}, peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`
}
