import type { QueryLanguage } from '../language/definition.ts'
import { isObject, type Json, type JsonObject } from '../language/json.ts'
import type { Diagnostics } from './diagnostics.ts'
import { validPath } from './expressions.ts'

/** Retry and Catch. */
export function validateRecovery(
  state: JsonObject,
  language: QueryLanguage,
  at: string,
  diagnostics: Diagnostics,
): void {
  entriesOf(state.Retry, `${at}/Retry`, diagnostics, (retrier, where) => validateRetrier(retrier, where, diagnostics))
  entriesOf(state.Catch, `${at}/Catch`, diagnostics, (catcher, where) => {
    if (catcher.Next === undefined) diagnostics.schema(where, 'These fields are required: [Next]')
    refuseOthers(
      catcher,
      ['ErrorEquals', 'Next', 'Comment', 'Assign', language === 'JSONata' ? 'Output' : 'ResultPath'],
      where,
      diagnostics,
    )
    const { ResultPath } = catcher
    if (ResultPath !== undefined && ResultPath !== null && !validPath(ResultPath, true))
      diagnostics.schema(`${where}/ResultPath`, 'Value is not a Reference Path')
  })
}

type Check = (entry: JsonObject, at: string) => void

function entriesOf(value: Json | undefined, at: string, diagnostics: Diagnostics, check: Check): void {
  if (value === undefined) return
  if (!Array.isArray(value)) {
    diagnostics.schema(at, 'Value must be an array')
    return
  }
  for (const [index, entry] of value.entries()) {
    const where = `${at}[${index}]`
    if (!isObject(entry)) diagnostics.schema(where, 'Value must be an object')
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
  if (!Array.isArray(names) || names.length === 0 || names.some((name) => typeof name !== 'string')) {
    diagnostics.schema(`${at}/ErrorEquals`, 'Value must be an array of at least one error name')
    return
  }
  if (!names.includes('States.ALL')) return
  if (names.length > 1) diagnostics.schema(`${at}/ErrorEquals`, "'States.ALL' must appear alone")
  if (!last) diagnostics.schema(`${at}/ErrorEquals`, "'States.ALL' must appear in the last entry")
}

function validateRetrier(retrier: JsonObject, at: string, diagnostics: Diagnostics): void {
  const fields = ['IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy']
  refuseOthers(retrier, ['ErrorEquals', 'Comment', ...fields], at, diagnostics)
  numberIn(retrier, 'IntervalSeconds', 1, 99_999_999, at, diagnostics)
  numberIn(retrier, 'MaxAttempts', 0, 99_999_999, at, diagnostics)
  numberIn(retrier, 'BackoffRate', 1, Number.POSITIVE_INFINITY, at, diagnostics)
  numberIn(retrier, 'MaxDelaySeconds', 1, 31_622_400, at, diagnostics)
  const { JitterStrategy } = retrier
  if (JitterStrategy !== undefined && JitterStrategy !== 'FULL' && JitterStrategy !== 'NONE')
    diagnostics.schema(`${at}/JitterStrategy`, 'Value must be one of [FULL, NONE]')
}

function numberIn(
  of: JsonObject,
  field: string,
  least: number,
  most: number,
  at: string,
  diagnostics: Diagnostics,
): void {
  const value = of[field]
  if (value === undefined) return
  const sound =
    typeof value === 'number' && value >= least && value <= most && (field === 'BackoffRate' || Number.isInteger(value))
  if (!sound)
    diagnostics.schema(
      `${at}/${field}`,
      `Value must be ${most === Number.POSITIVE_INFINITY ? `at least ${least}` : `between ${least} and ${most}`}`,
    )
}

function refuseOthers(entry: JsonObject, known: readonly string[], at: string, diagnostics: Diagnostics): void {
  for (const field of Object.keys(entry))
    if (!known.includes(field)) diagnostics.schema(`${at}/${field}`, `Field '${field}' is not supported`)
}
