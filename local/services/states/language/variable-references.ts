import { type Intrinsic, parseIntrinsic } from './intrinsic/parse.ts'
import type { Json } from './json.ts'
import { parsePath } from './json-path/parse.ts'
import { compileJsonata, expressionOf } from './jsonata/evaluate.ts'

type JsonObject = Readonly<Record<string, Json>>

/** Fields of whose members only those that end in `.$` are queries. */
const TEMPLATES: ReadonlySet<string> = new Set([
  'Parameters',
  'ItemSelector',
  'ResultSelector',
  'Assign',
  'BatchInput',
  'Credentials',
])
const MACHINES: ReadonlySet<string> = new Set(['ItemProcessor', 'Iterator', 'Branches'])

/**
 * The variables that each state of a valid definition names, in order; states without any are left out
 * (recorded by LocalStack's validated tests, November 2024).
 */
export function variableReferences(definition: string): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  collectMachine(JSON.parse(definition) as JsonObject, 'JSONPath', found)
  return found
}

function collectMachine(machine: JsonObject, outer: Json, found: Record<string, string[]>): void {
  const language = machine.QueryLanguage ?? outer
  for (const [name, state] of Object.entries((machine.States ?? {}) as Record<string, JsonObject>)) {
    const own = state.QueryLanguage ?? language
    const variables = new Set<string>()
    for (const [field, value] of Object.entries(state)) {
      if (MACHINES.has(field)) {
        for (const inner of [value].flat() as JsonObject[]) collectMachine(inner, own, found)
      } else if (own === 'JSONata') collectExpressions(value, variables)
      else collectPaths(field, value, variables)
    }
    if (variables.size > 0) found[name] = [...variables].sort()
  }
}

function collectPaths(field: string, value: Json, variables: Set<string>): void {
  if (field === 'Result' || field === 'ResultPath') return
  if (TEMPLATES.has(field)) collectTemplate(value, variables)
  else if (Array.isArray(value)) for (const item of value) collectPaths('', item, variables)
  else if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value)) collectPaths(name, member as Json, variables)
  else if (typeof value === 'string' && (field.endsWith('Path') || field === 'Variable')) collectQuery(value, variables)
}

function collectTemplate(template: Json, variables: Set<string>): void {
  if (Array.isArray(template)) for (const item of template) collectTemplate(item, variables)
  else if (typeof template === 'object' && template !== null)
    for (const [name, member] of Object.entries(template)) {
      if (name.endsWith('.$') && typeof member === 'string') collectQuery(member, variables)
      else collectTemplate(member as Json, variables)
    }
}

function collectQuery(text: string, variables: Set<string>): void {
  if (text.startsWith('$')) collectIntrinsic({ kind: 'path', path: parsePath(text) }, variables)
  else collectIntrinsic(parseIntrinsic(text), variables)
}

function collectIntrinsic(intrinsic: Intrinsic, variables: Set<string>): void {
  if (intrinsic.kind === 'call') for (const argument of intrinsic.arguments) collectIntrinsic(argument, variables)
  else if (intrinsic.kind === 'path' && intrinsic.path.root.kind === 'variable') variables.add(intrinsic.path.root.name)
}

function collectExpressions(value: Json, variables: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collectExpressions(item, variables)
  else if (typeof value === 'object' && value !== null)
    for (const member of Object.values(value)) collectExpressions(member as Json, variables)
  else if (typeof value === 'string') {
    const expression = expressionOf(value)
    if (expression !== undefined) for (const name of freeVariables(expression)) variables.add(name)
  }
}

/** What an expression names and neither binds itself, nor calls, nor has from Step Functions. */
function freeVariables(expression: string): Set<string> {
  const names = new Set<string>()
  const bound = new Set(['', '$', 'states'])
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const each of node) visit(each)
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return
    const { type, value, lhs, arguments: parameters, procedure, ...rest } = node as Record<string, unknown>
    if (type === 'variable') names.add(String(value))
    if (type === 'bind') bound.add(nameOf(lhs))
    else visit(lhs)
    if (type === 'lambda') for (const parameter of parameters as unknown[]) bound.add(nameOf(parameter))
    else visit(parameters)
    if (nameOf(procedure) === '') visit(procedure)
    visit(Object.values(rest))
  }
  visit(compileJsonata(expression).ast())
  for (const name of bound) names.delete(name)
  return names
}

const nameOf = (node: unknown): string => {
  const { type, value } = (node ?? {}) as { type?: unknown; value?: unknown }
  return type === 'variable' ? String(value) : ''
}
