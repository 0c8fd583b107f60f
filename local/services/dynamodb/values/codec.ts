import type { Item, Value } from './value.ts'

/**
 * An item as stored text: its JSON. Binary values become base64 text, and only the text of an item that has some
 * starts with `~`, so that all others need no walk when they are read.
 */
export function encodeItem(item: Item, binary: boolean): string {
  return binary ? `~${JSON.stringify(item, withBase64)}` : JSON.stringify(item)
}

export function decodeItem(text: string): Item {
  if (text.charCodeAt(0) !== TILDE) return JSON.parse(text) as Item
  return decodeMap(JSON.parse(text.slice(1)) as Item)
}

const TILDE = 0x7e

const withBase64 = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64') : value

/** The same bytes, but no Buffer: a Buffer's own toJSON would run before the replacer sees the value. */
export const plainBytes = (bytes: Uint8Array): Uint8Array =>
  Buffer.isBuffer(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) : bytes

function decodeMap(map: Item): Item {
  for (const name in map) map[name] = decodeValue(map[name] as Value)
  return map
}

function decodeValue(value: Value): Value {
  if (value.B !== undefined) return { B: fromBase64(value.B) }
  if (value.BS !== undefined) return { BS: value.BS.map(fromBase64) }
  if (value.M !== undefined) return { M: decodeMap(value.M) }
  if (value.L !== undefined) return { L: value.L.map(decodeValue) }
  return value
}

const fromBase64 = (stored: unknown): Uint8Array => plainBytes(Buffer.from(stored as string, 'base64'))
