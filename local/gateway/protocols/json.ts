import type { Member, Shape } from '../shape.ts'
import { Misfit, refusal, within } from './misfit.ts'

/** Reads and writes the values of the JSON protocols; CBOR's values too, whose blobs and instants are native. */
export interface JsonDialect {
  /** REST-JSON names members by `jsonName`; JSON 1.0 and 1.1 do not. */
  readonly jsonNames: boolean
  /** How an instant without a format of its own is written. */
  readonly instant: (date: Date) => unknown
  readonly blob: (bytes: Uint8Array) => unknown
  /** Whether the encoder leaves out members that are undefined, as JSON.stringify does. */
  readonly leavesOutUndefined: boolean
}

const epochSeconds = (date: Date): number => date.getTime() / 1000

export const plainJson: JsonDialect = {
  jsonNames: false,
  instant: epochSeconds,
  blob: (bytes) => Buffer.from(bytes).toString('base64'),
  leavesOutUndefined: true,
}

export const restJson: JsonDialect = { ...plainJson, jsonNames: true }

const nameOn = (member: Member, dialect: JsonDialect): string =>
  dialect.jsonNames && typeof member.traits.jsonName === 'string' ? member.traits.jsonName : member.name

/**
 * Wire value to the SDK's input form. The value is the reader's to change: nearly all of a request is in that form already,
 * and what is not is replaced where it stands.
 * @throws AwsError SerializationException where a value's type is not the model's, or where it is nested too deeply
 */
export function readJson(shape: Shape, value: unknown, dialect: JsonDialect, root = ''): unknown {
  try {
    return read(shape, value, dialect)
  } catch (error) {
    throw refusal(error, root)
  }
}

function read(shape: Shape, value: unknown, dialect: JsonDialect): unknown {
  switch (shape.kind) {
    case 'structure':
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Misfit('a structure', value)
      return dialect.jsonNames
        ? readRenamed(shape, value as Fields, dialect)
        : readStructure(shape, value as Fields, dialect)
    case 'list':
      return readList(shape, value, dialect)
    case 'map':
      return readMap(shape, value, dialect)
    case 'string':
      if (typeof value !== 'string') throw new Misfit('a string', value)
      return value
    case 'number':
      return readNumber(value)
    case 'boolean':
      if (typeof value !== 'boolean') throw new Misfit('a boolean', value)
      return value
    case 'blob':
      return readBlob(value)
    case 'timestamp':
      return readInstant(value)
    case 'document':
      return value
    case 'unit':
      return {}
  }
}

type Fields = Record<string, unknown>
type Structure = Extract<Shape, { kind: 'structure' }>

/** Walks the request, not the model: a DynamoDB value has ten possible members and one real. */
function readStructure(shape: Structure, fields: Fields, dialect: JsonDialect): Fields {
  let name = ''
  let known = true
  try {
    for (name in fields) {
      const given = fields[name]
      const member = given === null || given === undefined ? undefined : shape.members.get(name)
      known = member !== undefined
      if (!member) break
      const value = read(member.target, given, dialect)
      if (value !== given) fields[name] = value
    }
  } catch (error) {
    throw within(error, name)
  }
  return known ? fields : readKnown(shape, fields, dialect)
}

/** Leaves out null and what the model does not know. What `readStructure` has read already it may read again. */
function readKnown(shape: Structure, fields: Fields, dialect: JsonDialect): Fields {
  const out: Fields = {}
  for (const [name, given] of Object.entries(fields)) {
    if (given === null || given === undefined) continue
    const member = shape.members.get(name)
    if (!member && shape.union) out.$unknown = [name, given]
    if (!member) continue
    try {
      out[name] = read(member.target, given, dialect)
    } catch (error) {
      throw within(error, name)
    }
  }
  return out
}

function readRenamed(shape: Structure, fields: Fields, dialect: JsonDialect): Fields {
  const out: Fields = {}
  for (const member of shape.members.values()) {
    const given = fields[nameOn(member, dialect)]
    if (given === null || given === undefined) continue
    try {
      out[member.name] = read(member.target, given, dialect)
    } catch (error) {
      throw within(error, member.name)
    }
  }
  return out
}

