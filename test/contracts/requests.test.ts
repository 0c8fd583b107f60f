import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type Line, MOST_LINES, sizeProblems } from '../../contracts/lines.ts'
import { OrderRequest } from '../../contracts/orders.ts'

function reasons(request: unknown): string[] {
  const result = OrderRequest.safeParse(request)
  return result.success ? [] : result.error.issues.map((issue) => `${z.core.toDotPath(issue.path)} ${issue.message}`)
}

const line = { sku: 'A', quantity: 1, unitPrice: 255 }

describe('an order request', () => {
  it('is refused with every reason at once', () => {
    const lines = [line, { ...line, quantity: -2, unitPrice: 0 }, { ...line, quantity: 1.5 }]
    expect(reasons({ country: 'EIRE', lines })).toEqual([
      'lines[1].quantity must be above 0, is -2',
      'lines[1].unitPrice must be above 0, is 0',
      'lines[2].quantity must be a whole number, is 1.5',
    ])
  })

  it('may be a guest order, with prices to a thousandth of a penny', () => {
    expect(reasons({ country: 'EIRE', lines: [{ ...line, unitPrice: 0.1 }] })).toEqual([])
    expect(reasons({ country: 'EIRE', lines: [{ ...line, unitPrice: 0.0001 }] })).toEqual([
      'lines[0].unitPrice must have at most 3 decimals of a penny, is 0.0001',
    ])
  })

  it('is refused with members that would be ignored', () => {
    expect(reasons({ country: 'EIRE', lines: [line], coupon: 'X' })).toEqual([' Unrecognized key: "coupon"'])
  })

  it('is refused without lines and above 1200 of them', () => {
    expect(reasons({ country: 'EIRE', lines: [] })).toHaveLength(1)
    expect(reasons({ country: 'EIRE', lines: Array(1201).fill(line) })).toHaveLength(1)
  })

  it('fits a message with the most lines and the longest descriptions, unless its texts take several bytes a character', () => {
    const longest = (character: string): Line[] =>
      Array(MOST_LINES).fill({
        sku: 'S'.repeat(10),
        description: character.repeat(100),
        quantity: 80_995,
        unitPrice: 1275.125,
      })
    expect(sizeProblems(longest('x'))).toEqual([])
    expect(sizeProblems(longest('\u00e9'))).toEqual([
      expect.stringMatching(/^body.lines: \d+ bytes of JSON, at most 240000: send it in two$/),
    ])
  })
})
