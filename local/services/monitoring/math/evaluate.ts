import type { Series } from '../model/series.ts'
import { callFunction, fillWith, type MathContext, operate } from './functions.ts'
import { type Expression, mathError } from './parse.ts'
import { isArray, mapValue, type Value } from './values.ts'

/**
 * Computes an expression over the values of other queries.
 * @throws AwsError ValidationError for an id that no query has
 */
export function evaluateMath(
  source: string,
  expression: Expression,
  values: ReadonlyMap<string, Value>,
  context: MathContext,
): Value {
  const evaluate = (part: Expression): Value => {
    switch (part.kind) {
      case 'number':
        return part.value
      case 'text':
        throw mathError(source, `A text has no place at "${part.value}".`)
      case 'name': {
        const value = values.get(part.name)
        if (value === undefined) throw mathError(source, `No query has the id ${part.name}.`)
        return value
      }
      case 'negative':
        return mapValue(evaluate(part.of), (number) => -number)
      case 'binary':
        return operate(part.operator, evaluate(part.left), evaluate(part.right))
      case 'call':
        return call(part.name, part.args)
    }
  }

  const call = (name: string, args: readonly Expression[]): Value => {
    const [first, second] = args
    if (name === 'METRICS') {
      const part = first?.kind === 'text' ? first.value : ''
      return [...context.metrics].filter(([id]) => id.includes(part)).map(([, series]) => series)
    }
    if (name === 'SORT') return sorted(source, args, evaluate)
    if (name !== 'FILL') return callFunction(name, args.map(evaluate), context)
    if (!first || !second) throw mathError(source, 'FILL takes a metric and what to fill its gaps with.')
    const word = second.kind === 'name' && (second.name === 'REPEAT' || second.name === 'LINEAR')
    return fillWith(evaluate(first), word ? (second.name as 'REPEAT' | 'LINEAR') : evaluate(second), context)
  }

  return evaluate(expression)
}

const reductions: Readonly<Record<string, (numbers: readonly number[]) => number>> = {
  AVG: (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length,
  MAX: (numbers) => Math.max(...numbers),
  MIN: (numbers) => Math.min(...numbers),
  SUM: (numbers) => numbers.reduce((sum, number) => sum + number, 0),
}

/** `SORT(METRICS(), AVG, DESC, 10)`: series by one number each, the first so many of them. Those without points come last. */
function sorted(source: string, args: readonly Expression[], evaluate: (part: Expression) => Value): Value {
  const [of, by, order, most] = args
  const reduction = by?.kind === 'name' ? reductions[by.name] : undefined
  const descending = order?.kind === 'name' && order.name === 'DESC'
  if (!of || !reduction || order?.kind !== 'name' || (!descending && order.name !== 'ASC'))
    throw mathError(source, 'SORT takes metrics, AVG, MAX, MIN or SUM, ASC or DESC, and how many of them.')
  const value = evaluate(of)
  if (!isArray(value)) return value
  const key = (series: Series): number => {
    const numbers = [...series.values()]
    if (numbers.length === 0) return Number.POSITIVE_INFINITY
    return descending ? -reduction(numbers) : reduction(numbers)
  }
  const count = most === undefined ? undefined : Number(evaluate(most))
  return [...value].sort((a, b) => key(a) - key(b)).slice(0, count)
}