function readList(shape: Extract<Shape, { kind: 'list' }>, value: unknown, dialect: JsonDialect): unknown[] {
  if (!Array.isArray(value)) throw new Misfit('a list', value)
  const { target } = shape.member
  let index = 0
  try {
    for (; index < value.length; index++) {
      const given: unknown = value[index]
      // What is null stays null.
      if (given !== null) value[index] = read(target, given, dialect)
    }
  } catch (error) {
    throw within(error, `${index + 1}.member`)
  }
  return value
}

function readMap(shape: Extract<Shape, { kind: 'map' }>, value: unknown, dialect: JsonDialect): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Misfit('a map', value)
  const { target } = shape.value
  const fields = value as Fields
  let key = ''
  try {
    for (key in fields) {
      const given = fields[key]
      if (given === null && target.kind !== 'document') delete fields[key]
      else fields[key] = read(target, given, dialect)
    }
  } catch (error) {
    throw within(error, `${key}.member`)
  }
  return fields
}

/** A user's key may be `__proto__`. */
function define(out: Fields, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(out, key, { value, enumerable: true, writable: true, configurable: true })
  else out[key] = value
}

function readNumber(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value)
  throw new Misfit('a number', value)
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/

function readBlob(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (typeof value !== 'string') throw new Misfit('a base64 string', value)
  if (value.length % 4 !== 0 || !base64.test(value)) throw new Misfit('base64', value)
  return new Uint8Array(Buffer.from(value, 'base64'))
}

function readInstant(value: unknown): Date {
  const date =
    value instanceof Date
      ? value
      : typeof value === 'number'
        ? new Date(value * 1000)
        : typeof value === 'string'
          ? new Date(value)
          : undefined
  if (!date || Number.isNaN(date.getTime())) throw new Misfit('an instant', value)
  return date
}

/**
 * The SDK's output form to a wire value. Members that the model does not know are a defect of the action and are left out.
 * The output may be a service's own state and stays as it is; where it is in wire form already it is the answer itself.
 */
export function writeJson(shape: Shape, value: unknown, dialect: JsonDialect): unknown {
  if (value === null || value === undefined) return undefined
  switch (shape.kind) {
    case 'structure':
      return writeStructure(shape, value as Fields, dialect)
    case 'list':
      return shape.plain ? value : writeList(shape.member.target, value as unknown[], dialect)
    case 'map': {
      const out: Fields = {}
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

function writeStructure(shape: Structure, value: Fields, dialect: JsonDialect): Fields {
  let copy: Fields | undefined
  for (const name in value) {
    const given = value[name]
    const member = given === undefined ? undefined : shape.members.get(name)
    const written = member && writeJson(member.target, given, dialect)
    if (!copy) {
      if (
        member
          ? written === given && nameOn(member, dialect) === name
          : given === undefined && dialect.leavesOutUndefined
      )
        continue
      copy = before(value, name)
    }
    if (member) copy[nameOn(member, dialect)] = written
  }
  return copy ?? value
}

/** The members that stand before one. */
function before(value: Fields, end: string): Fields {
  const out: Fields = {}
  for (const name in value) {
    if (name === end) break
    if (value[name] !== undefined) out[name] = value[name]
  }
  return out
}

function writeList(target: Shape, value: readonly unknown[], dialect: JsonDialect): readonly unknown[] {
  let copy: unknown[] | undefined
  for (let index = 0; index < value.length; index++) {
    const written = writeJson(target, value[index], dialect) ?? null
    if (!copy && written !== value[index]) copy = value.slice(0, index)
    copy?.push(written)
  }
  return copy ?? value
}

function writeInstant(format: string, date: Date, dialect: JsonDialect): unknown {
  if (format === 'date-time') return date.toISOString().replace('.000Z', 'Z')
  if (format === 'http-date') return date.toUTCString()
  if (format === 'epoch-seconds')
    return dialect.jsonNames || dialect.instant === epochSeconds ? epochSeconds(date) : dialect.instant(date)
  return dialect.instant(date)
}
