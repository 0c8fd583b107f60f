import { invalidParameter } from './errors.ts'

const SIZE = 100

/** One page of a listing; SNS's pages have 100 elements. */
export function page<T>(all: readonly T[], token: string | undefined): { items: T[]; NextToken?: string } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString())
  if (!Number.isInteger(start) || start < 0) throw invalidParameter('NextToken')
  const items = all.slice(start, start + SIZE)
  const end = start + SIZE
  return end < all.length ? { items, NextToken: Buffer.from(String(end)).toString('base64') } : { items }
}
