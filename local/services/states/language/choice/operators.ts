import type { Json } from '../json.ts'
import { parseTimestamp } from '../timestamp.ts'

type Compare = (a: Json, b: Json) => boolean

type Orderable = number | string

/** A pair of values that are of the type, as something that can be ordered. */
const pair =
  (read: (value: Json) => Orderable | undefined, test: (a: Orderable, b: Orderable) => boolean): Compare =>
  (a, b) => {
    const left = read(a)
    const right = read(b)
    return left !== undefined && right !== undefined && test(left, right)
  }

const asNumber = (value: Json) => (typeof value === 'number' ? value : undefined)
const asText = (value: Json) => (typeof value === 'string' ? value : undefined)
const asInstant = (value: Json) => (typeof value === 'string' ? parseTimestamp(value) : undefined)

const orders: Readonly<Record<string, (a: Orderable, b: Orderable) => boolean>> = {
  Equals: (a, b) => a === b,
  LessThan: (a, b) => a < b,
  GreaterThan: (a, b) => a > b,
  LessThanEquals: (a, b) => a <= b,
  GreaterThanEquals: (a, b) => a >= b,
}

const families = { String: asText, Numeric: asNumber, Timestamp: asInstant }

function comparisons(): Record<string, Compare> {
  const table: Record<string, Compare> = { BooleanEquals: (a, b) => typeof a === 'boolean' && a === b }
  for (const [family, read] of Object.entries(families))
    for (const [order, test] of Object.entries(orders)) table[family + order] = pair(read, test)
  return table
}

/** Operators that compare the variable with a value; each has a twin that ends in `Path`. */
export const comparisonOperators: Readonly<Record<string, Compare>> = comparisons()

/** Operators that ask what the variable is. */
export const typeOperators: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsNumeric: (value) => typeof value === 'number',
  IsString: (value) => typeof value === 'string',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: (value) => asInstant(value) !== undefined,
}

/** StringMatches: `*` stands for any characters, a backslash keeps the next one. */
export function stringMatches(value: Json, pattern: string): boolean {
  if (typeof value !== 'string') return false
  const source = pattern.replace(/\\([\s\S])|\*|[\s\S]/g, (token, escaped: string | undefined) =>
    token === '*' ? '[\\s\\S]*' : (escaped ?? token).replace(/[\\^$.*+?()[\]{}|/]/, '\\$&'),
  )
  return new RegExp(`^${source}$`).test(value)
}
