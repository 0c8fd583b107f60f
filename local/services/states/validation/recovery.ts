import type { QueryLanguage } from '../language/definition.ts'
import { isObject, type Json, type JsonObject } from '../language/json.ts'
import type { Diagnostics } from './diagnostics.ts'
import { validPath } from './expressions.ts'
import { validateRetrierNumbers } from './numbers.ts'
import { inOtherLanguage } from './query-language.ts'

const retrierFields = ['IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy']

/** Retry and Catch. */
export function validateRecovery(
  state: JsonObject,
  language: QueryLanguage,
  at: string,
  diagnostics: Diagnostics,
): void {
  entriesOf(state.Retry, `${at}/Retry`, diagnostics, (retrier, where) => {
    diagnostics.unsupported(retrier, ['ErrorEquals', 'Comment', ...retrierFields], where)
    validateRetrierNumbers(retrier, where, diagnostics)
    diagnostics.oneOf(retrier, 'JitterStrategy', ['NONE', 'FULL'], where)
  })
  entriesOf(state.Catch, `${at}/Catch`, diagnostics, (catcher, where) => {
    validateCatcher(catcher, language, where, diagnostics)
  })
}

function validateCatcher(catcher: JsonObject, language: QueryLanguage, at: string, diagnostics: Diagnostics): void {
  if (catcher.Next === undefined) diagnostics.schema(at, 'These fields are required: [Next]')
  diagnostics.unsupported(catcher, ['ErrorEquals', 'Next', 'Comment', 'Assign', 'Output', 'ResultPath'], at)
  const other = language === 'JSONata' ? 'ResultPath' : 'Output'
  if (catcher[other] !== undefined) diagnostics.schema(at, inOtherLanguage(other, language))
  const { ResultPath } = catcher
  if (language === 'JSONata' || ResultPath === undefined || ResultPath === null) return
  if (!validPath(ResultPath)) diagnostics.schema(`${at}/ResultPath`, 'Value must be a valid JSONPath.')
  else if (!validPath(ResultPath, true)) diagnostics.schema(`${at}/ResultPath`, 'Value is not a Reference Path')
}

type Check = (entry: JsonObject, at: string) => void

function entriesOf(value: Json | undefined, at: string, diagnostics: Diagnostics, check: Check): void {
  if (value === undefined) return
  if (!Array.isArray(value)) {
    diagnostics.schema(at, 'Expected value of type [ARRAY]')
    return
  }
  for (const [index, entry] of value.entries()) {
    const where = `${at}[${index}]`
    if (!isObject(entry)) diagnostics.schema(where, 'Expected value of type [OBJECT]')
    else {
      validateErrors(entry.ErrorEquals, index === value.length - 1, where, diagnostics)
      check(entry, where)
    }
  }
}

function validateErrors(names: Json | undefined, last: boolean, at: string, diagnostics: Diagnostics): void {
  if (names === undefined) {
    diagnostics.schema(at, 'These fields are required: [ErrorEquals]')
    return
  }
  if (!Array.isArray(names)) {
    diagnostics.schema(`${at}/ErrorEquals`, 'Expected value of type [ARRAY]')
    return
  }
  if (names.length === 0) diagnostics.schema(`${at}/ErrorEquals`, 'Value cannot be empty')
  for (const [index, name] of names.entries()) {
    const where = `${at}/ErrorEquals[${index}]`
    if (typeof name !== 'string') diagnostics.schema(where, 'Expected value of type [STRING]')
    if (name === 'States.ALL' && (names.length > 1 || !last))
      diagnostics.schema(where, 'States.ALL must appear alone and at end of list')
  }
}
