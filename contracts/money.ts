import * as z from 'zod/mini'
import { Count } from './fields.ts'

/** Whole pence. */
export const Pence = Count

/** Pence for one unit. A price may carry a fraction of a penny (to a thousandth); amounts of money never do. */
export const UnitPrice = z
  .number({ error: (issue) => `must be a number of pence, not ${JSON.stringify(issue.input)}` })
  .check(
    z.positive({ error: (issue) => `must be above 0, is ${issue.input}` }),
    z.refine((pence) => Number.isInteger(Math.round(pence * 1e6) / 1e3), {
      error: (issue) => `must have at most 3 decimals of a penny, is ${issue.input}`,
    }),
  )

/** Pence for a line, rounded half up to a whole penny. */
export function lineTotal(line: { readonly quantity: number; readonly unitPrice: number }): number {
  return Math.round(line.quantity * line.unitPrice)
}

export function total(lines: readonly { readonly quantity: number; readonly unitPrice: number }[]): number {
  return lines.reduce((sum, line) => sum + lineTotal(line), 0)
}
