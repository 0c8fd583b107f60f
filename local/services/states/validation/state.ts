import type { QueryLanguage } from '../language/definition.ts'
import { isObject, type Json, type JsonObject } from '../language/json.ts'
import { validateExpressions, validateTemplate, validPath } from './expressions.ts'
import { fieldStanding, pathFields, requiredOf, stateTypes, templateFields } from './fields.ts'
import { type Validation, validateMachine } from './machine.ts'
import { validateRecovery } from './recovery.ts'
import { typeRules } from './rules.ts'

export function validateState(state: JsonObject, at: string, validation: Validation): void {
  const { diagnostics } = validation
  const { Type } = state
  if (typeof Type !== 'string' || !stateTypes.includes(Type)) {
    diagnostics.schema(
      Type === undefined ? at : `${at}/Type`,
      Type === undefined ? 'These fields are required: [Type]' : `Value must be one of [${stateTypes.join(', ')}]`,
    )
    return
  }
  if (validation.language === 'JSONata' && state.QueryLanguage === 'JSONPath') {
    diagnostics.schema(at, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")
    return
  }
  const language = (state.QueryLanguage ?? validation.language) as QueryLanguage
  const missing = requiredOf(Type).filter((field) => state[field] === undefined)
  if (missing.length > 0) diagnostics.schema(at, `These fields are required: [${missing.join(', ')}]`)
  validateFields(state, Type, language, at, validation)
  validateMoves(state, Type, at, validation)
  if (language === 'JSONata') validateExpressions(state, at, diagnostics)
  else validatePaths(state, at, validation)
  validateRecovery(state, language, at, diagnostics)
  typeRules[Type]?.(state, at, { ...validation, language })
  validateInner(state, at, validation)
}

function validateFields(
  state: JsonObject,
  type: string,
  language: QueryLanguage,
  at: string,
  { diagnostics }: Validation,
): void {
  for (const field of Object.keys(state)) {
    const standing = fieldStanding(type, language, field)
    if (standing === 'unknown') diagnostics.schema(`${at}/${field}`, `Field '${field}' is not supported`)
    if (standing === 'other language')
      diagnostics.schema(`${at}/${field}`, `Field '${field}' is not supported when QueryLanguage is ${language}`)
  }
}

function validateMoves(state: JsonObject, type: string, at: string, { diagnostics }: Validation): void {
  if (['Choice', 'Succeed', 'Fail'].includes(type)) return
  if (state.Next !== undefined && state.End !== undefined)
    diagnostics.schema(at, "Only one of these fields is allowed: ['Next', 'End']")
  else if (state.Next === undefined && state.End !== true)
    diagnostics.schema(at, "One of these fields is required: ['Next', 'End']")
}

function validatePaths(state: JsonObject, at: string, { diagnostics }: Validation): void {
  for (const field of pathFields) {
    const path = state[field]
    if (path === undefined || (path === null && (field === 'InputPath' || field === 'OutputPath'))) continue
    if (!validPath(path)) diagnostics.schema(`${at}/${field}`, 'Value is not a valid JSONPath')
  }
  const { ResultPath } = state
  if (ResultPath !== undefined && ResultPath !== null && !validPath(ResultPath, true))
    diagnostics.schema(`${at}/ResultPath`, 'Value is not a Reference Path')
  for (const field of templateFields)
    if (state[field] !== undefined) validateTemplate(state[field], `${at}/${field}`, diagnostics)
}

function validateInner(state: JsonObject, at: string, validation: Validation): void {
  const inner = (machine: Json, where: string) => {
    if (isObject(machine)) validateMachine(machine, where, { ...validation, top: false })
    else validation.diagnostics.schema(where, 'Value must be an object')
  }
  if (Array.isArray(state.Branches))
    for (const [index, branch] of state.Branches.entries()) inner(branch, `${at}/Branches[${index}]`)
  for (const field of ['ItemProcessor', 'Iterator'])
    if (state[field] !== undefined) inner(state[field], `${at}/${field}`)
}
