import type { QueryLanguage } from '../language/definition.ts'
import { isObject, type Json, type JsonObject } from '../language/json.ts'
import { validateTemplate, validPath } from './expressions.ts'
import {
  exclusiveFields,
  fieldStanding,
  pathFields,
  referenceFields,
  requiredOf,
  stateTypes,
  templateFields,
} from './fields.ts'
import { validateJsonata } from './jsonata.ts'
import { type Validation, validateMachine } from './machine.ts'
import { validateNumbers } from './numbers.ts'
import { inOtherLanguage, languageOf } from './query-language.ts'
import { validateRecovery } from './recovery.ts'
import { typeRules } from './rules.ts'
import { validateVariableNames } from './variables.ts'

export function validateState(state: JsonObject, at: string, validation: Validation): void {
  const { diagnostics } = validation
  const { Type } = state
  if (typeof Type !== 'string' || !stateTypes.includes(Type)) {
    if (Type === undefined) diagnostics.schema(at, 'These fields are required: [Type]')
    else diagnostics.oneOf(state, 'Type', stateTypes, at)
    return
  }
  const language = languageOf(state, validation.language)
  const missing = requiredOf(Type).filter((field) => state[field] === undefined)
  if (missing.length > 0) diagnostics.schema(at, `These fields are required: [${missing.join(', ')}]`)
  validateFields(state, Type, language, at, validation)
  diagnostics.oneOf(state, 'QueryLanguage', ['JSONPath', 'JSONata'], at)
  validateMoves(state, Type, at, validation)
  for (const fields of exclusiveFields) diagnostics.atMostOne(state, fields, at)
  validateNumbers(state, language, at, diagnostics)
  if (language === 'JSONata') validateJsonata(state, at, diagnostics)
  else validatePaths(state, at, validation)
  validateVariableNames(state, language, at, diagnostics)
  validateRecovery(state, language, at, diagnostics)
  typeRules[Type]?.(state, at, { ...validation, language })
  validateInner(state, at, validation)
}

/** A state that would go back to JSONPath is told of that alone, not of the fields that it has of JSONata. */
function validateFields(
  state: JsonObject,
  type: string,
  language: QueryLanguage,
  at: string,
  { diagnostics, language: machine }: Validation,
): void {
  const goesBack = machine === 'JSONata' && language === 'JSONPath'
  if (goesBack)
    diagnostics.schema(at, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")
  for (const field of Object.keys(state)) {
    const standing = fieldStanding(type, language, field)
    if (standing === 'unknown') diagnostics.schema(at, `Field '${field}' is not supported`)
    if (standing === 'other language' && !goesBack) diagnostics.schema(at, inOtherLanguage(field, language))
  }
}

function validateMoves(state: JsonObject, type: string, at: string, { diagnostics }: Validation): void {
  if (['Choice', 'Succeed', 'Fail'].includes(type)) return
  const { Next, End } = state
  diagnostics.exactlyOne(
    { ...(Next === undefined ? {} : { Next }), ...(End === true ? { End } : {}) },
    ['Next', 'End'],
    at,
  )
}

function validatePaths(state: JsonObject, at: string, { diagnostics }: Validation): void {
  for (const field of [...pathFields, ...referenceFields]) {
    const path = state[field]
    if (path === undefined || (path === null && ['InputPath', 'OutputPath', 'ResultPath'].includes(field))) continue
    if (!validPath(path)) diagnostics.schema(`${at}/${field}`, 'Value must be a valid JSONPath.')
    else if (referenceFields.includes(field) && !validPath(path, true))
      diagnostics.schema(`${at}/${field}`, 'Value is not a Reference Path')
  }
  for (const field of templateFields)
    if (state[field] !== undefined) validateTemplate(state[field], `${at}/${field}`, diagnostics)
}

function validateInner(state: JsonObject, at: string, validation: Validation): void {
  const inner = (machine: Json, where: string) => {
    if (isObject(machine)) validateMachine(machine, where, { ...validation, top: false })
    else validation.diagnostics.schema(where, 'Expected value of type [OBJECT]')
  }
  if (Array.isArray(state.Branches))
    for (const [index, branch] of state.Branches.entries()) inner(branch, `${at}/Branches[${index}]`)
  for (const field of ['ItemProcessor', 'Iterator'])
    if (state[field] !== undefined) inner(state[field], `${at}/${field}`)
}
