import { invalidToken } from '../errors.ts'
import { atMost, between, satisfies } from './constraints.ts'

interface PageRequest {
  readonly nextToken?: string | undefined
  readonly maxResults?: number | undefined
}

/** One page of a listing in a stable order; 0 asks for the default of 100. @throws AwsError ValidationException, InvalidToken */
export function page<T>(
  all: readonly T[],
  { nextToken, maxResults }: PageRequest,
  longestToken = 1024,
): { items: T[]; nextToken?: string } {
  satisfies(between('maxResults', maxResults, 0, 1000), atMost('nextToken', nextToken, longestToken))
  const start = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, 'base64').toString())
  if (!Number.isInteger(start) || start < 0) throw invalidToken(`Invalid token: ${nextToken}`)
  const end = start + (maxResults || 100)
  const items = all.slice(start, end)
  return end < all.length ? { items, nextToken: Buffer.from(String(end)).toString('base64') } : { items }
}
