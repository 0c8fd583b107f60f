import type { QueryLanguage } from '../language/definition.ts'
import { isObject, type Json, type JsonObject } from '../language/json.ts'
import type { Diagnostics } from './diagnostics.ts'

const NAME = /^[\p{ID_Start}][\p{ID_Continue}]*$/u

/** The names that the state, its choice rules and its catchers assign to. */
export function validateVariableNames(
  state: JsonObject,
  language: QueryLanguage,
  at: string,
  diagnostics: Diagnostics,
): void {
  validateNames(state.Assign, language, `${at}/Assign`, diagnostics)
  for (const field of ['Choices', 'Catch'])
    for (const [index, entry] of (Array.isArray(state[field]) ? state[field] : []).entries())
      if (isObject(entry)) validateNames(entry.Assign, language, `${at}/${field}[${index}]/Assign`, diagnostics)
}

function validateNames(assign: Json | undefined, language: QueryLanguage, at: string, diagnostics: Diagnostics): void {
  if (!isObject(assign ?? null)) return
  for (const field of Object.keys(assign as JsonObject)) {
    const name = language === 'JSONPath' && field.endsWith('.$') ? field.slice(0, -2) : field
    if (name === 'states')
      diagnostics.add('RESERVED_VARIABLE_NAME', `${at}/${field}`, "Cannot assign to reserved variable '$states'.")
    else if (!NAME.test(name))
      diagnostics.add(
        'INVALID_VARIABLE_NAME',
        `${at}/${field}`,
        `Invalid variable name '${name}': the variable name contains invalid characters.`,
      )
  }
}
