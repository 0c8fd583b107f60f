import { StateFailure } from '../execution/failure.ts'
import type { Step } from '../execution/step.ts'
import { compact, isObject, type Json, type JsonObject } from '../language/json.ts'
import { runtimeProblem } from '../language/problem.ts'
import { callService, type Target } from './call.ts'
import { toResult } from './convert.ts'
import { optimizedErrors, sdkErrors } from './errors.ts'
import { invokeIntegration } from './lambda.ts'
import { sorted, withMetadata } from './metadata.ts'
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
  const sent = withTexts(step, found, startedBy(step, found, given))
  if (found.service === 'lambda') return invokeIntegration(step, sent)
  const target: Target = { service: found.service, action, errors: optimizedErrors(found.errors, found.named) }
  const { operation, output } = await callService(step, target, sent)
  const result = toResult(operation.output, output, 'milliseconds') as JsonObject
  return found.service === 'events' ? putEntries(result) : withMetadata(step, result)
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
function withTexts(step: Step, { texts, service }: Optimized, parameters: JsonObject): JsonObject {
  const sent: JsonObject = {}
  for (const [name, value] of Object.entries(parameters)) {
    if (texts.includes(name) && typeof value !== 'string' && value !== null) sent[name] = compact(value)
    else if (service === 'events' && name === 'Entries' && Array.isArray(value))
      sent[name] = value.map((entry) => (isObject(entry) ? eventEntry(step, entry) : entry))
    else sent[name] = value
  }
  return sent
}

/** Recorded: the state machine and the execution stand among the event's resources. */
function eventEntry(step: Step, entry: JsonObject): JsonObject {
  const { machineArn, arn } = step.thread.run.execution
  const { Detail, Resources } = entry
  return {
    ...entry,
    ...(Detail === undefined ? {} : { Detail: typeof Detail === 'string' ? Detail : compact(Detail) }),
    Resources: [...(Array.isArray(Resources) ? Resources : []), machineArn, arn],
  }
}

/** A nested execution without a name gets one; its input is an object where none is given. */
function startedBy(step: Step, { service }: Optimized, parameters: JsonObject): JsonObject {
  if (service !== 'states') return parameters
  const Name = parameters.Name ?? step.scope.kernel.random.uuid('states nested execution')
  return { ...parameters, Name, Input: parameters.Input ?? {} }
}

/** Recorded: the answer comes without metadata, and one entry that fails fails the task. */
function putEntries(result: JsonObject): JsonObject {
  if (!result.FailedEntryCount) return result
  throw new StateFailure('EventBridge.FailedEntry', compact(sorted(result)))
}
