import type { Json, JsonObject } from '../json.ts'
import { NoResult } from '../json-path/evaluate.ts'
import { parsePath } from '../json-path/parse.ts'
import { valueAt } from '../json-path/resolve.ts'
import { runtimeProblem } from '../problem.ts'
import type { Scope } from '../scope.ts'
import { comparisonOperators, stringMatches, typeOperators } from './operators.ts'

/** Whether a JSONPath choice rule holds, `$` being `document`. @throws Problem States.Runtime */
export function holds(rule: JsonObject, document: Json, scope: Scope): boolean {
  if (Array.isArray(rule.And)) return rule.And.every((inner) => holds(inner as JsonObject, document, scope))
  if (Array.isArray(rule.Or)) return rule.Or.some((inner) => holds(inner as JsonObject, document, scope))
  if (rule.Not !== undefined) return !holds(rule.Not as JsonObject, document, scope)
  return compares(rule, document, scope)
}

function compares(rule: JsonObject, document: Json, scope: Scope): boolean {
  const variable = String(rule.Variable)
  if (typeof rule.IsPresent === 'boolean') return (present(variable, document, scope) !== undefined) === rule.IsPresent
  const value = read(variable, document, scope)
  for (const [operator, operand] of Object.entries(rule)) {
    const isType = typeOperators[operator]
    if (isType) return isType(value) === operand
    if (operator === 'StringMatches') return stringMatches(value, String(operand))
    const compare = comparisonOperators[operator]
    if (compare) return compare(value, operand)
    const withPath = operator.endsWith('Path') ? comparisonOperators[operator.slice(0, -4)] : undefined
    if (withPath) return withPath(value, read(String(operand), document, scope))
  }
  return false
}

function present(path: string, document: Json, scope: Scope): Json | undefined {
  try {
    return valueAt(parsePath(path), document, scope)
  } catch (error) {
    if (error instanceof NoResult) return undefined
    throw error
  }
}

function read(path: string, document: Json, scope: Scope): Json {
  const value = present(path, document, scope)
  if (value !== undefined) return value
  throw runtimeProblem(`Invalid path '${path}': The choice state's condition path references an invalid value.`)
}
