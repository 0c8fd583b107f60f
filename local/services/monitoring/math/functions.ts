import { NotSimulated } from '../../../errors.ts'
import type { Series } from '../model/series.ts'
import { calendarFunctions } from './calendar.ts'
import { combine, isArray, isSeries, mapSeries, mapValue, reduce, type Value } from './values.ts'

/** What a function may ask beside its arguments. */
export interface MathContext {
  /** Milliseconds. */
  readonly period: number
  /** Starts of the periods that are asked for, oldest first. */
  readonly instants: readonly number[]
  /** Metrics (not expressions) among the queries, by id. */
  readonly metrics: ReadonlyMap<string, Series>
}

type MathFunction = (args: readonly Value[], context: MathContext) => Value

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
const average = (numbers: readonly number[]): number => sum(numbers) / numbers.length
const deviation = (numbers: readonly number[]): number => {
  const mean = average(numbers)
  return Math.sqrt(average(numbers.map((number) => (number - mean) ** 2)))
}

const reducing =
  (apply: (numbers: readonly number[]) => number): MathFunction =>
  ([value = 0]) =>
    reduce(value, apply)

const mapping =
  (apply: (number: number) => number): MathFunction =>
  ([value = 0]) =>
    mapValue(value, apply)

/** Applies to each series what looks at a point and the one before it; the first point has none. */
const stepping =
  (apply: (difference: number, milliseconds: number) => number): MathFunction =>
  ([value = 0]) => {
    const step = (series: Series): Series => {
      const points = [...series]
      return new Map(
        points.slice(1).map(([at, number], index) => {
          const [before, previous] = points[index] as [number, number]
          return [at, apply(number - previous, at - before)]
        }),
      )
    }
    return isArray(value) ? value.map(step) : isSeries(value) ? step(value) : 0
  }

function runningSum(series: Series): Series {
  let total = 0
  return mapSeries(series, (number) => {
    total += number
    return total
  })
}

function fill(series: Series, filler: Value | 'REPEAT' | 'LINEAR', instants: readonly number[]): Series {
  const points = [...series]
  return new Map(
    instants.flatMap((at): [number, number][] => {
      const present = series.get(at)
      if (present !== undefined) return [[at, present]]
      if (typeof filler === 'number') return [[at, filler]]
      if (filler !== 'REPEAT' && filler !== 'LINEAR') {
        const other = isSeries(filler) ? filler.get(at) : undefined
        return other === undefined ? [] : [[at, other]]
      }
      const before = points.findLast(([each]) => each < at)
      const after = points.find(([each]) => each > at)
      if (!before) return []
      if (filler === 'REPEAT' || !after) return filler === 'REPEAT' ? [[at, before[1]]] : []
      return [[at, before[1] + ((after[1] - before[1]) * (at - before[0])) / (after[0] - before[0])]]
    }),
  )
}

/** `FILL` takes words that are no queries: REPEAT and LINEAR. */
export function fillWith(value: Value, filler: Value | 'REPEAT' | 'LINEAR', { instants }: MathContext): Value {
  if (isArray(value)) return value.map((series) => fill(series, filler, instants))
  return isSeries(value) ? fill(value, filler, instants) : value
}

const choose: MathFunction = ([condition = 0, yes = 0, no]) => {
  if (typeof condition === 'number') return condition !== 0 ? yes : (no ?? new Map())
  const at = (value: Value | undefined, instant: number) =>
    typeof value === 'number' ? value : value && isSeries(value) ? (value.get(instant) ?? Number.NaN) : Number.NaN
  const one = (series: Series) => mapSeries(series, (number, instant) => at(number !== 0 ? yes : no, instant))
  return isArray(condition) ? condition.map(one) : one(condition as Series)
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html */
const functions: Readonly<Record<string, MathFunction>> = {
  ...calendarFunctions,
  ABS: mapping(Math.abs),
  CEIL: mapping(Math.ceil),
  FLOOR: mapping(Math.floor),
  LOG: mapping(Math.log),
  LOG10: mapping(Math.log10),
  AVG: reducing(average),
  MAX: reducing((numbers) => Math.max(...numbers)),
  MIN: reducing((numbers) => Math.min(...numbers)),
  STDDEV: reducing(deviation),
  SUM: reducing(sum),
  DATAPOINT_COUNT: reducing((numbers) => numbers.length),
  DIFF: stepping((difference) => difference),
  DIFF_TIME: stepping((_, milliseconds) => milliseconds / 1_000),
  RATE: stepping((difference, milliseconds) => (difference * 1_000) / milliseconds),
  RUNNING_SUM: ([value = 0]) => (isArray(value) ? value.map(runningSum) : isSeries(value) ? runningSum(value) : value),
  FIRST: ([value = 0]) => (isArray(value) ? (value[0] ?? new Map()) : value),
  LAST: ([value = 0]) => (isArray(value) ? (value.at(-1) ?? new Map()) : value),
  IF: choose,
  PERIOD: (_, { period }) => period / 1_000,
  TIME_SERIES: ([value = 0], { instants }) =>
    typeof value === 'number' ? new Map(instants.map((at) => [at, value])) : value,
  METRIC_COUNT: ([value = 0]) => (isArray(value) ? value.length : 1),
  SLICE: ([value = 0, from = 0, to]) =>
    isArray(value) ? value.slice(Number(from), to === undefined ? undefined : Number(to)) : value,
  REMOVE_EMPTY: ([value = 0]) => (isArray(value) ? value.filter((series) => series.size > 0) : value),
  ARRAY: (args) => args.flatMap((value) => (isArray(value) ? [...value] : isSeries(value) ? [value] : [])),
}

export function callFunction(name: string, args: readonly Value[], context: MathContext): Value {
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (known) return known(args, context)
  const names = [...Object.keys(functions), 'FILL', 'METRICS'].filter((each) => each !== 'ARRAY').sort()
  throw new NotSimulated(`the metric math function ${name}`, `Functions it has: ${names.join(', ')}.`)
}

const truth = (value: boolean): number => (value ? 1 : 0)

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '==': (a, b) => truth(a === b),
  '!=': (a, b) => truth(a !== b),
  '<': (a, b) => truth(a < b),
  '>': (a, b) => truth(a > b),
  '<=': (a, b) => truth(a <= b),
  '>=': (a, b) => truth(a >= b),
  '&&': (a, b) => truth(a !== 0 && b !== 0),
  '||': (a, b) => truth(a !== 0 || b !== 0),
}

export const operate = (operator: string, left: Value, right: Value): Value =>
  combine(left, right, operators[operator] as (a: number, b: number) => number)
