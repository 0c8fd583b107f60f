import { between, invalid, satisfies } from './constraints.ts'

interface PageRequest {
  readonly NextToken?: string | undefined
  readonly Limit?: number | undefined
}

/** One page of a listing in a stable order. The token is the position, in base 64. */
export function page<T>(all: readonly T[], { NextToken, Limit }: PageRequest): { items: T[]; NextToken?: string } {
  satisfies(between('limit', Limit, 1, 100))
  const start = NextToken === undefined ? 0 : Number(Buffer.from(NextToken, 'base64').toString())
  if (!Number.isInteger(start) || start < 0) throw invalid('Invalid token.')
  const end = start + (Limit ?? 100)
  const items = all.slice(start, end)
  return end < all.length ? { items, NextToken: Buffer.from(String(end)).toString('base64') } : { items }
}
