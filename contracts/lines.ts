import * as z from 'zod/mini'
import { text } from './fields.ts'
import { UnitPrice } from './money.ts'

/** The largest order of the real data has 1,114 lines; this many with the longest descriptions still fit every limit of the route. */
export const MOST_LINES = 1200

/**
 * Bytes of an order's or return's lines as JSON: with the envelope around them they still fit an SNS message. Texts in other
 * alphabets take up to four bytes a character, so the number of lines alone does not tell.
 */
const MOST_BYTES = 240_000

/** Why the lines do not fit a message; empty where they do. */
export function sizeProblems(lines: readonly Line[]): string[] {
  const bytes = Buffer.byteLength(JSON.stringify(lines))
  return bytes > MOST_BYTES ? [`body.lines: ${bytes} bytes of JSON, at most ${MOST_BYTES}: send it in two`] : []
}

/** Units of a stock code. */
export const Quantity = z
  .int({ error: (issue) => `must be a whole number, is ${JSON.stringify(issue.input)}` })
  .check(z.positive({ error: (issue) => `must be above 0, is ${issue.input}` }))

export const Sku = text(40)
export const CustomerId = text(40)

/** A line of an order or of a return. */
export const Line = z.strictObject({
  sku: Sku,
  description: z.optional(z.string().check(z.maxLength(100))),
  quantity: Quantity,
  unitPrice: UnitPrice,
})
export type Line = z.infer<typeof Line>

export const Lines = z.array(Line).check(z.minLength(1), z.maxLength(MOST_LINES))

/** Units of a stock code, without money. */
export const StockLine = z.strictObject({ sku: Sku, quantity: Quantity })
export type StockLine = z.infer<typeof StockLine>

export function unitsOf(lines: readonly { readonly quantity: number }[]): number {
  return lines.reduce((sum, line) => sum + line.quantity, 0)
}
