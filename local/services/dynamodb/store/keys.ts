import type { KeyAttribute, KeySchema } from '../tables/schema.ts'
import { numberKey } from '../values/number.ts'
import type { Item, Value } from '../values/value.ts'

/** A key as the database orders it: by partition in the order of a hash, then by sort key. */
export interface StoredKey {
  readonly pk: Uint8Array
  readonly sk: Uint8Array
}

const HASH_BYTES = 4
const none = Buffer.alloc(0)

/** The bytes of a key's value, in DynamoDB's order: text and binary by their bytes, numbers by value. */
export function keyBytes(value: Value): Buffer {
  if (value.S !== undefined) return Buffer.from(value.S, 'utf8')
  if (value.N !== undefined) return numberKey(value.N)
  return Buffer.from(value.B as Uint8Array)
}

/**
 * A partition key's bytes behind their hash, so that a scan meets partitions in an order that has nothing to do with
 * their names, as on AWS, and a segment of a parallel scan is a range of hashes.
 */
export function partitionBytes(values: readonly Value[]): Buffer {
  const bytes = values.length === 1 ? keyBytes(values[0] as Value) : Buffer.concat(values.map(delimited))
  const out = Buffer.allocUnsafe(HASH_BYTES + bytes.length)
  out.writeUInt32BE(hashOf(bytes), 0)
  out.set(bytes, HASH_BYTES)
  return out
}

/** A sort key's bytes. Those of several attributes are ordered by the first, then the second, and so on. */
export const sortBytes = (values: readonly Value[]): Buffer =>
  values.length === 1 ? keyBytes(values[0] as Value) : Buffer.concat(values.map(delimited))

/** A value's bytes so that others can follow: a zero within is followed by 0xff, two zeros are the end. */
export const delimited = (value: Value): Buffer => Buffer.concat([escaped(value), END])

export function escaped(value: Value): Buffer {
  const bytes = keyBytes(value)
  if (!bytes.includes(0)) return bytes
  return Buffer.from([...bytes].flatMap((byte) => (byte === 0 ? [0, 0xff] : [byte])))
}

const END = Buffer.from([0, 0])

/** Murmur3's mixing over FNV-1a: cheap, and even enough to cut into segments. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** First partition bytes of a segment of a parallel scan; of segment `total`, the end of all. */
export function segmentStart(segment: number, total: number): Buffer {
  const start = Math.ceil((segment * 0x1_0000_0000) / total)
  if (start > 0xffffffff) return Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff])
  const bytes = Buffer.allocUnsafe(HASH_BYTES)
  bytes.writeUInt32BE(start, 0)
  return bytes
}

/** The stored form of an item's key; `undefined` where the item has not all of it (an index leaves it out). */
export function storedKey(key: KeySchema, item: Item): StoredKey | undefined {
  const hash = keyValues(key.hash, item)
  if (!hash) return undefined
  if (key.range.length === 0) return { pk: partitionBytes(hash), sk: none }
  const range = keyValues(key.range, item)
  return range && { pk: partitionBytes(hash), sk: sortBytes(range) }
}

function keyValues(attributes: readonly KeyAttribute[], item: Item): Value[] | undefined {
  const values: Value[] = []
  for (const { name, type } of attributes) {
    const value = Object.hasOwn(item, name) ? item[name] : undefined
    if (value?.[type] === undefined) return undefined
    values.push(value)
  }
  return values
}

export const sameKey = (a: StoredKey, b: StoredKey): boolean =>
  Buffer.compare(a.pk, b.pk) === 0 && Buffer.compare(a.sk, b.sk) === 0

/** The key's text, for maps. */
export const keyText = (key: StoredKey): string =>
  `${Buffer.from(key.pk).toString('latin1')}\0${Buffer.from(key.sk).toString('latin1')}`
