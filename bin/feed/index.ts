// The order feed and its reconciliation, as a contents page.

export { expectations } from './expectations.ts'
export { feed } from './feed.ts'
export { generateInvoices } from './generate.ts'
export { groupInvoices, type Invoice, type Invoices } from './invoices.ts'
export { readRows, UnusableFile } from './read-rows.ts'
export { type Effect, readHoldings } from './reconcile/holdings.ts'
export { messagesLeft } from './reconcile/queues.ts'
export { type Reconciliation, reconcile } from './reconcile/reconcile.ts'
export { reconciliationText } from './reconcile/text.ts'
export { ShopApi } from './shop-api.ts'
