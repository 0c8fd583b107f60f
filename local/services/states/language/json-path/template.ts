import { evaluateIntrinsic } from '../intrinsic/evaluate.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Scope } from '../scope.ts'
import { resolveField } from './resolve.ts'

/**
 * Parameters, ResultSelector, ItemSelector, Assign: a field whose name ends in `.$` holds a path or an intrinsic function.
 * `$` in it is `document`.
 * @throws Problem
 */
export function fillTemplate(template: Json, document: Json, scope: Scope): Json {
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, document, scope))
  if (typeof template !== 'object' || template === null) return template
  const filled: JsonObject = {}
  for (const [name, value] of Object.entries(template)) {
    if (name.endsWith('.$') && typeof value === 'string')
      filled[name.slice(0, -2)] = expression(name, value, document, scope)
    else filled[name] = fillTemplate(value, document, scope)
  }
  return filled
}

const expression = (field: string, text: string, document: Json, scope: Scope): Json =>
  text.startsWith('$') ? resolveField(field, text, document, scope) : evaluateIntrinsic(text, document, scope)
