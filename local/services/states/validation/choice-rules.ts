import { comparisonOperators, typeOperators } from '../language/choice/operators.ts'
import { isObject, type JsonObject } from '../language/json.ts'
import { expressionOf } from '../language/jsonata/evaluate.ts'
import { validPath } from './expressions.ts'
import type { Validation } from './machine.ts'
import { inOtherLanguage } from './query-language.ts'

const operators: readonly string[] = [
  ...Object.keys(comparisonOperators).flatMap((operator) => [operator, `${operator}Path`]),
  ...['StringMatches', 'IsPresent', ...Object.keys(typeOperators)],
]
/** What a rule is of. */
const kinds = ['And', 'Or', 'Not', 'Variable', 'Condition']

export function validateChoice(state: JsonObject, at: string, validation: Validation): void {
  const { diagnostics } = validation
  const { Choices } = state
  if (Choices === undefined) return
  if (!Array.isArray(Choices)) {
    diagnostics.schema(`${at}/Choices`, 'Expected value of type [ARRAY]')
    return
  }
  if (Choices.length === 0) diagnostics.schema(`${at}/Choices`, 'Value cannot be empty')
  for (const [index, rule] of Choices.entries()) {
    const where = `${at}/Choices[${index}]`
    if (!isObject(rule)) diagnostics.schema(where, 'Expected value of type [OBJECT]')
    else {
      if (rule.Next === undefined) diagnostics.schema(where, 'These fields are required: [Next]')
      validateRule(rule, where, validation)
    }
  }
}

function validateRule(rule: JsonObject, at: string, validation: Validation): void {
  const { diagnostics, language } = validation
  const other = language === 'JSONata' ? 'Variable' : 'Condition'
  if (rule[other] !== undefined) {
    diagnostics.schema(at, inOtherLanguage(other, language))
    return
  }
  if (kinds.filter((kind) => rule[kind] !== undefined).length !== 1) {
    diagnostics.schema(at, `The object must have only one of the following fields, [${kinds.join(', ')}]`)
    return
  }
  if (rule.Variable !== undefined) validateComparison(rule, at, validation)
  validateCondition(rule, at, validation)
  for (const field of ['And', 'Or'])
    for (const [index, inner] of (Array.isArray(rule[field]) ? rule[field] : []).entries())
      validateInner(inner as JsonObject, `${at}/${field}[${index}]`, validation)
  if (isObject(rule.Not ?? null)) validateInner(rule.Not as JsonObject, `${at}/Not`, validation)
}

/** Only the outermost rule says what comes next. */
function validateInner(rule: JsonObject, at: string, validation: Validation): void {
  if (rule.Next !== undefined) validation.diagnostics.schema(at, "Field 'Next' is not supported")
  validateRule(rule, at, validation)
}

function validateComparison(rule: JsonObject, at: string, { diagnostics }: Validation): void {
  const given = Object.keys(rule).filter((field) => operators.includes(field))
  for (const field of ['Variable', ...given.filter((operator) => operator.endsWith('Path'))])
    validateReference(rule, field, at, diagnostics)
  if (given.length > 1) diagnostics.atMostOne(rule, given, at)
  if (given.length === 0) diagnostics.exactlyOne(rule, operators, at)
}

function validateReference(rule: JsonObject, field: string, at: string, diagnostics: Validation['diagnostics']): void {
  const path = rule[field]
  const start = typeof path === 'string' && path.startsWith('$')
  if (!start)
    diagnostics.schema(`${at}/${field}`, "Value is not a Reference Path: Reference path didn't start with '$'")
  else if (!validPath(path)) diagnostics.schema(`${at}/${field}`, 'Value is not a Reference Path')
}

function validateCondition({ Condition }: JsonObject, at: string, { diagnostics }: Validation): void {
  const sound =
    Condition === undefined ||
    typeof Condition === 'boolean' ||
    (typeof Condition === 'string' && expressionOf(Condition) !== undefined)
  if (!sound) diagnostics.schema(`${at}/Condition`, 'Value must be a boolean or a JSONata expression')
}
