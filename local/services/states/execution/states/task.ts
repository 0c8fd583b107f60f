import { invokeFunction } from '../../integrations/lambda.ts'
import { parseResource, type Resource } from '../../integrations/resource.ts'
import { compact, type Json, tooLarge } from '../../language/json.ts'
import { evaluateField, evaluateTyped } from '../../language/jsonata/evaluate.ts'
import { runtimeProblem } from '../../language/problem.ts'
import type { WaitingTask } from '../../model/tokens.ts'
import { resultOf, see } from '../../trial/trial.ts'
import { effectiveInput, fieldByPath, outcomeOf, payloadOf, printed } from '../data-flow.ts'
import { Deadline } from '../deadline.ts'
import { StateFailure } from '../failure.ts'
import { withRetryAndCatch } from '../retry-catch.ts'
import type { Outcome, Step } from '../step.ts'
import { activityOf, runActivity } from '../task/activity.ts'
import { type TaskEvents, taskEvents } from '../task/events.ts'
import { runIntegration } from '../task/patterns.ts'

/** A task without a limit of its own lives as long as its execution. */
export interface Times {
  readonly timeoutSeconds: number | undefined
  readonly heartbeatSeconds: number | undefined
}

export const runTask = (step: Step): Promise<Outcome> => withRetryAndCatch(step, () => runOnce(step))

async function runOnce(step: Step): Promise<Outcome> {
  const resource = resourceOf(step)
  const waiting = waitingOf(step, resource)
  if (waiting && resource.kind === 'integration') step.scope.context.Task = { Token: waiting.token }
  try {
    return await perform(step, resource, waiting)
  } finally {
    waiting?.close()
  }
}

/** A token, where somebody else says how the task ends. */
function waitingOf({ thread: { run, trial } }: Step, resource: Resource): WaitingTask | undefined {
  if (trial !== undefined) return undefined
  const { tokens } = run.parts
  if (resource.kind === 'activity') return tokens.issue(resource.arn)
  if (resource.kind === 'integration' && resource.pattern === 'waitForTaskToken')
    return tokens.issue(run.execution.machineArn)
  return undefined
}

async function perform(step: Step, resource: Resource, waiting: WaitingTask | undefined): Promise<Outcome> {
  const input = effectiveInput(step)
  const times = await timesOf(step, input)
  const parameters = await payloadOf(step, input)
  await takeCredentials(step, input)
  const mock = step.thread.trial?.mock
  if (mock) return answered(step, resultOf(mock))
  const { run, signal: stopped } = step.thread
  const activity = resource.kind === 'activity' ? activityOf(run.parts, resource.arn) : undefined
  const events = taskEvents(step, resource)
  events.scheduled(parameters, times)
  const over = new AbortController()
  const signal = AbortSignal.any([stopped, over.signal])
  const deadline = new Deadline(run.clock, `${step.name} of ${run.execution.name}`, times)
  if (waiting) waiting.onHeartbeat = () => deadline.beat()
  const begin = (workerName?: string) => {
    events.started(workerName)
    deadline.begin()
  }
  const call = () => {
    if (activity && waiting) return runActivity(activity, parameters, waiting, { begin, signal })
    begin()
    return resource.kind === 'integration'
      ? runIntegration(step, resource, parameters, { events, waiting, signal })
      : invokeFunction(step, resource.arn, parameters)
  }
  try {
    const work = call()
    const result = await step.thread.waiting(Promise.race([work, deadline.expired]))
    checkSize(result, resource)
    events.succeeded(result)
    return await answered(step, result)
  } catch (error) {
    throw told(error, events)
  } finally {
    deadline.cancel()
    over.abort('the task is over')
  }
}

function answered(step: Step, result: Json): Promise<Outcome> {
  see(step, 'result', result)
  return outcomeOf(step, result)
}

function resourceOf({ state }: Step): Resource {
  const resource = parseResource(state.Resource ?? '')
  if (resource) return resource
  throw runtimeProblem(`The resource ${state.Resource} is not supported.`)
}

/** Writes how the task failed; what comes after its success is no failure of the task. */
function told(error: unknown, events: TaskEvents): unknown {
  if (error instanceof StateFailure && !events.over) events.failed(error)
  return error
}

function checkSize(result: Json, resource: Resource): void {
  if (!tooLarge(compact(result))) return
  const name = resource.kind === 'integration' ? resource.service : resource.arn
  throw new StateFailure(
    'States.DataLimitExceeded',
    `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  )
}

async function timesOf(step: Step, input: Json): Promise<Times> {
  return {
    timeoutSeconds: await secondsOf(step, 'TimeoutSeconds', input),
    heartbeatSeconds: await secondsOf(step, 'HeartbeatSeconds', input),
  }
}

async function secondsOf(
  step: Step,
  field: 'TimeoutSeconds' | 'HeartbeatSeconds',
  input: Json,
): Promise<number | undefined> {
  const { state, scope } = step
  const path = state[`${field}Path`]
  const value = path === undefined ? state[field] : fieldByPath(step, `${field}Path`, path, input)
  if (value === undefined) return undefined
  const seconds =
    typeof value === 'string' && path === undefined ? await evaluateTyped(field, value, 'number', scope) : value
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds > 0) return seconds
  throw runtimeProblem(
    `The ${path === undefined ? field : `${field}Path`} parameter must be a positive integer, but was: ${printed(seconds)}`,
  )
}

/** Credentials may be computed; the call reads the role from the state. */
async function takeCredentials(step: Step, input: Json): Promise<void> {
  const given = step.state.Credentials
  if (given === undefined) return
  const role = given['RoleArn.$']
  const text =
    role === undefined
      ? await evaluateField('Credentials/RoleArn', given.RoleArn ?? '', step.scope)
      : fieldByPath(step, 'RoleArn.$', role, input)
  step.roleArn = String(text)
}
