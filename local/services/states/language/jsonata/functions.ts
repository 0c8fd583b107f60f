import { hash } from 'node:crypto'
import jsonata from 'jsonata'
import { algorithms, partition } from '../intrinsic/functions.ts'
import type { Json } from '../json.ts'
import type { Scope } from '../scope.ts'
import { memoryExceeded } from './bounds.ts'
import { javaRandom } from './java-random.ts'

type Argument = Json | undefined
type JsonataFunction = (...given: Argument[]) => unknown

/** A mistake of a call. JSONata fills its text for the code with the parts, as it does for its own mistakes. */
class CallError extends Error {
  override readonly name = 'CallError'
  readonly code: string

  constructor(code: string, parts: Readonly<Record<string, unknown>>) {
    super()
    this.code = code
    Object.assign(this, parts)
  }
}

/** Elements that `$range` makes: measured, and fewer than the bound of every value would have. */
const MAX_RANGE = 360_145

/**
 * Functions that Step Functions adds to JSONata, and JSONata's own that would otherwise ask the machine for time and
 * randomness.
 */
export const jsonataFunctions = ({ kernel }: Scope): Readonly<Record<string, unknown>> => ({
  partition: taking('partition', 2, chunks),
  range: taking('range', 3, sequence),
  hash: taking('hash', 2, digest),
  random: taking('random', 1, (seed) =>
    seed === undefined ? kernel.random.fraction('JSONata $random') : javaRandom(whole('random', 1, seed)),
  ),
  uuid: taking('uuid', 0, () => kernel.random.uuid('JSONata $uuid')),
  parse: taking('parse', 1, parse),
  shuffle: (items: Json[]) => kernel.random.shuffled('JSONata $shuffle', items),
  millis: () => kernel.clock.now(),
  now: (picture?: string, zone?: string) => now.evaluate({}, { millis: kernel.clock.now(), picture, zone }),
  // AWS leaves $eval out: $parse reads JSON.
  eval: undefined,
})

const now = jsonata('$fromMillis($millis, $picture, $zone)')

/** The function, which refuses the first argument that it does not take. */
const taking =
  (name: string, count: number, run: JsonataFunction): JsonataFunction =>
  (...given) => {
    if (given[count] !== undefined) throw mismatch(name, count + 1)
    return run(...given)
  }

const mismatch = (name: string, position: number): CallError => new CallError('T0410', { index: position, token: name })

/** Numbers are rounded towards zero. */
function whole(name: string, position: number, value: Argument): number {
  if (typeof value !== 'number') throw mismatch(name, position)
  return Math.trunc(value) + 0
}

function chunks(items: Argument, size: Argument): unknown {
  if (items === undefined) return undefined
  if (!Array.isArray(items)) throw new CallError('T0412', { index: 1, token: 'partition' })
  if (items.length === 0) return undefined
  const each = size === undefined ? items.length : whole('partition', 2, size)
  if (each < 0) throw new CallError('D3137', { message: 'Second argument must be zero or greater' })
  return each === 0 ? undefined : partition([...items], each)
}

/** A range of one element is that element, and one that leads nowhere is nothing. */
function sequence(from: Argument, to: Argument, by: Argument): unknown {
  const first = whole('range', 1, from)
  const last = whole('range', 2, to)
  const step = by === undefined ? 0 : whole('range', 3, by)
  const count = step === 0 ? 0 : Math.floor((last - first) / step) + 1
  if (count < 1) return undefined
  if (count > MAX_RANGE) throw memoryExceeded()
  return first === last ? first : collapsing(Array.from({ length: count }, (_, index) => first + index * step))
}

/** Arrays of this kind lose their brackets when they are a whole result of one element, as AWS was recorded to do. */
function collapsing<T>(items: T[]): T[] {
  Object.defineProperty(items, 'sequence', { enumerable: false, value: true })
  return items
}

function digest(data: Argument, algorithm: Argument): unknown {
  if (typeof data !== 'string') throw mismatch('hash', 1)
  if (algorithm === undefined) return undefined
  if (typeof algorithm !== 'string') throw mismatch('hash', 2)
  const name = algorithms[algorithm]
  if (name === undefined) {
    const known = 'SHA-1, SHA-384, SHA-256, SHA-512, MD5'
    throw new CallError('D3137', { message: `Hash algorithm '${algorithm}' must be one of ${known}` })
  }
  return hash(name, data, 'hex')
}

/** A number that is too large for a double is none to AWS either. */
function parse(text: Argument): unknown {
  if (text === undefined) return undefined
  if (typeof text !== 'string') throw mismatch('parse', 1)
  try {
    return JSON.parse(text, (_, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(String(value))
      return value
    })
  } catch {
    throw new CallError('D3137', { message: 'Invalid JSON' })
  }
}
