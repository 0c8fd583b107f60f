import { invalid } from '../errors.ts'
import type { Item, Value } from '../values/value.ts'
import { type Bound, bindOperands } from './condition.ts'
import { checkBetween, checkComparison, checkFunction } from './condition-rules.ts'
import { ExpressionError } from './parser.ts'
import type { Placeholders } from './placeholders.ts'
import type { Condition, Operand } from './syntax.ts'

export type KeyOperator = '=' | '<' | '<=' | '>' | '>=' | 'between' | 'begins_with'

/** One condition on one key attribute. */
export interface KeyTest {
  readonly operator: KeyOperator
  readonly values: readonly Value[]
}

const mirrored = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const

/**
 * The conditions of a KeyConditionExpression by attribute.
 * @throws AwsError, ExpressionError on what a key condition may not say
 */
export function bindKeyConditions(condition: Condition, placeholders: Placeholders): ReadonlyMap<string, KeyTest> {
  const tests = new Map<string, KeyTest>()
  collect(condition, placeholders, tests)
  return tests
}

function collect(condition: Condition, placeholders: Placeholders, tests: Map<string, KeyTest>): void {
  if (condition.kind === 'and') {
    collect(condition.left, placeholders, tests)
    collect(condition.right, placeholders, tests)
    return
  }
  const [operator, operands] = parts(condition)
  const bound = bindOperands(operands, placeholders)
  checkOperands(operator, bound)
  const at = subjectOf(operator, bound)
  const name = attributeName(bound[at] as Bound)
  if (tests.has(name)) throw new ExpressionError('KeyConditionExpressions must only contain one condition per key')
  const values = bound.flatMap((operand) => (operand.kind === 'value' ? [operand.value] : []))
  tests.set(name, { operator: at === 1 ? mirrored[operator as '<'] : operator, values })
}

function checkOperands(operator: KeyOperator, bound: readonly Bound[]): void {
  if (operator === 'begins_with') checkFunction(operator, bound)
  else if (operator === 'between') checkBetween(...(bound as [Bound, Bound, Bound]))
  else checkComparison(operator, ...(bound as [Bound, Bound]))
}

function parts(condition: Exclude<Condition, { kind: 'and' }>): [KeyOperator, readonly Operand[]] {
  switch (condition.kind) {
    case 'compare':
      if (condition.comparator === '<>') throw badOperator('<>')
      return [condition.comparator, [condition.left, condition.right]]
    case 'between':
      return ['between', [condition.operand, condition.low, condition.high]]
    case 'function':
      if (condition.name !== 'begins_with') throw badOperator(condition.name)
      return ['begins_with', condition.args]
    default:
      throw badOperator(condition.kind.toUpperCase())
  }
}

const badOperator = (operator: string) => invalid(`Invalid operator used in KeyConditionExpression: ${operator}`)

/** Position of the operand that is the key attribute. */
function subjectOf(operator: KeyOperator, operands: readonly Bound[]): number {
  if (operands.some((operand) => operand.kind === 'size'))
    throw invalid('KeyConditionExpressions cannot contain nested operations')
  const paths = operands.filter((operand) => operand.kind === 'path')
  if (paths.length > 1)
    throw invalid('Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition')
  if (paths.length === 0) throw invalid('Invalid condition in KeyConditionExpression: No key attribute specified')
  const at = operands.findIndex((operand) => operand.kind === 'path')
  if (at > 0 && (operator === 'between' || operator === 'begins_with')) {
    const word = operator === 'between' ? 'BETWEEN' : operator
    throw invalid(
      `Invalid condition in KeyConditionExpression: ${word} operator must have the key attribute as its first operand`,
    )
  }
  return at
}

function attributeName(operand: Bound): string {
  if (operand.kind !== 'path' || operand.path.length > 1)
    throw invalid('KeyConditionExpressions cannot have conditions on nested attributes')
  return operand.path[0] as string
}

/** The values of a whole key that the conditions fix by `=`. */
export const fixedKey = (tests: ReadonlyMap<string, KeyTest>, name: string): Item | undefined => {
  const test = tests.get(name)
  return test?.operator === '=' && test.values[0] ? { [name]: test.values[0] } : undefined
}
