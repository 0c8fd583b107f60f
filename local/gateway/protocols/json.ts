import { AwsError } from '../../errors.ts'
import type { Member, Shape } from '../shape.ts'

/** Reads and writes the values of the JSON protocols; CBOR's values too, whose blobs and instants are native. */
export interface JsonDialect {
  /** REST-JSON names members by `jsonName`; JSON 1.0 and 1.1 do not. */
  readonly jsonNames: boolean
  /** How an instant without a format of its own is written. */
  readonly instant: (date: Date) => unknown
  readonly blob: (bytes: Uint8Array) => unknown
}

const epochSeconds = (date: Date): number => date.getTime() / 1000

export const plainJson: JsonDialect = {
  jsonNames: false,
  instant: epochSeconds,
  blob: (bytes) => Buffer.from(bytes).toString('base64'),
}

export const restJson: JsonDialect = { ...plainJson, jsonNames: true }

/** A value of the wrong type. AWS's front end answers so before the service sees the request. */
const wrongType = (where: string, expected: string, value: unknown): AwsError =>
  new AwsError(
    'SerializationException',
    `${where === '' ? 'The request body' : where} must be ${expected}, but it is ${value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a structure' : `a ${typeof value}`}.`,
    { status: 400 },
  )

const nameOn = (member: Member, dialect: JsonDialect): string =>
  dialect.jsonNames && typeof member.traits.jsonName === 'string' ? member.traits.jsonName : member.name

/**
 * Wire value to the SDK's input form.
 * @throws AwsError SerializationException where a value's type is not the model's
 */
export function readJson(shape: Shape, value: unknown, dialect: JsonDialect, where = ''): unknown {
  switch (shape.kind) {
    case 'structure':
      return readStructure(shape, value, dialect, where)
    case 'list':
      return readList(shape, value, dialect, where)
    case 'map':
      return readMap(shape, value, dialect, where)
    case 'string':
      if (typeof value !== 'string') throw wrongType(where, 'a string', value)
      return value
    case 'number':
      return readNumber(value, where)
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType(where, 'a boolean', value)
      return value
    case 'blob':
      return readBlob(value, where)
    case 'timestamp':
      return readInstant(value, where)
    case 'document':
      return value
    case 'unit':
      return {}
  }
}

function readStructure(
  shape: Extract<Shape, { kind: 'structure' }>,
  value: unknown,
  dialect: JsonDialect,
  where: string,
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(where, 'a structure', value)
  const out: Record<string, unknown> = {}
  if (!dialect.jsonNames) {
    // Walks the request, not the model: a DynamoDB value has ten possible members and one real.
    for (const name in value) {
      const given = (value as Record<string, unknown>)[name]
      if (given === null || given === undefined) continue
      const member = shape.members.get(name)
      if (member) out[name] = readJson(member.target, given, dialect, where === '' ? name : `${where}.${name}`)
      else if (shape.union) out.$unknown = [name, given]
    }
    return out
  }
  for (const member of shape.members.values()) {
    const given = (value as Record<string, unknown>)[nameOn(member, dialect)]
    if (given === null || given === undefined) continue
    out[member.name] = readJson(member.target, given, dialect, where === '' ? member.name : `${where}.${member.name}`)
  }
  return out
}

function readList(
  shape: Extract<Shape, { kind: 'list' }>,
  value: unknown,
  dialect: JsonDialect,
  where: string,
): unknown[] {
  if (!Array.isArray(value)) throw wrongType(where, 'a list', value)
  const { target } = shape.member
  return value.map((element, index) =>
    element === null && target.kind !== 'document'
      ? null
      : readJson(target, element, dialect, `${where}.${index + 1}.member`),
  )
}

function readMap(
  shape: Extract<Shape, { kind: 'map' }>,
  value: unknown,
  dialect: JsonDialect,
  where: string,
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(where, 'a map', value)
  const { target } = shape.value
  const out: Record<string, unknown> = {}
  for (const [key, element] of Object.entries(value)) {
    if (element === null && target.kind !== 'document') continue
    define(out, key, readJson(target, element, dialect, `${where}.${key}.member`))
  }
  return out
}

/** A user's key may be `__proto__`. */
function define(out: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(out, key, { value, enumerable: true, writable: true, configurable: true })
  else out[key] = value
}

function readNumber(value: unknown, where: string): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value)
  throw wrongType(where, 'a number', value)
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/

function readBlob(value: unknown, where: string): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (typeof value !== 'string') throw wrongType(where, 'a base64 string', value)
  if (value.length % 4 !== 0 || !base64.test(value))
    throw new AwsError('SerializationException', `${where} must be base64, but it is not.`, { status: 400 })
  return new Uint8Array(Buffer.from(value, 'base64'))
}

function readInstant(value: unknown, where: string): Date {
  const date =
    value instanceof Date
      ? value
      : typeof value === 'number'
        ? new Date(value * 1000)
        : typeof value === 'string'
          ? new Date(value)
          : undefined
  if (!date || Number.isNaN(date.getTime())) throw wrongType(where, 'an instant', value)
  return date
}

/** The SDK's output form to a wire value. Members that the model does not know are a defect of the action and are left out. */
export function writeJson(shape: Shape, value: unknown, dialect: JsonDialect): unknown {
  if (value === null || value === undefined) return undefined
  switch (shape.kind) {
    case 'structure': {
      const out: Record<string, unknown> = {}
      for (const name in value as object) {
        const member = shape.members.get(name)
        const given = (value as Record<string, unknown>)[name]
        if (member && given !== undefined) out[nameOn(member, dialect)] = writeJson(member.target, given, dialect)
      }
      return out
    }
    case 'list':
      if (shape.plain) return value
      return (value as unknown[]).map((element) => writeJson(shape.member.target, element, dialect) ?? null)
    case 'map': {
      const out: Record<string, unknown> = {}
      for (const [key, element] of Object.entries(value as object))
        define(out, key, writeJson(shape.value.target, element, dialect))
      return out
    }
    case 'blob':
      return dialect.blob(typeof value === 'string' ? Buffer.from(value) : (value as Uint8Array))
    case 'timestamp':
      return writeInstant(shape.format, value as Date, dialect)
    case 'unit':
      return {}
    default:
      return value
  }
}

function writeInstant(format: string, date: Date, dialect: JsonDialect): unknown {
  if (format === 'date-time') return date.toISOString().replace('.000Z', 'Z')
  if (format === 'http-date') return date.toUTCString()
  if (format === 'epoch-seconds')
    return dialect.jsonNames || dialect.instant === epochSeconds ? epochSeconds(date) : dialect.instant(date)
  return dialect.instant(date)
}
