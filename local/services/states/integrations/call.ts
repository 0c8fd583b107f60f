import { AwsError } from '../../../errors.ts'
import { entryOf, loadModel, type Operation, type ServiceModel } from '../../../gateway/model.ts'
import type { Caller, ServiceName } from '../../../service.ts'
import { StateFailure } from '../execution/failure.ts'
import type { Step } from '../execution/step.ts'
import type { JsonObject } from '../language/json.ts'
import { runtimeProblem } from '../language/problem.ts'
import { toInput } from './convert.ts'

/** How a service's errors are called and told by an integration. */
export interface ErrorStyle {
  name(code: string, modelled: boolean): string
  cause(message: string, status: number, code: string, requestId: string): string
}

export interface Target {
  readonly service: ServiceName
  readonly action: string
  readonly errors: ErrorStyle
}

/** A call's answer, still in the action's own types. */
export interface Answer {
  readonly operation: Operation
  readonly output: Record<string, unknown>
}

/**
 * Calls a service as the execution's role.
 * @throws StateFailure with the service's error; Problem for a parameter that the API has not
 */
export async function callService(step: Step, target: Target, parameters: JsonObject): Promise<Answer> {
  const { context } = step.thread.run.parts
  // Reading a model takes the machine's time, not the cloud's.
  const model = await context.kernel.clock.holding(`states model of ${target.service}`, () => modelOf(target))
  const operation = model.operations.get(target.action)
  if (!operation) throw runtimeProblem(`The service ${target.service} has no API ${target.action}.`)
  const input = toInput(operation.input, parameters)
  const caller = callerOf(step)
  const { execution } = step.thread.run
  const subject = `${target.service}:${target.action}`
  const told = { execution: execution.arn, state: step.name }
  const fault = context.kernel.faults.decide('states.task', subject, told)
  if (fault === 'refuse') throw disconnected(target)
  try {
    const output = await context.call<object, Record<string, unknown>>({
      caller,
      service: target.service,
      action: target.action,
      input,
      cause: context.kernel.journal.record('task', subject, execution.entry, told),
    })
    if (fault === 'lose-result') throw disconnected(target)
    return { operation, output }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw serviceFailure(step, target, model, error)
  }
}

function modelOf({ service }: Target): Promise<ServiceModel> {
  const entry = entryOf(service)
  if (!entry) throw runtimeProblem(`There is no service ${service}.`)
  return loadModel(entry)
}

/** The session of the execution's role, or of the one that the state's Credentials name. */
export function callerOf(step: Step): Caller {
  const { run } = step.thread
  const { roleArn } = run.execution.revision
  try {
    return run.parts.assume(step.roleArn ?? roleArn, run.execution)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new StateFailure('States.TaskFailed', error.message)
  }
}

function serviceFailure(step: Step, { errors }: Target, model: ServiceModel, error: AwsError): StateFailure {
  const known = model.errors.get(error.code)
  const status = error.status ?? known?.status ?? 400
  const requestId = step.scope.kernel.random.uuid('states request')
  return new StateFailure(
    errors.name(error.code, known !== undefined),
    errors.cause(error.message, status, error.code, requestId),
  )
}

/** What AWS's SDK throws where there is no answer: whether the call took effect is unknown. */
const disconnected = ({ errors }: Target): StateFailure =>
  new StateFailure(
    errors.name('SdkClientException', true),
    'Unable to execute HTTP request: The target server failed to respond',
  )
