import { type Carried, RUNTIME } from './carried.ts'
import { type Duration, milliseconds } from './duration.ts'

/** A limit that all workers of a consumer keep together, as plain data, which carries the way to its runtime. */
export interface RateDeclaration extends Carried<typeof import('./runtime/rate.ts')> {
  /** Consumers of a service that name the same rate share it. @default the consumer's id */
  readonly name?: string
  /** Milliseconds between two messages, on average. */
  readonly interval: number
  /** Messages at once, after a pause. */
  readonly burst: number
}

/**
 * A strict limit: `rate(50, '1s')` begins no more than 50 attempts a second, and no more than `burst` at once, over all workers. What
 * is over it goes back to the queue, which uses up no attempt.
 * @throws RangeError for a count below 1 or a time of 0
 */
export function rate(
  count: number,
  per: Duration,
  { burst = 1, name }: { readonly burst?: number; readonly name?: string } = {},
): RateDeclaration {
  const interval = milliseconds(per) / count
  if (!(count >= 1 && interval > 0)) throw new RangeError(`rate ${count} per ${per}: at least 1, and per some time`)
  if (!(Number.isInteger(burst) && burst >= 1)) throw new RangeError(`rate burst ${burst}: a whole number from 1`)
  return { interval, burst, ...(name !== undefined && { name }), [RUNTIME]: () => import('./runtime/rate.ts') }
}
