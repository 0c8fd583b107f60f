import { AwsError } from '../../../errors.ts'
import type { Shard, StreamState } from './stream.ts'

/** An iterator is good for so long after it was given out. */
const ITERATOR_MS = 900_000

/** A place in a shard: what comes after the record of that number. */
export interface Place {
  readonly arn: string
  readonly shard: string
  readonly after: number
}

/** Iterators are opaque to users; here the text holds the place and the time. */
export function iteratorText(place: Place, now: number): string {
  const body = Buffer.from(JSON.stringify([place.shard, place.after, now])).toString('base64')
  return `${place.arn}|1|${body}`
}

/** @throws AwsError for what is no iterator, or an old one */
export function placeOf(text: string, now: number): Place {
  const [arn, version, body] = text.split('|')
  const parsed = version === '1' && body !== undefined ? parsedBody(body) : undefined
  if (arn === undefined || !parsed) throw new AwsError('ValidationException', 'Invalid ShardIterator')
  const [shard, after, at] = parsed
  if (now - at > ITERATOR_MS)
    throw new AwsError(
      'ExpiredIteratorException',
      'The shard iterator has expired. Shard iterators are valid for only 15 minutes',
    )
  return { arn, shard, after }
}

function parsedBody(body: string): [string, number, number] | undefined {
  try {
    const bytes = Buffer.from(body, 'base64')
    // Node reads over what does not belong there; an iterator is whole, or none.
    if (bytes.toString('base64') !== body) return undefined
    const parsed: unknown = JSON.parse(bytes.toString())
    if (!Array.isArray(parsed)) return undefined
    const [shard, after, at] = parsed as unknown[]
    if (typeof shard !== 'string' || typeof after !== 'number' || typeof at !== 'number') return undefined
    return [shard, after, at]
  } catch {
    return undefined
  }
}

export function shardOf(state: StreamState, id: string | undefined): Shard {
  const shard = state.shards.find((each) => each.id === id)
  if (!shard)
    throw new AwsError(
      'ResourceNotFoundException',
      `Requested resource not found: Shard: ${id} in Stream: ${state.arn} not found`,
    )
  return shard
}

export const streamNotFound = (arn: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Requested resource not found: Stream: ${arn} not found`)
