import { NotSimulated } from '../../../errors.ts'
import { type Pattern, parseResource, type Resource } from '../integrations/resource.ts'
import { optimized, sdkServices } from '../integrations/services.ts'
import { isObject, type JsonObject } from '../language/json.ts'
import type { Validation } from './machine.ts'

/** @throws NotSimulated for an integration that the local cloud has not */
export function validateTask(state: JsonObject, at: string, validation: Validation): void {
  const { diagnostics, type } = validation
  const { Resource } = state
  if (typeof Resource !== 'string') return
  const resource = parseResource(Resource)
  const where = `${at}/Resource`
  if (!resource) {
    diagnostics.schema(where, 'Value is not a valid resource ARN')
    return
  }
  validateCredentials(state, resource, at, validation)
  if (resource.kind === 'activity' && type === 'EXPRESS')
    diagnostics.schema(where, 'Express state machine does not support Activity ARN')
  if (resource.kind === 'integration') validateIntegrationOf(state, resource, at, validation)
}

function validateCredentials(state: JsonObject, resource: Resource, at: string, { diagnostics }: Validation): void {
  const { Credentials: given } = state
  if (given === undefined) return
  const where = `${at}/Credentials`
  if (resource.kind === 'activity') diagnostics.schema(where, "The field 'Credentials' is not supported for activities")
  else if (!isObject(given) || (given.RoleArn === undefined && given['RoleArn.$'] === undefined))
    diagnostics.schema(where, "The field 'RoleArn' is required but was missing")
}

function validateIntegrationOf(
  state: JsonObject,
  { service, action, sdk, pattern, resourceType, resource }: Resource & { kind: 'integration' },
  at: string,
  { diagnostics, type, language, integrations }: Validation,
): void {
  const where = `${at}/Resource`
  refuseAbsent(service, action, sdk)
  if (!patternsOf(service, sdk).includes(pattern)) {
    diagnostics.schema(where, notRecognized(`arn:aws:states:::${resourceType}:${resource}`))
    return
  }
  if (type === 'EXPRESS' && pattern !== 'requestResponse') diagnostics.schema(where, notInExpress[pattern])
  const field = language === 'JSONata' ? 'Arguments' : 'Parameters'
  const parameters = state[field]
  if (parameters === undefined)
    diagnostics.schema(
      where,
      `${field} field is required for resource ARN: arn:aws:states:::${resourceType}:${resource}`,
    )
  integrations.push({ at, service, action, sdk, field, parameters })
  if (pattern === 'waitForTaskToken' && !mentionsToken(state))
    diagnostics.schema(
      at,
      "The task token must be passed in the parameters of a '.waitForTaskToken' service integration",
    )
}

function refuseAbsent(service: string, action: string, sdk: boolean): void {
  if (sdk && !sdkServices[service])
    throw new NotSimulated(`SDK integrations of ${service}`, `Services it has: ${Object.keys(sdkServices).join(', ')}.`)
  if (!sdk && !optimized[service]?.actions[action])
    throw new NotSimulated(`the integration ${service}:${action}`, `Integrations it has: ${known()}, and aws-sdk:*.`)
}

const patternsOf = (service: string, sdk: boolean): readonly Pattern[] =>
  sdk ? ['requestResponse', 'waitForTaskToken'] : (optimized[service]?.patterns ?? [])

export const notRecognized = (resource: string): string =>
  `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`

/** Recorded, the space at the end too. */
const notInExpress = {
  waitForTaskToken: "Express state machine does not support '.waitForTaskToken' service integration ",
  sync: "Express state machine does not support '.sync' service integration",
  'sync:2': "Express state machine does not support '.sync' service integration",
}

const known = (): string =>
  Object.entries(optimized)
    .flatMap(([service, { actions }]) => Object.keys(actions).map((action) => `${service}:${action}`))
    .join(', ')

const mentionsToken = (state: JsonObject): boolean =>
  /Task\.Token|"\$"|\$\$|states\.context|\$states/.test(JSON.stringify(state.Parameters ?? state.Arguments ?? '$$'))
