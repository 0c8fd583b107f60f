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
export function partitionBytes(value: Value): Buffer {
  const bytes = keyBytes(value)
  const out = Buffer.allocUnsafe(HASH_BYTES + bytes.length)
  out.writeUInt32BE(hashOf(bytes), 0)
  out.set(bytes, HASH_BYTES)
  return out
}

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
  const hash = keyValue(key.hash, item)
  if (!hash) return undefined
  if (!key.range) return { pk: partitionBytes(hash), sk: none }
  const range = keyValue(key.range, item)
  return range && { pk: partitionBytes(hash), sk: keyBytes(range) }
}

const keyValue = (attribute: KeyAttribute, item: Item): Value | undefined => {
  const value = Object.hasOwn(item, attribute.name) ? item[attribute.name] : undefined
  return value?.[attribute.type] === undefined ? undefined : value
}

export const sameKey = (a: StoredKey, b: StoredKey): boolean =>
  Buffer.compare(a.pk, b.pk) === 0 && Buffer.compare(a.sk, b.sk) === 0

/** The key's text, for maps. */
export const keyText = (key: StoredKey): string =>
  `${Buffer.from(key.pk).toString('latin1')}\0${Buffer.from(key.sk).toString('latin1')}`
