import { addressDigits } from './ip-address.ts'
import { JsonReader, MAX_NESTING, PatternError } from './json-reader.ts'
import { comparableIfAny } from './number.ts'

/** Which element of which array a value stands in: two values of one array must be of one element to match together. */
export type Membership = ReadonlyMap<number, number>

/** One value of an event with its place. */
export class FieldValue {
  readonly kind: 'string' | 'number' | 'literal'
  /** A string's content; a number's or literal's text. */
  readonly text: string
  readonly membership: Membership | undefined
  #comparable: number | null | undefined
  #address: string | null | undefined

  constructor(kind: FieldValue['kind'], text: string, membership: Membership | undefined) {
    this.kind = kind
    this.text = text
    this.membership = membership
  }

  /** What the number compares by. */
  get comparable(): number | undefined {
    if (this.#comparable === undefined)
      this.#comparable = this.kind === 'number' ? (comparableIfAny(this.text) ?? null) : null
    return this.#comparable ?? undefined
  }

  /** The digits of the IP address that the string is. */
  get address(): string | undefined {
    if (this.#address === undefined) this.#address = this.kind === 'string' ? (addressDigits(this.text) ?? null) : null
    return this.#address ?? undefined
  }
}

/** An event flattened for matching: values by the dotted path of their names. Paths with dots in a name and nested ones are the same. */
export type EventFields = ReadonlyMap<string, readonly FieldValue[]>

/** @throws PatternError where the text is not a JSON object */
export function fieldsOfText(json: string): EventFields {
  const reader = new JsonReader(json)
  if (reader.next() !== 'start-object') throw new PatternError('Event must be a JSON object')
  const collector = new Collector()
  readObject(reader, '', undefined, collector)
  return collector.fields
}

/** Flattens a parsed object; numbers count as JavaScript writes them. What is nested deeper than a pattern can be is left out. */
export function fieldsOf(event: Readonly<Record<string, unknown>>): EventFields {
  const collector = new Collector()
  collector.object(event, '', undefined)
  return collector.fields
}

class Collector {
  readonly fields = new Map<string, FieldValue[]>()
  #arrays = 0
  #depth = 0

  nextArray(): number {
    this.#arrays += 1
    return this.#arrays
  }

  add(path: string, kind: FieldValue['kind'], text: string, membership: Membership | undefined): void {
    const value = new FieldValue(kind, text, membership)
    const values = this.fields.get(path)
    if (values) values.push(value)
    else this.fields.set(path, [value])
  }

  object(object: Readonly<Record<string, unknown>>, prefix: string, membership: Membership | undefined): void {
    for (const name of Object.keys(object)) this.value(object[name], joined(prefix, name), membership)
  }

  value(value: unknown, path: string, membership: Membership | undefined): void {
    if (typeof value === 'string') this.add(path, 'string', value, membership)
    else if (typeof value === 'number') this.add(path, 'number', String(value), membership)
    else if (value === null || typeof value === 'boolean') this.add(path, 'literal', String(value), membership)
    else if (typeof value === 'object' && this.#depth < MAX_NESTING) {
      this.#depth += 1
      if (Array.isArray(value)) this.array(value, path, membership)
      else this.object(value as Record<string, unknown>, path, membership)
      this.#depth -= 1
    }
  }

  array(array: readonly unknown[], path: string, membership: Membership | undefined): void {
    const id = this.nextArray()
    for (const [index, element] of array.entries()) {
      const inside = typeof element === 'object' && element !== null
      this.value(element, path, inside ? within(membership, id, index) : membership)
    }
  }
}

const joined = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}.${name}`)

const within = (membership: Membership | undefined, array: number, index: number): Membership =>
  new Map([...(membership ?? []), [array, index]])

function readObject(reader: JsonReader, prefix: string, membership: Membership | undefined, out: Collector): void {
  while (reader.next() !== 'end-object') {
    const path = joined(prefix, reader.currentName)
    readValue(reader, reader.next(), path, membership, out)
  }
}

function readValue(
  reader: JsonReader,
  token: ReturnType<JsonReader['next']>,
  path: string,
  membership: Membership | undefined,
  out: Collector,
): void {
  if (token === 'start-object') readObject(reader, path, membership, out)
  else if (token === 'start-array') readArray(reader, path, membership, out)
  else out.add(path, token === 'string' || token === 'number' ? token : 'literal', reader.text, membership)
}

function readArray(reader: JsonReader, path: string, membership: Membership | undefined, out: Collector): void {
  const id = out.nextArray()
  let index = 0
  for (let token = reader.next(); token !== 'end-array'; token = reader.next()) {
    const inside = token === 'start-object' || token === 'start-array'
    readValue(reader, token, path, inside ? within(membership, id, index) : membership, out)
    index += 1
  }
}
