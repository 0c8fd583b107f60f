import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { isRecord, type Row, rowsOf } from './rows.ts'
import { Tally } from './tally.ts'

/** Every kind of effect that an order or a return has somewhere; amounts are pence, units or points. */
export const EFFECTS = [
  'order placed',
  'stock reserved',
  'payment taken',
  'charge at the provider',
  'order confirmed',
  'order in the read model',
  'shipping notice',
  'points earned',
  'return requested',
  'refund paid',
  'refund at the provider',
  'goods restocked',
  'return completed',
  'points taken back',
] as const
export type Effect = (typeof EFFECTS)[number]

export interface StockFigures {
  readonly reserved: number
  readonly restocked: number
}

/** What all services hold together. */
export class Holdings {
  readonly effects = new Map<Effect, Tally>(EFFECTS.map((effect) => [effect, new Tally()]))
  /** Events in the journal by contract name, by the order or return that they concern. */
  readonly journal = new Map<string, Tally>()
  /** Orders that fell through, with the reason. */
  readonly cancelled = new Map<string, string>()
  readonly stock = new Map<string, StockFigures>()
  /** Lines of the chunks that reservations hold: order id -> chunk -> lines. */
  readonly chunks = new Map<string, Map<number, readonly StockLine[]>>()
  readonly parked: string[] = []
  /** Sagas that wait for an operator, with what they are stuck at. */
  readonly stuck: string[] = []

  tally(effect: Effect): Tally {
    const tally = this.effects.get(effect)
    if (!tally) throw new Error(`no tally of ${effect}`)
    return tally
  }

  journalOf(type: string): Tally {
    const tally = this.journal.get(type) ?? new Tally()
    this.journal.set(type, tally)
    return tally
  }
}

export interface StockLine {
  readonly sku: string
  readonly quantity: number
}

/** The shop's tables by service. */
export type Tables = Readonly<Record<string, string>>

/** Reads the services' tables, each as a whole: nothing is asked of the services themselves. */
export async function readHoldings(client: DynamoDBClient, tables: Tables): Promise<Holdings> {
  const holdings = new Holdings()
  await Promise.all(
    Object.values(tables).map(async (table) => {
      for await (const row of rowsOf(client, table)) book(holdings, row)
    }),
  )
  for (const [orderId, chunks] of holdings.chunks) {
    const units = [...chunks.values()].flat().reduce((sum, line) => sum + line.quantity, 0)
    if (units > 0) holdings.tally('stock reserved').add(orderId, units, 0)
  }
  return holdings
}

function book(holdings: Holdings, row: Row): void {
  if (row.kind === 'parked') holdings.parked.push(`${row.consumer}: ${row.group}`)
  else if (row.kind === 'saga') holdings.stuck.push(stuckSaga(row.saga, row.sagaId, JSON.parse(row.attention)))
  else if (row.kind === 'event') EVENTS[row.type]?.(holdings, fieldsOf(row.data))
  else if (row.kind === 'item') ITEMS[row.store]?.(holdings, fieldsOf(row.item))
  else bookMoney(holdings, row.pk, row.row)
}

function stuckSaga(saga: string, sagaId: string, attention: Record<string, unknown>): string {
  const { text } = fieldsOf(attention)
  return `${saga} ${sagaId} at '${text('state')}': ${text('code')}`
}

const EVENTS: Readonly<Record<string, (holdings: Holdings, data: Fields) => void>> = {
  'orders.OrderPlaced': (to, data) => to.tally('order placed').add(data.text('orderId'), data.number('total')),
  'orders.OrderConfirmed': (to, data) => to.tally('order confirmed').add(data.text('orderId'), data.number('total')),
  'orders.OrderCancelled': (to, data) => to.cancelled.set(data.text('orderId'), data.text('reason')),
  'inventory.StockReserved': (to, data) => to.tally('stock reserved').add(data.text('orderId'), 0),
  'inventory.ChunkReserved': (to, data) => {
    const chunks = to.chunks.get(data.text('orderId')) ?? new Map<number, readonly StockLine[]>()
    to.chunks.set(data.text('orderId'), chunks.set(data.number('chunk'), data.lines()))
  },
  'inventory.ChunkReleased': (to, data) => to.chunks.get(data.text('orderId'))?.set(data.number('chunk'), []),
  'payments.PaymentTaken': (to, data) => to.tally('payment taken').add(data.text('orderId'), data.number('amount')),
  'payments.PaymentRefunded': (to, data) => to.tally('refund paid').add(data.text('returnId'), data.number('amount')),
  'loyalty.PointsEarned': (to, data) => to.tally('points earned').add(data.text('orderId'), data.number('points')),
  'loyalty.PointsTakenBack': (to, data) =>
    to.tally('points taken back').add(data.text('returnId'), data.number('points')),
  'returns.ReturnRequested': (to, data) =>
    to.tally('return requested').add(data.text('returnId'), data.number('total')),
  // A return's goods may come in parts: together they are one restocking.
  'returns.RestockNoted': (to, data) =>
    to.tally('goods restocked').add(data.text('returnId'), data.number('units'), data.number('part') === 0 ? 1 : 0),
  'returns.ReturnCompleted': (to, data) =>
    to.tally('return completed').add(data.text('returnId'), data.number('amount')),
}

const ITEMS: Readonly<Record<string, (holdings: Holdings, item: Fields) => void>> = {
  order: (to, item) => {
    const value = item.text('status') === 'confirmed' ? item.number('total') : 0
    to.tally('order in the read model').add(item.text('orderId'), value)
  },
  notice: (to, item) => to.tally('shipping notice').add(item.text('orderId'), item.number('units')),
  stock: (to, item) =>
    to.stock.set(item.text('sku'), { reserved: item.number('reserved'), restocked: item.number('restocked') }),
  entry: (to, item) => {
    const data = item.record('data')
    const about = data.optional('orderId') ?? data.optional('returnId') ?? data.optional('receiptId')
    to.journalOf(item.text('type')).add(about ?? item.text('subject'), 0)
  },
}

/** The provider's books know the shop's ids as references: two charges under two keys are two here. */
function bookMoney(to: Holdings, pk: string, row: Record<string, unknown>): void {
  const fields = fieldsOf(row)
  if (pk.startsWith('refund#'))
    to.tally('refund at the provider').add(fields.text('reference'), fields.number('amount'))
  else if (fields.record('answer').optional('status') === 'taken')
    to.tally('charge at the provider').add(fields.text('reference'), fields.number('amount'))
}

interface Fields {
  text(name: string): string
  number(name: string): number
  optional(name: string): string | undefined
  record(name: string): Fields
  /** The member `lines`. */
  lines(): readonly StockLine[]
}

/** Members of a row that services wrote. @throws TypeError where one is missing: then the row is no longer understood. */
function fieldsOf(row: Record<string, unknown>): Fields {
  const member = <T>(name: string, is: (value: unknown) => value is T): T => {
    const value = row[name]
    if (is(value)) return value
    throw new TypeError(`a row has ${name} ${JSON.stringify(value)}: ${JSON.stringify(row).slice(0, 200)}`)
  }
  const isText = (value: unknown) => typeof value === 'string'
  return {
    text: (name) => member(name, isText),
    number: (name) => member(name, (value) => typeof value === 'number'),
    optional: (name) => (isText(row[name]) ? row[name] : undefined),
    record: (name) => fieldsOf(isRecord(row[name]) ? row[name] : {}),
    lines: () => member('lines', (value): value is readonly StockLine[] => Array.isArray(value)),
  }
}
