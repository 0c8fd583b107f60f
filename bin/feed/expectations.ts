import type { Invoice, InvoiceLine } from './invoices.ts'

/**
 * What must come out of the shop, computed from the file alone: nothing here imports the services' code, so that a
 * mistake in a service cannot hide in its own check. Money in pence.
 */
export interface Expectations {
  readonly orders: {
    readonly in: number
    readonly accepted: ReadonlyMap<string, ExpectedOrder>
    readonly refused: ReadonlyMap<string, readonly string[]>
    readonly value: number
    readonly units: number
  }
  readonly returns: {
    readonly in: number
    readonly accepted: ReadonlyMap<string, ExpectedReturn>
    readonly refused: ReadonlyMap<string, readonly string[]>
    readonly refunded: number
    readonly restocked: number
  }
  /** Bookkeeping invoices: told, never sent. */
  readonly adjustments: readonly string[]
  /** Units sold per stock code, over the accepted orders. */
  readonly sold: ReadonlyMap<string, number>
  readonly restocked: ReadonlyMap<string, number>
  /** Points per known customer: earned by orders less taken back by returns. */
  readonly points: ReadonlyMap<string, number>
}

export interface ExpectedOrder {
  readonly customerId?: string
  readonly value: number
  readonly units: number
  /** 0 for a guest. */
  readonly points: number
}

export interface ExpectedReturn {
  readonly customerId?: string
  readonly value: number
  readonly units: number
  /** Points taken back; 0 for a guest. */
  readonly points: number
}

/** As the API's documentation says. */
const MOST_LINES = 1200

export function expectations(invoices: readonly Invoice[]): Expectations {
  const orders = judge(invoices.filter((invoice) => invoice.kind === 'order'))
  const returns = judge(invoices.filter((invoice) => invoice.kind === 'return').map(asReturned))
  return {
    orders: {
      in: orders.in,
      accepted: orders.accepted,
      refused: orders.refused,
      value: orders.value,
      units: orders.units,
    },
    returns: {
      in: returns.in,
      accepted: returns.accepted,
      refused: returns.refused,
      refunded: returns.value,
      restocked: returns.units,
    },
    adjustments: invoices.filter((invoice) => invoice.kind === 'adjustment').map((invoice) => invoice.number),
    sold: orders.unitsBySku,
    restocked: returns.unitsBySku,
    points: pointsByCustomer(orders.accepted.values(), returns.accepted.values()),
  }
}

/** The file writes a return's quantities below zero; what comes back is counted above it. */
function asReturned(invoice: Invoice): Invoice {
  return { ...invoice, lines: invoice.lines.map((line) => ({ ...line, quantity: -line.quantity })) }
}

function judge(invoices: readonly Invoice[]) {
  const accepted = new Map<string, ExpectedOrder>()
  const refused = new Map<string, readonly string[]>()
  const unitsBySku = new Map<string, number>()
  for (const invoice of invoices) {
    const reasons = [...lengthFault(invoice), ...invoice.lines.flatMap(faultsOf)]
    if (reasons.length > 0) {
      refused.set(invoice.number, reasons)
      continue
    }
    accepted.set(invoice.number, figuresOf(invoice))
    for (const line of invoice.lines) unitsBySku.set(line.sku, (unitsBySku.get(line.sku) ?? 0) + line.quantity)
  }
  const value = sum([...accepted.values()].map((figures) => figures.value))
  const units = sum([...accepted.values()].map((figures) => figures.units))
  return { in: invoices.length, accepted, refused, unitsBySku, value, units }
}

function lengthFault({ lines }: Invoice): string[] {
  return lines.length > MOST_LINES ? [`${lines.length} lines, the API takes ${MOST_LINES}`] : []
}

function faultsOf(line: InvoiceLine): string[] {
  return [
    ...(line.quantity > 0 ? [] : [`${line.sku}: quantity ${line.quantity}`]),
    ...(line.unitPrice > 0 ? [] : [`${line.sku}: price ${line.unitPrice / 100}`]),
  ]
}

function figuresOf(invoice: Invoice): ExpectedOrder {
  const value = sum(invoice.lines.map((line) => Math.round(line.quantity * line.unitPrice)))
  const units = sum(invoice.lines.map((line) => line.quantity))
  if (invoice.customerId === undefined) return { value, units, points: 0 }
  return { customerId: invoice.customerId, value, units, points: Math.floor(value / 100) }
}

function pointsByCustomer(orders: Iterable<ExpectedOrder>, returns: Iterable<ExpectedReturn>): Map<string, number> {
  const points = new Map<string, number>()
  const add = (customerId: string | undefined, change: number) => {
    if (customerId !== undefined) points.set(customerId, (points.get(customerId) ?? 0) + change)
  }
  for (const order of orders) add(order.customerId, order.points)
  for (const back of returns) add(back.customerId, -back.points)
  return points
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
