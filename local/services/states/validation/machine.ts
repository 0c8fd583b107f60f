import type { StateMachineType } from '@aws-sdk/client-sfn'
import type { QueryLanguage } from '../language/definition.ts'
import { isObject, type Json, type JsonObject } from '../language/json.ts'
import type { Diagnostics } from './diagnostics.ts'
import type { FoundIntegration } from './integrations.ts'
import { validateState } from './state.ts'
import { validateTransitions } from './transitions.ts'

/** What the whole definition says, while its parts are checked. */
export interface Validation {
  readonly diagnostics: Diagnostics
  readonly type: StateMachineType
  readonly language: QueryLanguage
  /** Integrations so far: their parameters are compared with the API's afterwards. */
  readonly integrations: FoundIntegration[]
  /** Names of all states so far: they are unique in the whole definition. */
  readonly names: Set<string>
  /** Labels of Map states so far, unique as well. */
  readonly labels: Set<string>
  /** The state machine itself, not a branch or an item processor. */
  readonly top: boolean
}

const topFields = ['StartAt', 'States', 'Comment', 'Version', 'QueryLanguage', 'TimeoutSeconds']
const innerFields = ['StartAt', 'States', 'Comment', 'ProcessorConfig']
const LONGEST_NAME = 80

export function validateMachine(machine: JsonObject, location: string, validation: Validation): void {
  const { diagnostics, top } = validation
  const at = location === '' ? '/' : location
  const missing = ['States', 'StartAt'].filter((field) => machine[field] === undefined)
  if (missing.length > 0) {
    diagnostics.schema(at, `These fields are required: [${missing.join(', ')}]`)
    return
  }
  diagnostics.unsupported(machine, top ? topFields : innerFields, at)
  const states = machine.States
  if (!isObject(states ?? null)) {
    diagnostics.schema(`${location}/States`, 'Expected value of type [OBJECT]')
    return
  }
  if (Object.keys(states as JsonObject).length === 0) {
    diagnostics.schema(`${location}/States`, 'Value cannot be empty')
    return
  }
  for (const [name, state] of Object.entries(states as JsonObject))
    validateNamed(name, state, `${location}/States/${name}`, validation)
  validateTransitions(machine.StartAt as Json, states as JsonObject, location, top, diagnostics)
}

function validateNamed(name: string, state: Json, at: string, validation: Validation): void {
  const { diagnostics, names } = validation
  if (names.has(name)) diagnostics.add('DUPLICATE_STATE_NAME', at, `Duplicate State name: ${name}`)
  names.add(name)
  if (name.length > LONGEST_NAME)
    diagnostics.add(
      'INVALID_STATE_NAME',
      at,
      `Invalid State name: '${name}' exceeds the ${LONGEST_NAME}-character limit allowed by the service`,
    )
  if (isObject(state)) validateState(state, at, { ...validation, top: false })
  else diagnostics.schema(at, 'Expected value of type [OBJECT]')
}
