import type { StateMachineType } from '@aws-sdk/client-sfn'
import type { QueryLanguage } from '../language/definition.ts'
import { isObject, type Json, type JsonObject } from '../language/json.ts'
import type { Diagnostics } from './diagnostics.ts'
import type { FoundIntegration } from './integrations.ts'
import { validateState } from './state.ts'

/** What the whole definition says, while its parts are checked. */
export interface Validation {
  readonly diagnostics: Diagnostics
  readonly type: StateMachineType
  readonly language: QueryLanguage
  /** Integrations so far: their parameters are compared with the API's afterwards. */
  readonly integrations: FoundIntegration[]
  /** Names of all states so far: they are unique in the whole definition. */
  readonly names: Set<string>
  /** The state machine itself, not a branch or an item processor. */
  readonly top: boolean
}

const topFields = ['StartAt', 'States', 'Comment', 'Version', 'QueryLanguage', 'TimeoutSeconds']
const innerFields = ['StartAt', 'States', 'Comment', 'ProcessorConfig']

export function validateMachine(machine: JsonObject, location: string, validation: Validation): void {
  const { diagnostics, names, top } = validation
  const at = location === '' ? '/' : location
  const missing = ['States', 'StartAt'].filter((field) => machine[field] === undefined)
  if (missing.length > 0) {
    diagnostics.schema(at, `These fields are required: [${missing.join(', ')}]`)
    return
  }
  for (const field of Object.keys(machine))
    if (!(top ? topFields : innerFields).includes(field))
      diagnostics.schema(`${location}/${field}`, `Field '${field}' is not supported`)
  const states = machine.States
  if (!isObject(states ?? null) || Object.keys(states as JsonObject).length === 0) {
    diagnostics.schema(`${location}/States`, 'Value must be an object with at least one state')
    return
  }
  for (const [name, state] of Object.entries(states as JsonObject)) {
    const where = `${location}/States/${name}`
    if (names.has(name)) diagnostics.add('DUPLICATE_STATE_NAME', where, `Duplicate state name: ${name}`)
    names.add(name)
    if (name.length > 80) diagnostics.schema(where, 'State names must not have more than 80 characters')
    if (isObject(state)) validateState(state, where, { ...validation, top: false })
    else diagnostics.schema(where, 'Value must be an object')
  }
  validateTransitions(machine.StartAt as Json, states as JsonObject, location, diagnostics)
}

/** Every target exists, and every state is the target of something. */
function validateTransitions(startAt: Json, states: JsonObject, location: string, diagnostics: Diagnostics): void {
  const reached = new Set<string>()
  const check = (target: Json | undefined, field: string, at: string) => {
    if (target === undefined) return
    if (typeof target === 'string' && Object.hasOwn(states, target)) reached.add(target)
    else diagnostics.add('MISSING_TRANSITION_TARGET', at, `Missing '${field}' target: ${target}`)
  }
  check(startAt, 'StartAt', `${location}/StartAt`)
  for (const [name, state] of Object.entries(states)) {
    if (!isObject(state)) continue
    const where = `${location}/States/${name}`
    check(state.Next, 'Next', `${where}/Next`)
    check(state.Default, 'Default', `${where}/Default`)
    for (const field of ['Choices', 'Catch'])
      for (const [index, entry] of (Array.isArray(state[field]) ? state[field] : []).entries())
        if (isObject(entry)) check(entry.Next, 'Next', `${where}/${field}[${index}]/Next`)
  }
  for (const name of Object.keys(states))
    if (!reached.has(name))
      diagnostics.add('MISSING_TRANSITION_TARGET', `${location}/States/${name}`, `State "${name}" is not reachable.`)
}
