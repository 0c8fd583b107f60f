import { describe, expect, it } from 'vitest'
import { expectations } from '../../../bin/feed/expectations.ts'
import { generateInvoices } from '../../../bin/feed/generate.ts'

describe('generated invoices', () => {
  it('are the same for the same seed and others for another', () => {
    expect(generateInvoices({ seed: 7 })).toEqual(generateInvoices({ seed: 7 }))
    expect(generateInvoices({ seed: 7 })).not.toEqual(generateInvoices({ seed: 8 }))
  })

  it('have a bit of everything in a few dozen', () => {
    const invoices = generateInvoices()
    const { orders, returns, points } = expectations(invoices)
    expect(invoices).toHaveLength(36)
    expect(orders.accepted.size).toBeGreaterThan(20)
    expect(orders.refused.size).toBeGreaterThan(0)
    expect(returns.accepted.size).toBeGreaterThan(0)
    expect(points.size).toBeGreaterThan(3)
    expect(invoices.some((invoice) => invoice.customerId === undefined)).toBe(true)
  })
})
