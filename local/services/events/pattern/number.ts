/**
 * A number as patterns compare it: a whole count of millionths. Event-ruler honours six digits after the point and
 * +-5e11; what lies beyond has no comparable form and matches by its text alone.
 */
export type Comparable = number | bigint

const LIMIT = 500_000_000_000_000_000n
const PARTS = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/
const SMALL_INTEGER = /^-?\d{1,9}$/

/** The comparable form of a number's text, or the reason why it has none. */
export function comparable(text: string): Comparable | { readonly refused: string } {
  if (SMALL_INTEGER.test(text)) return Number(text) * 1_000_000
  const parts = PARTS.exec(text)
  if (!parts) return { refused: `${text} is not a number` }
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts
  const digits = (whole + fraction).replace(/^0+/, '')
  if (digits === '') return 0
  const significant = digits.replace(/0+$/, '')
  const scale = fraction.length - Number(exponent) - (digits.length - significant.length)
  if (scale > 6) return { refused: 'Only values upto 6 decimals are supported' }
  const zeros = 6 - scale
  if (significant.length + zeros > 18) return outOfRange
  const millionths = BigInt(significant + '0'.repeat(zeros))
  if (millionths > LIMIT) return outOfRange
  const signed = sign ? -millionths : millionths
  return signed >= Number.MIN_SAFE_INTEGER && signed <= Number.MAX_SAFE_INTEGER ? Number(signed) : signed
}

const outOfRange = { refused: 'Value must be between -5.0E11 and 5.0E11, inclusive' }

/** The comparable form of a number's text, `undefined` where it has none. */
export function comparableIfAny(text: string): Comparable | undefined {
  const found = comparable(text)
  return typeof found === 'object' ? undefined : found
}

export const sameNumber = (a: Comparable, b: Comparable): boolean => !(a < b) && !(a > b)
