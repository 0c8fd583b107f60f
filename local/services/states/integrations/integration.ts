import { StateFailure } from '../execution/failure.ts'
import type { Step } from '../execution/step.ts'
import { compact, isObject, type Json, type JsonObject } from '../language/json.ts'
import { runtimeProblem } from '../language/problem.ts'
import { callService, type Target } from './call.ts'
import { toResult } from './convert.ts'
import { optimizedErrors, sdkErrors } from './errors.ts'
import { invokeIntegration } from './lambda.ts'
import { withMetadata } from './metadata.ts'
import type { Resource } from './resource.ts'
import { type Optimized, optimized, sdkServices } from './services.ts'

type Integration = Resource & { kind: 'integration' }

/** Makes the integration's one call and gives its result. @throws StateFailure, Problem */
export async function callIntegration(step: Step, integration: Integration, parameters: Json): Promise<Json> {
  const given = isObject(parameters) ? parameters : {}
  if (integration.sdk) return callSdk(step, integration, given)
  const found = optimized[integration.service]
  const action = found?.actions[integration.action]
  if (!found || !action)
    throw runtimeProblem(`The resource ${integration.resourceType}:${integration.resource} is not supported.`)
  const sent = withTexts(found, startedBy(step, found, given))
  if (found.service === 'lambda') return invokeIntegration(step, sent)
  const target: Target = { service: found.service, action, errors: optimizedErrors(found.errors, found.named) }
  const { operation, output } = await callService(step, target, sent)
  const result = toResult(operation.output, output, 'milliseconds') as JsonObject
  if (found.service === 'events') refuseFailedEntries(result)
  return withMetadata(step, result)
}

async function callSdk(step: Step, { service, action }: Integration, parameters: JsonObject): Promise<Json> {
  const [name, errorName] = sdkServices[service] ?? []
  if (!name || !errorName) throw runtimeProblem(`The local cloud has no service ${service}.`)
  const target: Target = {
    service: name,
    action: action.charAt(0).toUpperCase() + action.slice(1),
    errors: sdkErrors(errorName),
  }
  const { operation, output } = await callService(step, target, parameters)
  return toResult(operation.output, output, 'text')
}

/** Parameters that take JSON are sent as text; in entries of PutEvents too. */
function withTexts({ texts, service }: Optimized, parameters: JsonObject): JsonObject {
  const sent: JsonObject = {}
  for (const [name, value] of Object.entries(parameters)) {
    if (texts.includes(name) && typeof value !== 'string' && value !== null) sent[name] = compact(value)
    else if (service === 'events' && name === 'Entries' && Array.isArray(value))
      sent[name] = value.map((entry) => (isObject(entry) ? withDetail(entry) : entry))
    else sent[name] = value
  }
  return sent
}

const withDetail = (entry: JsonObject): JsonObject =>
  entry.Detail === undefined || typeof entry.Detail === 'string' ? entry : { ...entry, Detail: compact(entry.Detail) }

/** A nested execution without a name gets one; its input is an object where none is given. */
function startedBy(step: Step, { service }: Optimized, parameters: JsonObject): JsonObject {
  if (service !== 'states') return parameters
  const Name = parameters.Name ?? step.scope.kernel.random.uuid('states nested execution')
  return { ...parameters, Name, Input: parameters.Input ?? {} }
}

function refuseFailedEntries(result: JsonObject): void {
  if (!result.FailedEntryCount) return
  throw new StateFailure('EventBridge.FailedEntry', compact(result.Entries ?? []))
}
