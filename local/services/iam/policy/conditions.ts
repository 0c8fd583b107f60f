import { type Operator, operators } from './operators.ts'
import type { ContextValue, RequestContext } from './request-context.ts'
import { expand, type Template, template } from './variables.ts'

/** One condition of a statement, compiled. */
export type Condition = (context: RequestContext) => boolean

const form = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/

export interface OperatorName {
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined
  readonly name: string
  readonly ifExists: boolean
}

/** The parts of an operator's name; `undefined` where IAM has no such operator. */
export function operatorName(text: string): OperatorName | undefined {
  const found = form.exec(text)
  const name = found?.[2]
  if (!found || !name || !(name === 'Null' || Object.hasOwn(operators, name))) return undefined
  // "You can add IfExists to the end of any condition operator name except the Null condition" (IAM user guide).
  if (name === 'Null' && found[3] !== undefined) return undefined
  return { set: found[1] as OperatorName['set'], name, ifExists: found[3] !== undefined }
}

const many = (value: ContextValue): readonly string[] => (typeof value === 'string' ? [value] : value)

/** Compiles the condition `{ [operator]: { [key]: values } }`. */
export function condition(text: string, key: string, values: readonly string[], variables: boolean): Condition {
  const parsed = operatorName(text)
  if (!parsed) return () => false
  if (parsed.name === 'Null') return isNull(key, values)
  const operator = operators[parsed.name] as Operator
  const templates = values.map((value) => template(value, variables && operator.variables))
  return (context) => {
    const given = context.get(key)
    if (given === undefined) return parsed.ifExists || parsed.set === 'ForAllValues' || absent(operator, parsed)
    return holds(operator, parsed, many(given), templates, context)
  }
}

const absent = (operator: Operator, { set }: OperatorName): boolean => operator.negated && set === undefined

function holds(
  operator: Operator,
  { set }: OperatorName,
  given: readonly string[],
  templates: readonly Template[],
  context: RequestContext,
): boolean {
  const wanted = templates.map((value) => expand(value, context)).filter((value) => value !== undefined)
  const compares = (value: string): boolean => wanted.some((one) => operator.compare(value, one))
  const passes = (value: string): boolean => compares(value) !== operator.negated
  if (set === 'ForAllValues') return given.every(passes)
  if (set === 'ForAnyValue') return given.some(passes)
  return operator.negated ? !given.some(compares) : given.some(compares)
}

/** `"Null": {"key": "true"}` holds where the key is absent. */
function isNull(key: string, values: readonly string[]): Condition {
  return (context) => {
    const absent = String(context.get(key) === undefined)
    return values.some((value) => value.toLowerCase() === absent)
  }
}
