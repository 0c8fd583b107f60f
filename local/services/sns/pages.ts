import { invalidParameter } from './errors.ts'

const SIZE = 100

/** @throws AwsError InvalidParameter for what is no token of these pages */
function startOf(token: string): number {
  const text = Buffer.from(token, 'base64').toString()
  if (!/^[1-9]\d*$/.test(text)) throw invalidParameter('NextToken')
  return Number(text)
}

/** One page of a listing; SNS's pages have 100 elements. */
export function page<T>(all: readonly T[], token: string | undefined): { items: T[]; NextToken?: string } {
  const start = token ? startOf(token) : 0
  const items = all.slice(start, start + SIZE)
  const end = start + SIZE
  return end < all.length ? { items, NextToken: Buffer.from(String(end)).toString('base64') } : { items }
}
