const PARTS = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/
const SHORT_INTEGER = /^-?(?:0|[1-9]\d{0,14})$/

/**
 * The value that a number's text compares by, or the reason why it has none. As in event-ruler it has one where a double
 * holds it exactly as written; any other number matches by its text alone.
 */
export function comparable(text: string): number | { readonly refused: string } {
  const value = Number(text)
  if (SHORT_INTEGER.test(text)) return value
  if (!Number.isFinite(value) || normal(text) !== normal(String(value)))
    return { refused: `Cannot compare number : ${text}` }
  return value
}

/** The value that a number's text compares by, `undefined` where it has none. */
export function comparableIfAny(text: string): number | undefined {
  const found = comparable(text)
  return typeof found === 'object' ? undefined : found
}

/** One spelling for all texts of a number: its significant digits and their exponent. */
function normal(text: string): string | undefined {
  const parts = PARTS.exec(text)
  if (!parts) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}
