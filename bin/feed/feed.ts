import { createHash } from 'node:crypto'
import { inParallel } from './in-parallel.ts'
import type { Invoice } from './invoices.ts'
import type { ApiAnswer, ShopApi } from './shop-api.ts'

/** What became of an invoice at the public entry. `failed`: the API gave no answer that says yes or no. */
export type Sent =
  | { readonly outcome: 'accepted'; readonly id: string }
  | { readonly outcome: 'refused'; readonly reasons: readonly string[] }
  | { readonly outcome: 'failed'; readonly message: string }

export interface Fed {
  /** By invoice number. */
  readonly orders: ReadonlyMap<string, Sent>
  readonly returns: ReadonlyMap<string, Sent>
}

export interface FeedOptions {
  readonly api: ShopApi
  readonly invoices: readonly Invoice[]
  /** Resolves when everything that was sent so far has been handled. */
  readonly settled: () => Promise<void>
  /** Requests under way at a time. @default 16 */
  readonly concurrency?: number
  readonly onProgress?: (progress: FeedProgress) => void
}

export interface FeedProgress {
  readonly step: 'goods-in' | 'invoices'
  readonly done: number
  readonly of: number
}

/** Stock codes in one request for goods in. */
const GOODS_PER_REQUEST = 450

/**
 * Fills the shelves with what the orders will ask for, then sends every order and return through the public API, each once under
 * its invoice number. Sending the same invoices again changes nothing. Bookkeeping invoices are not sent.
 * @throws Error when the goods cannot be delivered
 */
export async function feed({
  api,
  invoices,
  settled,
  concurrency = 16,
  onProgress = () => {},
}: FeedOptions): Promise<Fed> {
  const deliveries = deliveriesFor(invoices)
  for (const [index, lines] of deliveries.entries()) {
    await deliver(api, lines)
    onProgress({ step: 'goods-in', done: index + 1, of: deliveries.length })
  }
  await settled()
  const wanted = invoices.filter((invoice) => invoice.kind !== 'adjustment')
  const orders = new Map<string, Sent>()
  const returns = new Map<string, Sent>()
  let done = 0
  await inParallel(wanted, concurrency, async (invoice) => {
    const sent = await send(api, invoice)
    const book = invoice.kind === 'order' ? orders : returns
    book.set(invoice.number, sent)
    done += 1
    onProgress({ step: 'invoices', done, of: wanted.length })
  })
  await settled()
  return { orders, returns }
}

type Delivery = { sku: string; quantity: number }[]

/** As many units of each stock code as the orders ask for. */
function deliveriesFor(invoices: readonly Invoice[]): Delivery[] {
  const wanted = new Map<string, number>()
  for (const { kind, lines } of invoices)
    for (const { sku, quantity } of kind === 'order' ? lines : [])
      if (quantity > 0) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity)
  const goods = [...wanted].map(([sku, quantity]) => ({ sku, quantity }))
  const count = Math.ceil(goods.length / GOODS_PER_REQUEST)
  return Array.from({ length: count }, (_, i) => goods.slice(i * GOODS_PER_REQUEST, (i + 1) * GOODS_PER_REQUEST))
}

async function deliver(api: ShopApi, lines: Delivery): Promise<void> {
  const reference = `goods-${createHash('sha256').update(JSON.stringify(lines)).digest('hex').slice(0, 16)}`
  const { status, body } = await api.post('stock', { lines }, reference)
  if (status !== 202) throw new Error(`goods in ${reference} was refused with ${status}: ${JSON.stringify(body)}`)
}

async function send(api: ShopApi, invoice: Invoice): Promise<Sent> {
  try {
    return invoice.kind === 'order'
      ? sentAs('orderId', await api.post('orders', orderOf(invoice), invoice.number))
      : sentAs('returnId', await api.post('returns', returnOf(invoice), invoice.number))
  } catch (error) {
    return { outcome: 'failed', message: error instanceof Error ? error.message : String(error) }
  }
}

function orderOf({ number, customerId, country, invoicedAt, lines }: Invoice) {
  return { reference: number, customerId, country, orderedAt: invoicedAt, lines }
}

/** The file writes what came back as negative quantities. */
function returnOf({ number, customerId, lines }: Invoice) {
  return { reference: number, customerId, lines: lines.map((line) => ({ ...line, quantity: -line.quantity })) }
}

function sentAs(idMember: 'orderId' | 'returnId', { status, body }: ApiAnswer): Sent {
  const answer = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const id = answer[idMember]
  if (status === 202 && typeof id === 'string') return { outcome: 'accepted', id }
  const { reasons } = answer
  if (status === 400 && Array.isArray(reasons)) return { outcome: 'refused', reasons: reasons.map(String) }
  return { outcome: 'failed', message: `${status} ${JSON.stringify(body)}` }
}
