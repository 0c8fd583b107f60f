import { compact, type Json } from '../json.ts'
import { Problem, runtimeProblem } from '../problem.ts'
import type { Scope } from '../scope.ts'
import { evaluatePath, NoResult } from './evaluate.ts'
import { parsePath } from './parse.ts'
import type { JsonPath } from './path.ts'

/** The value of a path, `$` being `document`. @throws NoResult, Problem for an unknown variable */
export function valueAt(path: JsonPath, document: Json, scope: Scope): Json {
  const { root } = path
  if (root.kind === 'input') return evaluatePath(path, document)
  if (root.kind === 'context') return evaluatePath(path, scope.context)
  const value = scope.variables.get(root.name)
  if (value === undefined) throw runtimeProblem(`Variable '${root.name}' not found`)
  return evaluatePath(path, value)
}

/** InputPath, OutputPath, ItemsPath and the like. @throws Problem States.Runtime */
export function resolvePath(text: string, document: Json, scope: Scope): Json {
  try {
    return valueAt(parsePath(text), document, scope)
  } catch (error) {
    if (error instanceof NoResult) throw runtimeProblem(`Invalid path '${text}' : ${error.message}`)
    throw error
  }
}

/** A path in a payload template. @throws Problem States.Runtime */
export function resolveField(field: string, text: string, document: Json, scope: Scope): Json {
  try {
    return valueAt(parsePath(text), document, scope)
  } catch (error) {
    if (!(error instanceof NoResult)) throw error
    throw new Problem(
      'States.Runtime',
      `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${compact(
        text.startsWith('$$') ? scope.context : document,
      )}'`,
    )
  }
}
