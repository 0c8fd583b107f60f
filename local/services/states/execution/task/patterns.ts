import { callIntegration } from '../../integrations/integration.ts'
import type { Resource } from '../../integrations/resource.ts'
import { childResult, stopChild } from '../../integrations/start-execution.ts'
import type { Json, JsonObject } from '../../language/json.ts'
import type { WaitingTask } from '../../model/tokens.ts'
import type { Step } from '../step.ts'
import type { TaskEvents } from './events.ts'

/** Runs an integration for as long as its pattern says. @throws StateFailure, Problem, Aborted */
export async function runIntegration(
  step: Step,
  resource: Resource & { kind: 'integration' },
  parameters: Json,
  task: {
    readonly events: TaskEvents
    readonly waiting: WaitingTask | undefined
    /** Aborted when nobody waits for the task any more. */
    readonly signal: AbortSignal
  },
): Promise<Json> {
  const { events, waiting, signal } = task
  const call = callIntegration(step, resource, parameters)
  if (waiting) return answered(call, events, waiting)
  if (resource.pattern === 'requestResponse') return call
  const result = (await call) as JsonObject
  const executionArn = String(result.ExecutionArn)
  if (signal.aborted) {
    await stopChild(step, executionArn)
    return result
  }
  events.submitted(result)
  return followChild(step, executionArn, resource.pattern === 'sync:2', signal)
}

/** The token may be answered while the call is still under way. */
async function answered(call: Promise<Json>, events: TaskEvents, { answered }: WaitingTask): Promise<Json> {
  const submitted = call.then((result) => {
    if (!events.over) events.submitted(result)
    return answered
  })
  return Promise.race([submitted, answered])
}

/** A child that nobody waits for any more is stopped. */
async function followChild(step: Step, executionArn: string, parsed: boolean, signal: AbortSignal): Promise<Json> {
  const stop = () => void stopChild(step, executionArn)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await childResult(step, executionArn, parsed)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
