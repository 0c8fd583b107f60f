import type { Resource } from '../../integrations/resource.ts'
import { compact, type Json } from '../../language/json.ts'
import { recordTask } from '../../telemetry/metrics.ts'
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
  /** @param workerName who took an activity's task */
  started(workerName?: string): void
  submitted(result: Json): void
  succeeded(result: Json): void
  failed(failure: StateFailure): void
}

/** The story of a task: its events in the history, and a metric for each turn. */
export function taskEvents(step: Step, resource: Resource): TaskEvents {
  const { context } = step.thread.run.parts
  const events = eventsOf(step, resource)
  const turn = (of: Parameters<typeof recordTask>[2]) => recordTask(context, resource, of)
  const story: TaskEvents = {
    over: false,
    scheduled(parameters, times) {
      events.scheduled(parameters, times)
      turn('Scheduled')
    },
    started(workerName) {
      events.started(workerName)
      turn('Started')
    },
    submitted: (result) => events.submitted(result),
    succeeded(result) {
      events.succeeded(result)
      turn('Succeeded')
      story.over = true
    },
    failed(failure) {
      events.failed(failure)
      turn(failure.error === 'States.Timeout' ? 'TimedOut' : 'Failed')
      story.over = true
    },
  }
  return story
}

type Events = Omit<TaskEvents, 'over'>

function eventsOf(step: Step, resource: Resource): Events {
  if (resource.kind === 'function') return functionEvents(step, resource.arn)
  return resource.kind === 'activity' ? activityEvents(step, resource.arn) : integrationEvents(step, resource)
}

/** A Lambda function as the resource. */
function functionEvents({ thread }: Step, resource: string): Events {
  return {
    scheduled: (parameters, { timeoutSeconds }) =>
      void thread.record('LambdaFunctionScheduled', {
        lambdaFunctionScheduledEventDetails: {
          resource,
          input: compact(parameters),
          inputDetails: whole,
          ...given({ timeoutInSeconds: timeoutSeconds }),
        },
      }),
    started: () => void thread.record('LambdaFunctionStarted'),
    submitted: () => undefined,
    succeeded: (result) =>
      void thread.record('LambdaFunctionSucceeded', {
        lambdaFunctionSucceededEventDetails: { output: compact(result), outputDetails: whole },
      }),
    failed(failure) {
      if (failure.error === 'States.Timeout')
        thread.record('LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: details(failure) })
      else thread.record('LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: details(failure) })
    },
  }
}

/** An activity as the resource. */
function activityEvents({ thread }: Step, resource: string): Events {
  return {
    scheduled: (parameters, { timeoutSeconds, heartbeatSeconds }) =>
      void thread.record('ActivityScheduled', {
        activityScheduledEventDetails: {
          resource,
          input: compact(parameters),
          inputDetails: whole,
          ...given({ timeoutInSeconds: timeoutSeconds, heartbeatInSeconds: heartbeatSeconds }),
        },
      }),
    started: (workerName) =>
      void thread.record('ActivityStarted', { activityStartedEventDetails: given({ workerName }) }),
    submitted: () => undefined,
    succeeded: (result) =>
      void thread.record('ActivitySucceeded', {
        activitySucceededEventDetails: { output: compact(result), outputDetails: whole },
      }),
    failed(failure) {
      if (failure.error === 'States.Timeout')
        thread.record('ActivityTimedOut', { activityTimedOutEventDetails: details(failure) })
      else thread.record('ActivityFailed', { activityFailedEventDetails: details(failure) })
    },
  }
}

/** Any other integration. */
function integrationEvents({ thread }: Step, of: Resource & { kind: 'integration' }): Events {
  const named = { resourceType: of.resourceType, resource: of.resource }
  const answer = (result: Json) => ({ ...named, output: compact(result), outputDetails: whole })
  return {
    scheduled(parameters, { timeoutSeconds, heartbeatSeconds }) {
      const { region } = thread.run.parts.context
      const times = given({ timeoutInSeconds: timeoutSeconds, heartbeatInSeconds: heartbeatSeconds })
      thread.record('TaskScheduled', {
        taskScheduledEventDetails: { ...named, region, parameters: compact(parameters), ...times },
      })
    },
    started: () => void thread.record('TaskStarted', { taskStartedEventDetails: named }),
    submitted: (result) => void thread.record('TaskSubmitted', { taskSubmittedEventDetails: answer(result) }),
    succeeded: (result) => void thread.record('TaskSucceeded', { taskSucceededEventDetails: answer(result) }),
    failed(failure) {
      if (failure.error === 'States.Timeout')
        thread.record('TaskTimedOut', { taskTimedOutEventDetails: { ...named, ...details(failure) } })
      else thread.record('TaskFailed', { taskFailedEventDetails: { ...named, ...details(failure) } })
    },
  }
}

const details = ({ error, failureCause }: StateFailure) => given({ error, cause: failureCause })
