import { compareValues } from '../values/compare.ts'
import { type TypeName, typeOf, type Value } from '../values/value.ts'
import type { Bound } from './condition.ts'
import { ExpressionError } from './parser.ts'
import { type Path, pathText, samePath } from './path.ts'
import type { Comparator } from './syntax.ts'

const operandCounts: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
}

const typeNames: ReadonlySet<string> = new Set(['S', 'N', 'B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'NS', 'M'])

/** @throws ExpressionError where a function's operands are too few, too many, the same path, or of the wrong type */
export function checkFunction(name: string, args: readonly Bound[]): void {
  if (args.length !== operandCounts[name])
    throw new ExpressionError(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${args.length}`,
    )
  checkDistinct(name, args)
  const [first, second] = args as [Bound, Bound]
  if (name === 'attribute_exists' || name === 'attribute_not_exists') checkIsPath(name, first)
  else if (name === 'begins_with') for (const operand of args) checkType(name, operand, ['S', 'B'])
  else if (name === 'attribute_type') checkTypeName(second)
  else if (name === 'size') checkType(name, first, ['S', 'B', 'SS', 'NS', 'BS', 'L', 'M'])
}

export function checkComparison(comparator: Comparator, left: Bound, right: Bound): void {
  checkDistinct(comparator, [left, right])
  if (comparator === '=' || comparator === '<>') return
  for (const operand of [left, right]) checkType(comparator, operand, ORDERED)
}

/** Types whose values have an order. */
const ORDERED: readonly TypeName[] = ['S', 'N', 'B']

export function checkBetween(operand: Bound, low: Bound, high: Bound): void {
  for (const each of [operand, low, high]) checkType('BETWEEN', each, ORDERED)
  checkDistinct('BETWEEN', [operand, low, high])
  if (low.kind !== 'value' || high.kind !== 'value') return
  const bounds = `lower bound operand: AttributeValue: ${valueText(low.value)}, upper bound operand: AttributeValue: ${valueText(high.value)}`
  if (typeOf(low.value) !== typeOf(high.value))
    throw new ExpressionError(`The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`)
  if ((compareValues(low.value, high.value) ?? 0) > 0)
    throw new ExpressionError(
      `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
    )
}

function valueText(value: Value): string {
  const type = typeOf(value)
  const plain = type === 'B' ? Buffer.from(value.B as Uint8Array).toString('base64') : value[type]
  return `{${type}:${typeof plain === 'object' ? JSON.stringify(plain) : String(plain)}}`
}

/** The first operand of an operator or a function may not come again as another. */
export function checkDistinct(name: string, [first, ...others]: readonly Bound[]): void {
  if (first?.kind !== 'path') return
  if (others.some((other) => other.kind === 'path' && samePath(first.path, other.path)))
    throw new ExpressionError(notDistinct(name, first.path))
}

export const notDistinct = (name: string, first: Path): string =>
  `The first operand must be distinct from the remaining operands for this operator or function; operator: ${name}, first operand: ${pathText(first)}`

function checkIsPath(name: string, operand: Bound): void {
  if (operand.kind !== 'path')
    throw new ExpressionError(`Operator or function requires a document path; operator or function: ${name}`)
}

function checkType(name: string, operand: Bound, allowed: readonly TypeName[]): void {
  const type = staticType(operand)
  if (type !== undefined && !allowed.includes(type)) throw wrongType(name, type)
}

const wrongType = (name: string, type: string) =>
  new ExpressionError(
    `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`,
  )

function staticType(operand: Bound): TypeName | undefined {
  if (operand.kind === 'size') return 'N'
  return operand.kind === 'value' ? typeOf(operand.value) : undefined
}

function checkTypeName(operand: Bound): void {
  const type = staticType(operand) ?? '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}'
  if (operand.kind !== 'value' || type !== 'S') throw wrongType('attribute_type', type)
  if (!typeNames.has(operand.value.S as string))
    throw new ExpressionError(
      `Invalid attribute type name found; type: ${operand.value.S}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
    )
}
