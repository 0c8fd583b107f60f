import jsonata from 'jsonata'
import { digest, IntrinsicError, partition, range, seeded } from '../intrinsic/functions.ts'
import type { Json } from '../json.ts'
import type { Scope } from '../scope.ts'

/**
 * Functions that Step Functions adds to JSONata, and JSONata's own that would otherwise ask the machine for time and
 * randomness.
 */
export const jsonataFunctions = ({ kernel }: Scope): Readonly<Record<string, unknown>> => ({
  partition: (items: Json[], size: number) => partition(items, Math.round(size)),
  range: (first: number, last: number, step: number) => sequence(range(first, last, step)),
  hash: (data: Json, algorithm: string) => digest(data, algorithm ?? 'SHA-256'),
  random: (seed?: number) => (typeof seed === 'number' ? seeded(seed) : kernel.random.fraction('JSONata $random')),
  uuid: () => kernel.random.uuid('JSONata $uuid'),
  parse: (text: string) => JSON.parse(text) as Json,
  shuffle: (items: Json[]) => kernel.random.shuffled('JSONata $shuffle', items),
  millis: () => kernel.clock.now(),
  now: (picture?: string, zone?: string) => now.evaluate({}, { millis: kernel.clock.now(), picture, zone }),
  // AWS leaves $eval out: $parse reads JSON.
  eval: () => {
    throw new IntrinsicError('The function eval is not supported: use $parse')
  },
})

const now = jsonata('$fromMillis($millis, $picture, $zone)')

/** Arrays of this kind lose their brackets when they are a whole result of one element, as AWS was recorded to do. */
function sequence<T>(items: T[]): T[] {
  Object.defineProperty(items, 'sequence', { enumerable: false, value: true })
  return items
}
