import { afterAll, beforeAll } from 'vitest'
import { orderSaga } from './order-saga.ts'
import { ordersAndReturns } from './orders-and-returns.ts'
import { type RunningShop, startShop } from './running-shop.ts'
import { underFaults } from './under-faults.ts'

/** One shop for all tests, for starting its functions costs more than they do: each adds invoices, and the reconciliation is over all of them. */
let shop: RunningShop
beforeAll(async () => {
  shop = await startShop()
}, 60_000)
afterAll(() => shop.stop())

// First: within the first hour no sweeper is called, whose crash would be told by a dead letter.
underFaults(() => shop)
ordersAndReturns(() => shop)
orderSaga(() => shop)
