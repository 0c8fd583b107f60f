import type { BadRow, ReadRow, Row } from './row.ts'

/**
 * What an invoice of the file is to the shop. `order`: a plain number. `return`: a number after C (a cancellation).
 * `adjustment`: a number after another letter (A: bad debt written off); bookkeeping that no customer ordered.
 */
export type InvoiceKind = 'order' | 'return' | 'adjustment'

export interface InvoiceLine {
  readonly sku: string
  readonly description?: string
  /** As the file has it: negative on a return. */
  readonly quantity: number
  /** Pence, see Row. */
  readonly unitPrice: number
}

export interface Invoice {
  readonly number: string
  readonly kind: InvoiceKind
  readonly invoicedAt: string
  readonly customerId?: string
  readonly country: string
  readonly lines: readonly InvoiceLine[]
}

export interface Invoices {
  /** In the order in which their first rows stand in the file. */
  readonly invoices: readonly Invoice[]
  readonly badRows: readonly BadRow[]
  readonly rows: number
  readonly rowsWithoutCustomer: number
}

/** Groups rows by invoice number, wherever in the file they stand. The invoice's date, customer and country are its first row's. */
export async function groupInvoices(rows: AsyncIterable<ReadRow> | Iterable<ReadRow>): Promise<Invoices> {
  const invoices = new Map<string, Invoice & { lines: InvoiceLine[] }>()
  const badRows: BadRow[] = []
  let count = 0
  let guests = 0
  for await (const read of rows) {
    count += 1
    if ('bad' in read) {
      badRows.push(read.bad)
      continue
    }
    const { row } = read
    if (row.customerId === undefined) guests += 1
    const invoice = invoices.get(row.invoice) ?? openInvoice(row)
    invoices.set(row.invoice, invoice)
    invoice.lines.push(lineOf(row))
  }
  return { invoices: [...invoices.values()], badRows, rows: count, rowsWithoutCustomer: guests }
}

function openInvoice(row: Row): Invoice & { lines: InvoiceLine[] } {
  return {
    number: row.invoice,
    kind: kindOf(row.invoice),
    invoicedAt: row.invoicedAt,
    ...(row.customerId === undefined ? {} : { customerId: row.customerId }),
    country: row.country,
    lines: [],
  }
}

function kindOf(invoice: string): InvoiceKind {
  if (/^\d/.test(invoice)) return 'order'
  return invoice.startsWith('C') ? 'return' : 'adjustment'
}

function lineOf(row: Row): InvoiceLine {
  return {
    sku: row.sku,
    ...(row.description === undefined ? {} : { description: row.description }),
    quantity: row.quantity,
    unitPrice: row.unitPrice,
  }
}
