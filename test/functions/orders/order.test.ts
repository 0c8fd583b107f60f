import { describe, expect, it } from 'vitest'
import { cancel, confirm, evolve, initial, place, shortList } from '../../../functions/orders/order.ts'
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

  it('is confirmed with its figures', () => {
    given(placed)
      .when((state) => confirm(state, 'o1'))
      .thenEvents(confirmed)
  })

  it('is cancelled with the reason', () => {
    given(placed)
      .when((state) => cancel(state, 'o1', 'out of stock: A'))
      .thenEvents(cancelled)
  })

  it('names ten of the goods that are short and counts the others', () => {
    const short = Array.from({ length: 12 }, (_, index) => `S${index}`)
    expect(shortList(short)).toBe('S0, S1, S2, S3, S4, S5, S6, S7, S8, S9 and 2 more')
  })

  it('stays as it was settled first', () => {
    given(placed, confirmed)
      .when((state) => cancel(state, 'o1', 'too late'))
      .thenNothing()
    given(placed, cancelled)
      .when((state) => confirm(state, 'o1'))
      .thenNothing()
  })

  it('cannot be settled before it is placed', () => {
    given()
      .when((state) => [...confirm(state, 'o1'), ...cancel(state, 'o1', 'never placed')])
      .thenNothing()
  })
})
