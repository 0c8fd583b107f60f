import type { StateMachineType } from '@aws-sdk/client-sfn'
import type { CloudContext } from '../../../service.ts'
import type { Machine } from '../language/definition.ts'
import { isObject, type JsonObject } from '../language/json.ts'
import { NotJson, readJson } from '../language/read-json.ts'
import { type Diagnostic, Diagnostics } from './diagnostics.ts'
import { type FoundIntegration, validateIntegration } from './integrations.ts'
import { validateMachine } from './machine.ts'
import { validateNumbers } from './numbers.ts'
import { languageOf } from './query-language.ts'

/** A definition's text, checked. */
export interface Validated {
  readonly diagnostics: readonly Diagnostic[]
  /** There where the diagnostics are empty. */
  readonly machine: Machine | undefined
}

export async function validateDefinition(
  context: CloudContext,
  text: string,
  type: StateMachineType,
): Promise<Validated> {
  const diagnostics = new Diagnostics()
  const machine = read(text, diagnostics)
  if (machine === undefined) return { diagnostics: diagnostics.all, machine: undefined }
  checkTop(machine, diagnostics)
  const language = languageOf(machine, 'JSONPath')
  const integrations: FoundIntegration[] = []
  const seen = { names: new Set<string>(), labels: new Set<string>() }
  validateMachine(machine, '', { diagnostics, type, language, ...seen, integrations, top: true })
  for (const integration of integrations) await validateIntegration(context, integration, diagnostics)
  // What nothing was found against has the form of a machine.
  const sound = diagnostics.all.length === 0
  return { diagnostics: diagnostics.all, machine: sound ? (machine as JsonObject & Machine) : undefined }
}

function read(text: string, diagnostics: Diagnostics): JsonObject | undefined {
  try {
    const value = text.trim() === '' ? null : readJson(text)
    if (isObject(value)) return value
    diagnostics.add('SCHEMA_VALIDATION_FAILED', undefined, 'Definition must be a valid JSON object')
  } catch (error) {
    if (!(error instanceof NotJson)) throw error
    const at = error.location === undefined ? '' : `\n at ${error.location}`
    diagnostics.add('INVALID_JSON_DESCRIPTION', error.location, `${error.message}${at}`)
  }
  return undefined
}

function checkTop(machine: JsonObject, diagnostics: Diagnostics): void {
  diagnostics.oneOf(machine, 'QueryLanguage', ['JSONPath', 'JSONata'], '')
  diagnostics.oneOf(machine, 'Version', ['1.0'], '')
  const { TimeoutSeconds } = machine
  validateNumbers({ ...(TimeoutSeconds === undefined ? {} : { TimeoutSeconds }) }, 'JSONPath', '', diagnostics)
}
