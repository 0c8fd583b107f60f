import { NotSimulated } from '../../../errors.ts'
import { entryOf, loadModel } from '../../../gateway/model.ts'
import type { CloudContext } from '../../../service.ts'
import { memberOf } from '../integrations/convert.ts'
import { optimized, sdkServices } from '../integrations/services.ts'
import { isObject, type Json } from '../language/json.ts'
import type { Diagnostics } from './diagnostics.ts'
import { notRecognized } from './task-rules.ts'

/** An integration that a definition has. */
export interface FoundIntegration {
  /** The state's place, such as `/States/Send`. */
  readonly at: string
  readonly service: string
  readonly action: string
  readonly sdk: boolean
  readonly field: 'Parameters' | 'Arguments'
  /** Absent where the state has none, which is told already. */
  readonly parameters: Json | undefined
}

/** The API exists, here too, and has the parameters. @throws NotSimulated for an API that the local cloud has not */
export async function validateIntegration(
  context: CloudContext,
  found: FoundIntegration,
  diagnostics: Diagnostics,
): Promise<void> {
  const { at, service, action, sdk, field, parameters } = found
  const name = sdk ? sdkServices[service]?.[0] : optimized[service]?.service
  const api = sdk ? action.charAt(0).toUpperCase() + action.slice(1) : optimized[service]?.actions[action]
  const entry = name === undefined ? undefined : entryOf(name)
  if (!entry || name === undefined || api === undefined) return
  const operation = (await loadModel(entry)).operations.get(api)
  const resource = `arn:aws:states:::${sdk ? 'aws-sdk:' : ''}${service}:${action}`
  if (!operation) {
    diagnostics.schema(`${at}/Resource`, notRecognized(resource))
    return
  }
  const { actions } = context.service(name)
  if (!actions[api])
    throw new NotSimulated(
      `the integration ${resource} (${at})`,
      `APIs of ${name} it has: ${Object.keys(actions).join(', ')}.`,
    )
  const shape = operation.input
  if (shape.kind !== 'structure' || parameters === undefined || !isObject(parameters)) return
  const given = Object.keys(parameters).map((name) => (name.endsWith('.$') ? name.slice(0, -2) : name))
  for (const parameter of given)
    if (!memberOf(shape.members, parameter))
      diagnostics.schema(`${at}/${field}`, `The field "${parameter}" is not supported by Step Functions`)
  for (const parameter of (sdk ? undefined : optimized[service]?.required[action]) ?? [])
    if (!given.includes(parameter))
      diagnostics.schema(`${at}/${field}`, `The field '${parameter}' is required but was missing`)
}
