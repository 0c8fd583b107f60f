import type { FieldValue } from './event-fields.ts'
import { addressDigits, cidrRange } from './ip-address.ts'
import { comparableIfAny } from './number.ts'
import { matchesWildcard, type Wildcard } from './wildcard.ts'

/** Whether one value of an event fits one element of a pattern's list. */
export interface ValueTest {
  (value: FieldValue): boolean
  /** The wildcard patterns in it, whose number is limited. */
  readonly wildcards?: readonly Wildcard[]
}

/** A string as it stands. One that is an IP address fits every spelling of that address. */
export function exactString(text: string): ValueTest {
  const digits = addressDigits(text)
  if (digits !== undefined) return (value) => value.kind === 'string' && value.address === digits
  return (value) => value.kind === 'string' && value.text === text
}

/** A number by value; one without a comparable form by its text. */
export function exactNumber(text: string): ValueTest {
  const wanted = comparableIfAny(text)
  return (value) =>
    value.kind === 'number' && (value.text === text || (wanted !== undefined && value.comparable === wanted))
}

/** `true`, `false` or `null`. */
export const exactLiteral =
  (text: string): ValueTest =>
  (value) =>
    value.kind === 'literal' && value.text === text

export const prefix =
  (text: string): ValueTest =>
  (value) =>
    value.kind === 'string' && value.text.startsWith(text)

export const suffix =
  (text: string): ValueTest =>
  (value) =>
    value.kind === 'string' && value.text.endsWith(text)

export const wildcard = (parts: Wildcard): ValueTest =>
  Object.assign((value: FieldValue) => value.kind === 'string' && matchesWildcard(parts, value.text), {
    wildcards: [parts],
  })

export const equalsIgnoreCase =
  (text: string): ValueTest =>
  (value) =>
    value.kind === 'string' && value.text.length === text.length && fitsFrom(text, value.text, 0)

export const prefixIgnoreCase =
  (text: string): ValueTest =>
  (value) =>
    value.kind === 'string' && fitsFrom(text, value.text, 0)

export const suffixIgnoreCase =
  (text: string): ValueTest =>
  (value) =>
    value.kind === 'string' && fitsFrom(text, value.text, value.text.length - text.length)

/** Each character of the wanted text in its upper or lower form. */
function fitsFrom(wanted: string, text: string, start: number): boolean {
  if (start < 0 || text.length - start < wanted.length) return false
  for (let index = 0; index < wanted.length; index++) {
    const want = wanted[index] as string
    const have = text[start + index] as string
    if (have !== want && have !== want.toLowerCase() && have !== want.toUpperCase()) return false
  }
  return true
}

/** One end of a numeric range. */
export interface Bound {
  readonly value: number
  readonly open: boolean
}

export const numberBetween =
  (bottom: Bound | undefined, top: Bound | undefined): ValueTest =>
  ({ comparable }) =>
    comparable !== undefined &&
    (!bottom || (bottom.open ? comparable > bottom.value : comparable >= bottom.value)) &&
    (!top || (top.open ? comparable < top.value : comparable <= top.value))

export const numberEquals =
  (wanted: number): ValueTest =>
  ({ comparable }) =>
    comparable === wanted

export function inCidr(cidr: string): ValueTest {
  const [first, last] = cidrRange(cidr)
  return ({ address }) =>
    address !== undefined && address.length === first.length && address >= first && address <= last
}

export const present: ValueTest = () => true

/** Any value that none of the tests accepts, of whatever type; an absent field is not a value. */
export const noneOf = (tests: readonly ValueTest[]): ValueTest =>
  Object.assign((value: FieldValue) => !tests.some((test) => test(value)), {
    wildcards: tests.flatMap((test) => test.wildcards ?? []),
  })
