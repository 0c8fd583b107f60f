import { describe, expect, it } from 'vitest'
import { project, summary } from '../../../functions/view/order-view.ts'

const NOW = '2026-01-01T00:00:00.000Z'
const data = { orderId: 'o1', country: 'EIRE', lines: [{ sku: 'A', quantity: 1, unitPrice: 5 }], total: 5, units: 1 }
const placed = { type: 'orders.OrderPlaced', data } as const
const confirmed = {
  type: 'orders.OrderConfirmed',
  data: { orderId: 'o1', country: 'EIRE', total: 5, units: 1 },
} as const
const cancelled = { type: 'orders.OrderCancelled', data: { orderId: 'o1', reason: 'no cover' } } as const

const first = { ...data, status: 'placed', orderedAt: NOW, version: 1 } as const

describe('the order view', () => {
  it('begins with the order as it was placed', () => {
    expect(project(undefined, placed, 1, NOW)).toEqual(first)
  })

  it("shows the customer's own time where it is known", () => {
    const orderedAt = '2010-12-01T08:26:00.000Z'
    expect(project(undefined, { ...placed, data: { ...data, orderedAt } }, 1, NOW)).toMatchObject({ orderedAt })
  })

  it('follows the order to its end', () => {
    expect(project(first, confirmed, 2, NOW)).toEqual({ ...first, status: 'confirmed', version: 2 })
    expect(project(first, cancelled, 2, NOW)).toEqual({ ...first, status: 'cancelled', reason: 'no cover', version: 2 })
  })

  it('ignores an event that it shows already', () => {
    expect(project({ ...first, version: 2 }, placed, 1, NOW)).toBeUndefined()
    expect(project({ ...first, version: 2 }, confirmed, 2, NOW)).toBeUndefined()
  })

  it('waits for an event that is missing', () => {
    expect(() => project(undefined, confirmed, 2, NOW)).toThrow(/event 2 of order o1 came after event 0/)
  })

  it('shows the number of lines in a list', () => {
    expect(summary(first)).toMatchObject({ orderId: 'o1', lines: 1 })
  })
})
