import type { Resource } from '../../integrations/resource.ts'
import { compact, type Json } from '../../language/json.ts'
import type { StateFailure } from '../failure.ts'
import { whole } from '../history.ts'
import { given } from '../run.ts'
import type { Times } from '../states/task.ts'
import type { Step } from '../step.ts'

/** How a kind of task tells its story in the history. */
export interface TaskEvents {
  /** The task succeeded or failed: what comes now is the state's own. */
  over: boolean
  scheduled(parameters: Json, times: Times): void
  started(): void
  submitted(result: Json): void
  succeeded(result: Json): void
  failed(failure: StateFailure): void
}

/** A Lambda function as the resource. */
export function functionEvents({ thread }: Step, resource: string): TaskEvents {
  return {
    over: false,
    scheduled(parameters, { timeoutSeconds }) {
      thread.record('LambdaFunctionScheduled', {
        lambdaFunctionScheduledEventDetails: given({
          resource,
          input: compact(parameters),
          inputDetails: whole,
          timeoutInSeconds: timeoutSeconds,
        }) as { resource: string },
      })
    },
    started: () => void thread.record('LambdaFunctionStarted'),
    submitted: () => undefined,
    succeeded(result) {
      thread.record('LambdaFunctionSucceeded', {
        lambdaFunctionSucceededEventDetails: { output: compact(result), outputDetails: whole },
      })
      over(this)
    },
    failed(failure) {
      if (failure.error === 'States.Timeout')
        thread.record('LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: details(failure) })
      else thread.record('LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: details(failure) })
      over(this)
    },
  }
}

/** Any other integration. */
export function integrationEvents({ thread }: Step, of: Resource & { kind: 'integration' }): TaskEvents {
  const named = { resourceType: of.resourceType, resource: of.resource }
  return {
    over: false,
    scheduled(parameters, { timeoutSeconds, heartbeatSeconds }) {
      const { region } = thread.run.parts.context
      const times = given({ timeoutInSeconds: timeoutSeconds, heartbeatInSeconds: heartbeatSeconds })
      thread.record('TaskScheduled', {
        taskScheduledEventDetails: { ...named, region, parameters: compact(parameters), ...times },
      })
    },
    started: () => void thread.record('TaskStarted', { taskStartedEventDetails: named }),
    submitted: (result) =>
      void thread.record('TaskSubmitted', {
        taskSubmittedEventDetails: { ...named, output: compact(result), outputDetails: whole },
      }),
    succeeded(result) {
      thread.record('TaskSucceeded', {
        taskSucceededEventDetails: { ...named, output: compact(result), outputDetails: whole },
      })
      over(this)
    },
    failed(failure) {
      if (failure.error === 'States.Timeout')
        thread.record('TaskTimedOut', { taskTimedOutEventDetails: { ...named, ...details(failure) } })
      else thread.record('TaskFailed', { taskFailedEventDetails: { ...named, ...details(failure) } })
      over(this)
    },
  }
}

const details = ({ error, failureCause }: StateFailure) => given({ error, cause: failureCause })

const over = (events: { over: boolean }): void => {
  events.over = true
}
