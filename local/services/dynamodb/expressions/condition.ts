import { beginsWith, compareValues, contains, sameValue } from '../values/compare.ts'
import { type Item, typeOf, type Value } from '../values/value.ts'
import { checkBetween, checkComparison, checkDistinct, checkFunction } from './condition-rules.ts'
import { ExpressionError } from './parser.ts'
import { type Path, valueAt } from './path.ts'
import type { Placeholders } from './placeholders.ts'
import type { Comparator, Condition, FunctionCall, Operand } from './syntax.ts'

export type Test = (item: Item) => boolean

/** An operand with its placeholders resolved. */
export type Bound =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'size'; readonly of: Bound }

/**
 * Makes a condition with its placeholders resolved into a test of items.
 * @throws ExpressionError on an undefined placeholder or an operand of the wrong type
 */
export function bindCondition(condition: Condition, placeholders: Placeholders): Test {
  switch (condition.kind) {
    case 'and': {
      const [left, right] = [bindCondition(condition.left, placeholders), bindCondition(condition.right, placeholders)]
      return (item) => left(item) && right(item)
    }
    case 'or': {
      const [left, right] = [bindCondition(condition.left, placeholders), bindCondition(condition.right, placeholders)]
      return (item) => left(item) || right(item)
    }
    case 'not': {
      const test = bindCondition(condition.condition, placeholders)
      return (item) => !test(item)
    }
    case 'function':
      return bindFunction(condition, placeholders)
    default:
      return bindComparison(condition, placeholders)
  }
}

type Comparison = Extract<Condition, { kind: 'compare' | 'between' | 'in' }>

function bindComparison(condition: Comparison, placeholders: Placeholders): Test {
  if (condition.kind === 'compare') {
    const [left, right] = bindOperands([condition.left, condition.right], placeholders) as [Bound, Bound]
    checkComparison(condition.comparator, left, right)
    return comparisonTest(condition.comparator, left, right)
  }
  if (condition.kind === 'in') {
    const operands = bindOperands([condition.operand, ...condition.candidates], placeholders)
    checkDistinct('IN', operands)
    const [operand, ...candidates] = operands
    return (item) => isAmong(item, operand as Bound, candidates)
  }
  const operands = bindOperands([condition.operand, condition.low, condition.high], placeholders)
  const [operand, low, high] = operands as [Bound, Bound, Bound]
  checkBetween(operand, low, high)
  const notBelow = comparisonTest('>=', operand, low)
  const notAbove = comparisonTest('<=', operand, high)
  return (item) => notBelow(item) && notAbove(item)
}

export function bindOperands(operands: readonly Operand[], placeholders: Placeholders): Bound[] {
  const bound = operands.map((operand) => bindOperand(operand, placeholders))
  if (placeholders.firstUndefined !== undefined) throw new ExpressionError(placeholders.firstUndefined)
  return bound
}

function bindOperand(operand: Operand, placeholders: Placeholders): Bound {
  if (operand.kind === 'path') return { kind: 'path', path: placeholders.path(operand.steps) }
  if (operand.kind === 'value') return { kind: 'value', value: placeholders.value(operand.placeholder) }
  const args = bindOperands(operand.args, placeholders)
  checkFunction(operand.name, args)
  return { kind: 'size', of: args[0] as Bound }
}

function bindFunction(call: FunctionCall, placeholders: Placeholders): Test {
  const args = bindOperands(call.args, placeholders)
  checkFunction(call.name, args)
  const [first, second] = args as [Bound, Bound]
  switch (call.name) {
    case 'attribute_exists':
      return (item) => read(item, first) !== undefined
    case 'attribute_not_exists':
      return (item) => read(item, first) === undefined
    case 'attribute_type':
      return (item) => hasType(read(item, first), read(item, second))
    case 'begins_with':
      return (item) => both(beginsWith, read(item, first), read(item, second))
    default:
      return (item) => both(contains, read(item, first), read(item, second))
  }
}

const hasType = (value: Value | undefined, type: Value | undefined): boolean =>
  value !== undefined && typeOf(value) === type?.S

const both = (test: (a: Value, b: Value) => boolean, a: Value | undefined, b: Value | undefined): boolean =>
  a !== undefined && b !== undefined && test(a, b)

function read(item: Item, operand: Bound): Value | undefined {
  if (operand.kind === 'path') return valueAt(item, operand.path)
  if (operand.kind === 'value') return operand.value
  const value = read(item, operand.of)
  const size = value && sizeOf(value)
  return size === undefined ? undefined : { N: String(size) }
}

/** What the function `size` gives; numbers, booleans and nulls have no size. */
function sizeOf(value: Value): number | undefined {
  // UTF-16 code units, not bytes (recorded from AWS).
  if (value.S !== undefined) return value.S.length
  if (value.M !== undefined) return Object.keys(value.M).length
  return (value.B ?? value.L ?? value.SS ?? value.NS ?? value.BS)?.length
}

function isAmong(item: Item, operand: Bound, candidates: readonly Bound[]): boolean {
  const value = read(item, operand)
  return value !== undefined && candidates.some((candidate) => both(sameValue, value, read(item, candidate)))
}

/** A comparison with an attribute that is missing is false, but for `<>`, which is true. */
function comparisonTest(comparator: Comparator, left: Bound, right: Bound): Test {
  if (comparator === '=') return (item) => both(sameValue, read(item, left), read(item, right))
  if (comparator === '<>') return (item) => !both(sameValue, read(item, left), read(item, right))
  const holds = orderTests[comparator]
  return (item) => {
    const [a, b] = [read(item, left), read(item, right)]
    const order = a && b && compareValues(a, b)
    return order !== undefined && holds(order)
  }
}

const orderTests: Readonly<Record<'<' | '<=' | '>' | '>=', (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}
