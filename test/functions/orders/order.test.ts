import { describe, expect, it } from 'vitest'
import { evolve, initial, place, settle } from '../../../functions/orders/order.ts'
import { specification } from '../decider.ts'

const { given } = specification({ initial, evolve })

const request = {
  orderId: 'o1',
  customerId: 'c1',
  country: 'EIRE',
  lines: [
    { sku: 'A', quantity: 3, unitPrice: 255 },
    { sku: 'B', quantity: 3, unitPrice: 0.1 },
  ],
}
const placed = { type: 'orders.OrderPlaced', data: { ...request, total: 765, units: 6 } } as const
const figures = { customerId: 'c1', country: 'EIRE', total: 765, units: 6 }
const confirmed = { type: 'orders.OrderConfirmed', data: { orderId: 'o1', ...figures } } as const
const cancelled = { type: 'orders.OrderCancelled', data: { orderId: 'o1', reason: 'out of stock: A' } } as const
const taken = { type: 'payments.PaymentTaken', data: { orderId: 'o1', amount: 765, chargeId: 'ch' } } as const
const declined = { type: 'payments.PaymentDeclined', data: { orderId: 'o1', amount: 765, reason: 'no cover' } } as const
const rejected = { type: 'inventory.StockRejected', data: { orderId: 'o1', short: ['A'] as string[] } } as const

describe('an order', () => {
  it('is placed with its total in whole pence, each line rounded', () => {
    given()
      .when((state) => place(state, request))
      .thenEvents(placed)
  })

  it('is placed once', () => {
    given(placed)
      .when((state) => place(state, request))
      .thenNothing()
  })

  it('is confirmed when it is paid', () => {
    given(placed)
      .when((state) => settle(state, taken))
      .thenEvents(confirmed)
  })

  it('is cancelled with the reason when payment is declined', () => {
    given(placed)
      .when((state) => settle(state, declined))
      .thenEvents({ ...cancelled, data: { orderId: 'o1', reason: 'payment declined: no cover' } })
  })

  it('is cancelled with the goods that are short', () => {
    given(placed)
      .when((state) => settle(state, rejected))
      .thenEvents(cancelled)
  })

  it('names ten of the goods that are short and counts the others', () => {
    const short = Array.from({ length: 12 }, (_, index) => `S${index}`)
    const [event] = settle(given(placed).state, { ...rejected, data: { orderId: 'o1', short } })
    expect(event?.data).toMatchObject({ reason: 'out of stock: S0, S1, S2, S3, S4, S5, S6, S7, S8, S9 and 2 more' })
  })

  it('stays as it was settled first', () => {
    given(placed, confirmed)
      .when((state) => settle(state, declined))
      .thenNothing()
    given(placed, cancelled)
      .when((state) => settle(state, taken))
      .thenNothing()
  })

  it('cannot be settled before it is placed', () => {
    given()
      .when((state) => settle(state, taken))
      .thenThrows(/order o1, which was never placed/)
  })
})
