import jsonata from 'jsonata'
import type { Json } from '../json.ts'
import { typeName } from '../json.ts'
import { QueryProblem } from '../problem.ts'
import type { Scope } from '../scope.ts'
import { bound, OutOfBounds } from './bounds.ts'
import { jsonataFunctions } from './functions.ts'

type Expression = ReturnType<typeof jsonata>

const cache = new Map<string, Expression>()

/** The expression of a `{% ... %}` text; `undefined` for any other text. */
export function expressionOf(text: string): string | undefined {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4 ? text.slice(2, -2).trim() : undefined
}

/** @throws what jsonata throws where the text is no expression */
export function compileJsonata(text: string): Expression {
  let expression = cache.get(text)
  if (!expression) {
    expression = jsonata(text)
    bound(expression)
    cache.set(text, expression)
  }
  return expression
}

/** What `$states` has beside the input and the context object. */
export interface StatesMembers {
  readonly result?: Json
  readonly errorOutput?: Json
}

/** Evaluates the expressions in a field's value, wherever they stand. @throws QueryProblem */
export async function evaluateField(
  field: string,
  template: Json,
  scope: Scope,
  members: StatesMembers = {},
): Promise<Json> {
  if (typeof template === 'string') {
    const expression = expressionOf(template)
    return expression === undefined ? template : evaluateExpression(field, expression, scope, members)
  }
  if (Array.isArray(template)) {
    const items: Json[] = []
    for (const [at, item] of template.entries())
      items.push(await evaluateField(`${field}[${at}]`, item, scope, members))
    return items
  }
  if (typeof template !== 'object' || template === null) return template
  const filled: Record<string, Json> = {}
  for (const [name, value] of Object.entries(template))
    filled[name] = await evaluateField(`${field}/${name}`, value, scope, members)
  return filled
}

async function evaluateExpression(field: string, text: string, scope: Scope, members: StatesMembers): Promise<Json> {
  const said = `The JSONata expression '${text}' specified for the field '${field}'`
  const states = { input: scope.input, context: scope.context, ...members }
  let result: unknown
  try {
    const bindings = { ...Object.fromEntries(scope.variables), ...jsonataFunctions(scope), states }
    result = await compileJsonata(text).evaluate(undefined, bindings)
  } catch (error) {
    throw new QueryProblem(field, `${said} threw an error during evaluation${errorText(error)}`)
  }
  const json = result === undefined ? undefined : JSON.stringify(result, named)
  if (json === undefined) throw new QueryProblem(field, `${said} returned nothing (undefined).`)
  return JSON.parse(json) as Json
}

/** JSON has no such numbers: AWS writes their names. */
const named = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value

/** How the sentence ends: JSONata's own errors have codes and sentences of their own, bounds of the evaluation have not. */
function errorText(error: unknown): string {
  if (error instanceof OutOfBounds) return `: ${error.message}`
  const { code, message } = error as { code?: string; message?: string }
  return code === undefined ? `: ${message}` : `. ${code}: ${message}`
}

/** A field that must be of one type. @throws QueryProblem */
export async function evaluateTyped(
  field: string,
  template: Json,
  expected: 'array' | 'boolean' | 'number' | 'string',
  scope: Scope,
  members: StatesMembers = {},
): Promise<Json> {
  const value = await evaluateField(field, template, scope, members)
  if (typeName(value) === expected) return value
  const expression = typeof template === 'string' ? (expressionOf(template) ?? template) : JSON.stringify(template)
  throw new QueryProblem(
    field,
    `The JSONata expression '${expression}' specified for the field '${field}' returned an unexpected result type. Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`,
  )
}
