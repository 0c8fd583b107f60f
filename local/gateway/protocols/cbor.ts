import { cbor, dateToTag } from '@smithy/core/cbor'
import { AwsError } from '../../errors.ts'
import type { Shape } from '../shape.ts'
import { type JsonDialect, readJson, writeJson } from './json.ts'

/** RPC v2 CBOR: the JSON form with native blobs, and instants as tag 1 (epoch seconds). */
const dialect: JsonDialect = {
  jsonNames: false,
  instant: (date) => dateToTag(date),
  blob: (bytes) => bytes,
  leavesOutUndefined: false,
}

export function readCbor(shape: Shape, body: Uint8Array): Record<string, unknown> {
  if (body.length === 0) return {}
  let value: unknown
  try {
    value = cbor.deserialize(body)
  } catch {
    throw new AwsError('SerializationException', 'The request body is not CBOR.', { status: 400 })
  }
  return readJson(shape, untag(value), dialect) as Record<string, unknown>
}

export const writeCbor = (shape: Shape, value: unknown): Uint8Array =>
  cbor.serialize(writeJson(shape, value ?? {}, dialect) ?? {})

/** Tag 1 is an instant in epoch seconds; the JSON reader takes the number. */
function untag(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(untag)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if ('tag' in value && 'value' in value) return untag(value.value)
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, untag(element)]))
}
