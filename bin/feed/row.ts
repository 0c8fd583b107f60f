/** One row of a file in the format of the public UCI "Online Retail" data. */

export const HEADER = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
] as const

export interface Row {
  /** 1-based line of the file; the header is line 1. */
  readonly line: number
  readonly invoice: string
  readonly sku: string
  readonly description?: string
  /** Units as the file has them: negative on a cancellation. */
  readonly quantity: number
  /** Pence; may carry a fraction of a penny (the data has prices of 0.001 pounds). */
  readonly unitPrice: number
  /** ISO 8601. The file has no time zone; it is read as UTC, which is London's time in winter. */
  readonly invoicedAt: string
  readonly customerId?: string
  readonly country: string
}

export interface BadRow {
  readonly line: number
  /** Every rule the row breaks. */
  readonly reasons: readonly string[]
}

export type ReadRow = { readonly row: Row } | { readonly bad: BadRow }

/** What the API takes, in characters. */
const LONGEST = { sku: 40, description: 100, country: 60 } as const

/** A number that pandas wrote: "17850" and "17850.0" are the same whole number. */
const WHOLE = /^-?\d+(\.0*)?$/
const DECIMAL = /^-?\d+(\.\d{0,5}0*)?$/
const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{1,2}):(\d{2})(?::(\d{2}))?$/
/** The form of UCI's own spreadsheet: month/day/year. */
const US_DATE = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d{2})(?::(\d{2}))?$/

/** Checks the eight fields of one line. Never throws: a row that breaks a rule comes back as `bad` with every reason. */
export function readRow(fields: readonly string[], line: number): ReadRow {
  if (fields.length !== HEADER.length) {
    return { bad: { line, reasons: [`has ${fields.length} fields where the header has ${HEADER.length}`] } }
  }
  const trimmed = fields.map((field) => field.trim())
  const [invoice = '', sku = '', description = '', quantity = '', date = '', price = '', customer = '', country = ''] =
    trimmed
  const invoicedAt = readDate(date)
  const reasons = faultsOf({ invoice, sku, quantity, date, price, customer, country, invoicedAt })
  if (reasons.length > 0 || invoicedAt === undefined) return { bad: { line, reasons } }
  return {
    row: {
      line,
      invoice: invoice.toUpperCase(),
      sku,
      // A name for people: too long a one is cut, not refused.
      ...(description === '' ? {} : { description: description.slice(0, LONGEST.description) }),
      quantity: Number(quantity),
      unitPrice: poundsToPence(price),
      invoicedAt,
      ...(customer === '' ? {} : { customerId: String(Number(customer)) }),
      country: country === '' ? 'Unspecified' : country,
    },
  }
}

interface Fields {
  readonly invoice: string
  readonly sku: string
  readonly quantity: string
  readonly date: string
  readonly price: string
  readonly customer: string
  readonly country: string
  readonly invoicedAt: string | undefined
}

function faultsOf({ invoice, sku, quantity, date, price, customer, country, invoicedAt }: Fields): string[] {
  return [
    {
      broken: !/^[A-Z]?\d+$/i.test(invoice),
      reason: `InvoiceNo ${quoted(invoice)} is not a number, with a letter before it or not`,
    },
    { broken: sku === '', reason: 'StockCode is empty' },
    { broken: sku.length > LONGEST.sku, reason: `StockCode ${quoted(sku)} is longer than ${LONGEST.sku} characters` },
    {
      broken: !WHOLE.test(quantity) || !Number.isSafeInteger(Number(quantity)),
      reason: `Quantity ${quoted(quantity)} is not a whole number`,
    },
    { broken: invoicedAt === undefined, reason: `InvoiceDate ${quoted(date)} is not a date like 2010-12-01 08:26:00` },
    { broken: !DECIMAL.test(price), reason: `UnitPrice ${quoted(price)} is not a decimal number of pounds` },
    {
      broken: customer !== '' && !WHOLE.test(customer),
      reason: `CustomerID ${quoted(customer)} is not a whole number`,
    },
    {
      broken: country.length > LONGEST.country,
      reason: `Country ${quoted(country)} is longer than ${LONGEST.country} characters`,
    },
  ].flatMap(({ broken, reason }) => (broken ? [reason] : []))
}

function quoted(value: string): string {
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value)
}

/** "2.55" -> 255; rounded at the thousandth of a penny so that no binary fraction is left over. */
function poundsToPence(pounds: string): number {
  return Math.round(Number(pounds) * 100_000) / 1000
}

function readDate(text: string): string | undefined {
  const iso = ISO_DATE.exec(text)
  const us = US_DATE.exec(text)
  if (iso) return toIso(iso[1], iso[2], iso[3], iso[4], iso[5], iso[6])
  if (us) return toIso(us[3], us[1], us[2], us[4], us[5], us[6])
  return undefined
}

/** Undefined for a day that does not exist, such as 30 February: Date would roll it over to March. */
function toIso(...parts: (string | undefined)[]): string | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map((part) => Number(part ?? 0))
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hour
  return same && minute < 60 && second < 60 ? date.toISOString() : undefined
}
