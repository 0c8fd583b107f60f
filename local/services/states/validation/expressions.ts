import { parseIntrinsic } from '../language/intrinsic/parse.ts'
import { isObject, type Json } from '../language/json.ts'
import { isPath, parsePath } from '../language/json-path/parse.ts'
import type { Diagnostics } from './diagnostics.ts'

/** A path; a Reference Path names one place. */
export function validPath(value: Json, reference = false): boolean {
  if (typeof value !== 'string') return false
  if (!reference && value.startsWith('States.')) return isIntrinsic(value)
  return isPath(value) && (!reference || parsePath(value).definite)
}

function isIntrinsic(text: string): boolean {
  try {
    parseIntrinsic(text)
    return true
  } catch {
    return false
  }
}

/** Fields whose name ends in `.$` hold a path or a call of an intrinsic function. */
export function validateTemplate(template: Json, at: string, diagnostics: Diagnostics): void {
  if (Array.isArray(template)) for (const item of template) validateTemplate(item, at, diagnostics)
  if (!isObject(template)) return
  for (const [name, value] of Object.entries(template)) {
    if (!name.endsWith('.$')) validateTemplate(value, at, diagnostics)
    else if (typeof value !== 'string' || !(isPath(value) || isIntrinsic(value)))
      diagnostics.schema(
        at,
        `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call`,
      )
  }
}
