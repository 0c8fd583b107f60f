import { expect } from 'vitest'
import { generateInvoices, type Invoice, type Reconciliation, reconciliationText } from '../../bin/feed/index.ts'

/** Generated invoices with numbers of their own. */
export function some(count: number, seed: number): Invoice[] {
  return generateInvoices({ count, seed }).map((invoice) => ({ ...invoice, number: `${invoice.number}${seed}` }))
}

/** Every figure is as expected; where one differs, the whole reconciliation is told. */
export function expectAllFigures(result: Reconciliation): void {
  expect(result.ok, reconciliationText(result)).toBe(true)
}
