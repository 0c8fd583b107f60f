import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunksOf } from '../../../contracts/chunks.ts'
import { available, receive, release, reserve } from '../../../functions/inventory/stock.ts'

const item = { sku: 'A', received: 5, restocked: 1, reserved: 2 }

describe('stock', () => {
  it('sets aside what is on the shelf', () => {
    expect(reserve([item], [{ sku: 'A', quantity: 4 }])).toEqual({ stock: [{ ...item, reserved: 6 }] })
  })

  it('sets aside nothing when any line is short, and names all that are', () => {
    const lines = [
      { sku: 'A', quantity: 4 },
      { sku: 'B', quantity: 1 },
      { sku: 'C', quantity: 1 },
    ]
    expect(reserve([item, undefined, { ...item, sku: 'C', reserved: 6 }], lines)).toEqual({ short: ['B', 'C'] })
  })

  it('books deliveries and returns apart, and knows goods from their first delivery', () => {
    expect(receive([undefined], [{ sku: 'B', quantity: 7 }], 'delivery')).toEqual([
      { sku: 'B', received: 7, restocked: 0, reserved: 0 },
    ])
    expect(receive([item], [{ sku: 'A', quantity: 7 }], 'return')).toEqual([{ ...item, restocked: 8 }])
  })

  it('is as before when what was set aside is given back', () => {
    const lines = [{ sku: 'A', quantity: 4 }]
    const outcome = reserve([item], lines)
    expect('stock' in outcome && release(outcome.stock, lines)).toEqual([item])
  })

  it('never sets aside more than there is', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.array(fc.integer({ min: 1, max: 20 })), (received, wanted) => {
        let held = { sku: 'A', received, restocked: 0, reserved: 0 }
        for (const quantity of wanted) {
          const outcome = reserve([held], [{ sku: 'A', quantity }])
          if ('stock' in outcome) held = outcome.stock[0] ?? held
        }
        expect(available(held)).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('chunks', () => {
  it('name a stock code once, however many lines have it', () => {
    const lines = [
      { sku: 'A', quantity: 1 },
      { sku: 'B', quantity: 1 },
      { sku: 'A', quantity: 2 },
    ]
    expect(chunksOf(lines)).toEqual([
      [
        { sku: 'A', quantity: 3 },
        { sku: 'B', quantity: 1 },
      ],
    ])
  })

  it('hold at most 90 stock codes each and all of them together', () => {
    const line = fc.record({
      sku: fc.integer({ min: 0, max: 400 }).map(String),
      quantity: fc.integer({ min: 1, max: 9 }),
    })
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 600 }), (lines) => {
        const chunks = chunksOf(lines)
        expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(90)
        const skus = chunks.flat().map((piece) => piece.sku)
        expect(new Set(skus).size).toBe(skus.length)
        const units = (pieces: { quantity: number }[]) => pieces.reduce((sum, { quantity }) => sum + quantity, 0)
        expect(units(chunks.flat())).toBe(units(lines))
      }),
    )
  })
})
