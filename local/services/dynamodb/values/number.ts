import { invalid } from '../errors.ts'
import type { Wording } from './tally.ts'

/** Largest power of ten of a number's first digit, and the smallest. */
const MAX_EXPONENT = 125
const MIN_EXPONENT = -130
const MAX_DIGITS = 38

/** `sign * d.ddd * 10^exponent`, without leading or trailing zeros; zero has no digits. */
export interface Decimal {
  readonly sign: -1 | 0 | 1
  readonly digits: string
  readonly exponent: number
}

const plainInteger = /^-?[1-9][0-9]{0,14}$/
const anyNumber = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$/

/** The normal form of a number as DynamoDB gives it back: plain decimal notation without needless zeros. */
export function normalNumber(text: string, wording: Wording): string {
  if (text === '0' || plainInteger.test(text)) return text
  if (text === '') throw invalid(wording === 'current' ? `${NOT_NUMERIC}: ` : NOT_NUMERIC)
  const number = parseDecimal(text)
  return formatDecimal(checked(wording === 'current' ? number : wrapped(number, text)))
}

/**
 * As the older code reads a number, Java's BigDecimal: an exponent of more than 32 bits is none, and one next to that
 * turns over (recorded by dynamodb-conformance, 2026-10: 1e2147483647 is an underflow).
 */
function wrapped(number: Decimal, text: string): Decimal {
  if (Math.abs(Number(/e(.+)$/i.exec(text)?.[1] ?? 0)) > MAX_INT32) throw invalid(`${NOT_NUMERIC}: ${text}`)
  return { ...number, exponent: ((number.exponent + 1) | 0) - 1 }
}

const MAX_INT32 = 2_147_483_647

/** @throws AwsError where the text is no number */
export function parseDecimal(text: string): Decimal {
  const match = anyNumber.exec(text)
  const whole = match?.[2] ?? ''
  const fraction = match?.[3] ?? ''
  const power = match?.[4] ?? '0'
  if (!match || whole.length + fraction.length === 0 || !isLong(power)) throw invalid(`${NOT_NUMERIC}: ${text}`)
  const all = whole + fraction
  const digits = all.replace(/^0+/, '')
  // Zero counts as large or small by the exponent that it is written with.
  if (digits === '') return { sign: 0, digits, exponent: Number(power) }
  const leading = all.length - digits.length
  const exponent = whole.length - leading - 1 + Number(power)
  return { sign: match[1] === '-' ? -1 : 1, digits: digits.replace(/0+$/, ''), exponent }
}

const NOT_NUMERIC = 'The parameter cannot be converted to a numeric value'

/** Whether an exponent fits the 64 bits that DynamoDB reads it with. */
const isLong = (power: string): boolean => power.length < 19 || BigInt.asIntN(64, BigInt(power)) === BigInt(power)

const overflow = () =>
  invalid('Number overflow. Attempting to store a number with magnitude larger than supported range')

function checked(number: Decimal): Decimal {
  if (number.exponent > MAX_EXPONENT) throw overflow()
  if (number.exponent < MIN_EXPONENT)
    throw invalid('Number underflow. Attempting to store a number with magnitude smaller than supported range')
  if (number.digits.length > MAX_DIGITS)
    throw invalid('Attempting to store more than 38 significant digits in a Number')
  return number
}

export function formatDecimal({ sign, digits, exponent }: Decimal): string {
  if (sign === 0) return '0'
  const minus = sign < 0 ? '-' : ''
  if (exponent < 0) return `${minus}0.${'0'.repeat(-exponent - 1)}${digits}`
  if (digits.length <= exponent + 1) return minus + digits.padEnd(exponent + 1, '0')
  return `${minus}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`
}

/** Negative, zero or positive as `a` is below, equal to or above `b`. Both in any notation. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0
  if (a.length < 15 && b.length < 15) return Number(a) - Number(b)
  const x = parseDecimal(a)
  const y = parseDecimal(b)
  if (x.sign !== y.sign) return x.sign - y.sign
  if (x.exponent !== y.exponent) return (x.exponent - y.exponent) * x.sign
  return x.digits === y.digits ? 0 : (x.digits < y.digits ? -1 : 1) * x.sign
}

/**
 * Exact sum, or difference with `sign` -1, in normal form.
 * @throws AwsError where the result leaves the range or needs more than 38 digits
 */
export function addNumbers(a: string, b: string, sign: 1 | -1): string {
  const fast = Number(a) + sign * Number(b)
  if (Number.isSafeInteger(fast) && plainOrZero(a) && plainOrZero(b)) return String(fast)
  const x = parseDecimal(a)
  const y = parseDecimal(b)
  if (y.sign === 0) return formatDecimal(x)
  const scale = Math.min(lowestPower(x), lowestPower(y))
  const sum = scaled(x, scale) + BigInt(sign) * scaled(y, scale)
  if (sum === 0n) return '0'
  const result = parseDecimal(`${sum}e${scale}`)
  // So AWS says it of a result that needs more digits than there are, too.
  if (result.digits.length > MAX_DIGITS) throw overflow()
  return formatDecimal(checked(result))
}

const plainOrZero = (text: string): boolean => text === '0' || plainInteger.test(text)

const lowestPower = (number: Decimal): number => (number.sign === 0 ? 0 : number.exponent - number.digits.length + 1)

const scaled = (number: Decimal, scale: number): bigint =>
  number.sign === 0 ? 0n : BigInt(number.sign) * BigInt(number.digits) * 10n ** BigInt(lowestPower(number) - scale)

/**
 * Bytes that a number in normal form counts for: two digits a byte on either side of the point, one for the
 * exponent, one for a minus sign. Recorded from AWS to the byte; the developer guide's rule is off by up to one.
 */
export function numberSize(text: string): number {
  const { sign, digits, exponent } = parseDecimal(text)
  if (sign === 0) return 1
  const whole = Math.min(Math.max(exponent + 1, 0), digits.length)
  return 1 + Math.ceil(whole / 2) + Math.ceil((digits.length - whole) / 2) + (sign < 0 ? 1 : 0)
}

/**
 * A number as bytes whose order is the numbers' order: sign, exponent (0.1 = 10^-129 of the design's bias
 * counts the first digit after the point, so the largest exponent is 255), two digits a byte. A negative number's
 * bytes are inverted and ended by 0xff, so that the longer, hence lower, comes first.
 */
export function numberKey(text: string): Buffer {
  const { sign, digits, exponent } = parseDecimal(text)
  if (sign === 0) return Buffer.from([1])
  const pairs = (digits.length + 1) >> 1
  const bytes = Buffer.allocUnsafe(2 + pairs + (sign < 0 ? 1 : 0))
  bytes[0] = sign < 0 ? 0 : 2
  bytes[1] = exponent + 1 + EXPONENT_BIAS
  for (let pair = 0; pair < pairs; pair++) bytes[2 + pair] = Number(digits.slice(pair * 2, pair * 2 + 2).padEnd(2, '0'))
  if (sign > 0) return bytes
  for (let index = 1; index < 2 + pairs; index++) bytes[index] = 255 - (bytes[index] as number)
  bytes[2 + pairs] = 0xff
  return bytes
}

const EXPONENT_BIAS = 129
