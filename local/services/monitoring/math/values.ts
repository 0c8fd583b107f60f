import type { Series } from '../model/series.ts'

/** What an expression is worth: a number, a series, or several series. */
export type Value = number | Series | readonly Series[]

export const isArray = (value: Value): value is readonly Series[] => Array.isArray(value)
export const isSeries = (value: Value): value is Series => value instanceof Map

/** Applies a function to each number; results that are no number (a division by zero) are left out, as on AWS. */
export function mapValue(value: Value, apply: (number: number) => number): Value {
  if (typeof value === 'number') return apply(value)
  if (isArray(value)) return value.map((series) => mapSeries(series, apply))
  return mapSeries(value as Series, apply)
}

export function mapSeries(series: Series, apply: (number: number, at: number) => number): Series {
  const out = new Map<number, number>()
  for (const [at, number] of series) {
    const result = apply(number, at)
    if (Number.isFinite(result)) out.set(at, result)
  }
  return out
}

/** Combines two values: series meet where both have a point, a number meets every point, an array each of its series. */
export function combine(left: Value, right: Value, apply: (a: number, b: number) => number): Value {
  if (isArray(left)) return left.map((series) => combine(series, right, apply) as Series)
  if (isArray(right)) return right.map((series) => combine(left, series, apply) as Series)
  if (typeof left === 'number') return mapValue(right, (number) => apply(left, number))
  if (typeof right === 'number') return mapValue(left, (number) => apply(number, right))
  const out = new Map<number, number>()
  for (const [at, a] of left as Series) {
    const b = (right as Series).get(at)
    const result = b === undefined ? Number.NaN : apply(a, b)
    if (Number.isFinite(result)) out.set(at, result)
  }
  return out
}

/** Reduces a series to a number, or several series to one, instant by instant. */
export function reduce(value: Value, apply: (numbers: readonly number[]) => number): Value {
  if (typeof value === 'number') return apply([value])
  if (!isArray(value)) return apply([...(value as Series).values()])
  const out = new Map<number, number>()
  for (const at of instantsOf(value))
    out.set(at, apply(value.flatMap((series) => (series.has(at) ? [series.get(at) as number] : []))))
  return out
}

/** Every instant at which one of the series has a point, oldest first. */
export const instantsOf = (all: readonly Series[]): number[] =>
  [...new Set(all.flatMap((series) => [...series.keys()]))].sort((a, b) => a - b)
