import { hash } from 'node:crypto'
import { compact, equalJson, isObject, type Json } from '../json.ts'
import type { Scope } from '../scope.ts'
import { formatText } from './format.ts'

/** An intrinsic function was called with what it does not take. */
export class IntrinsicError extends Error {
  override readonly name = 'IntrinsicError'
}

export type IntrinsicFunction = (arguments_: readonly Json[], scope: Scope) => Json

const MAX_RANGE = 1_000
/** Characters of States.Base64Encode's, Base64Decode's and Hash's data. */
const MAX_TEXT = 10_000

/** The intrinsic functions of JSONPath states. */
export const intrinsicFunctions: Readonly<Record<string, IntrinsicFunction>> = {
  'States.Format': (given) => formatText(text(given, 0), given.slice(1)),
  'States.StringToJson': (given) => parseJson(text(given, 0)),
  'States.JsonToString': (given) => compact(argument(given, 0)),
  'States.Array': (given) => [...given],
  'States.ArrayPartition': (given) => partition(array(given, 0), positive(given, 1)),
  'States.ArrayContains': (given) => array(given, 0).some((item) => equalJson(item, argument(given, 1))),
  'States.ArrayRange': (given) => range(whole(given, 0), whole(given, 1), whole(given, 2)),
  'States.ArrayGetItem': (given) => itemAt(array(given, 0), whole(given, 1)),
  'States.ArrayLength': (given) => array(given, 0).length,
  'States.ArrayUnique': (given) => unique(array(given, 0)),
  'States.Base64Encode': (given) => Buffer.from(limited(text(given, 0))).toString('base64'),
  'States.Base64Decode': (given) => Buffer.from(limited(text(given, 0)), 'base64').toString('utf8'),
  'States.Hash': (given) => digest(argument(given, 0), text(given, 1)),
  'States.JsonMerge': merge,
  'States.MathRandom': random,
  'States.MathAdd': (given) => whole(given, 0) + whole(given, 1),
  'States.StringSplit': (given) => split(text(given, 0), text(given, 1)),
  'States.UUID': (_, { kernel }) => kernel.random.uuid('States.UUID'),
}

function argument(given: readonly Json[], at: number): Json {
  const value = given[at]
  if (value === undefined) throw new IntrinsicError(`Invalid number of arguments: ${given.length}`)
  return value
}

function text(given: readonly Json[], at: number): string {
  const value = argument(given, at)
  if (typeof value !== 'string')
    throw new IntrinsicError(`Argument ${at + 1} must be a string, but was ${compact(value)}`)
  return value
}

function array(given: readonly Json[], at: number): Json[] {
  const value = argument(given, at)
  if (!Array.isArray(value)) throw new IntrinsicError(`Argument ${at + 1} must be an array, but was ${compact(value)}`)
  return value
}

/** Numbers are rounded half up, as Java's Math.round does. */
function whole(given: readonly Json[], at: number): number {
  const value = argument(given, at)
  if (typeof value !== 'number')
    throw new IntrinsicError(`Argument ${at + 1} must be a number, but was ${compact(value)}`)
  return Math.round(value) + 0
}

function positive(given: readonly Json[], at: number): number {
  const value = whole(given, at)
  if (value <= 0) throw new IntrinsicError(`Argument ${at + 1} must be a positive number, but was ${value}`)
  return value
}

function limited(data: string): string {
  if (data.length > MAX_TEXT) throw new IntrinsicError(`The data must not be longer than ${MAX_TEXT} characters`)
  return data
}

/** Blank text is null, as Jackson reads it. */
function parseJson(json: string): Json {
  if (json.trim() === '') return null
  try {
    return JSON.parse(json) as Json
  } catch (error) {
    throw new IntrinsicError((error as Error).message)
  }
}

export const partition = (items: readonly Json[], size: number): Json[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, chunk) => items.slice(chunk * size, (chunk + 1) * size))

function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw new IntrinsicError('The increment must not be zero')
  const count = Math.max(0, Math.floor((last - first) / step) + 1)
  if (count > MAX_RANGE) throw new IntrinsicError(`The range must not have more than ${MAX_RANGE} elements`)
  return Array.from({ length: count }, (_, index) => first + index * step)
}

function itemAt(items: readonly Json[], index: number): Json {
  const item = index < 0 ? undefined : items[index]
  if (item === undefined) throw new IntrinsicError(`Index ${index} out of bounds for length ${items.length}`)
  return item
}

const unique = (items: readonly Json[]): Json[] =>
  items.filter((item, at) => items.findIndex((other) => equalJson(other, item)) === at)

/** What Node.js calls the algorithms. */
export const algorithms: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
}

/** Hexadecimal digest; anything but text is hashed as its JSON. */
function digest(data: Json, algorithm: string): string {
  const name = algorithms[algorithm]
  if (name === undefined)
    throw new IntrinsicError(`Algorithm must be one of ${Object.keys(algorithms).join(', ')}, but was ${algorithm}`)
  return hash(name, limited(typeof data === 'string' ? data : compact(data)), 'hex')
}

function merge(given: readonly Json[]): Json {
  const [first, second, deep] = given
  if (!isObject(first) || !isObject(second)) throw new IntrinsicError('The first two arguments must be JSON objects')
  if (deep !== false) throw new IntrinsicError('Deep merge is not supported: the third argument must be false')
  return { ...first, ...second }
}

function random(given: readonly Json[], { kernel }: Scope): Json {
  const from = whole(given, 0)
  const to = whole(given, 1)
  if (to <= from) throw new IntrinsicError('The end number must be greater than the start number')
  const [, , seed] = given
  const fraction = typeof seed === 'number' ? seeded(seed) : kernel.random.fraction('States.MathRandom')
  return from + Math.floor(fraction * (to - from))
}

/** The same number in [0, 1) for the same seed. */
const seeded = (seed: number): number =>
  Number.parseInt(hash('md5', String(seed), 'hex').slice(0, 12), 16) / 0x1000000000000

/** Splits at every single character of the delimiter; empty parts are dropped. */
function split(value: string, delimiters: string): string[] {
  const parts: string[] = []
  let part = ''
  for (const character of value) {
    if (!delimiters.includes(character)) part += character
    else {
      if (part !== '') parts.push(part)
      part = ''
    }
  }
  return part === '' ? parts : [...parts, part]
}
