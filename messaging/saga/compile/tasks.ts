import { openSagaPartition } from '../../table-layout.ts'
import type { StepNode } from '../plan.ts'
import { rendered, variablesIn } from '../reference.ts'
import { actRetriers, retrier, undoRetriers } from './retry.ts'
import { NEEDS_ATTENTION, RESUME, type SagaTargets, type State, UNATTENDED } from './targets.ts'

const INVOKE = 'arn:aws:states:::lambda:invoke'
const CALLBACK = `${INVOKE}.waitForTaskToken`

/** Of a task above its function's timeout: a task that gave up first would make unknown outcomes by design. */
export const MARGIN_SECONDS = 5

/** Tasks call steps by these. */
export type Phase = 'act' | 'compensate' | 'settle' | 'close'

/** The answer of a step, in the state that called it. */
export const answerOf = ({ contract }: StepNode): string =>
  contract.callback ? '$states.result' : '$states.result.Payload.output'

export const taskSeconds = (node: StepNode, { timeout }: { readonly timeout: number }): number =>
  node.timeout === undefined ? Math.ceil(timeout / 1000) + MARGIN_SECONDS : Math.ceil(node.timeout / 1000)

interface Calling {
  readonly saga: string
  readonly targets: SagaTargets
}

function target({ targets }: Calling, { contract, name }: StepNode) {
  const found = targets.steps[contract.name]
  if (!found) throw new TypeError(`step '${name}': there is no function for ${contract.name}`)
  return found
}

/** Calls a step's `act`. What follows it stands in `rest`. */
export function actTask(
  calling: Calling,
  node: StepNode,
  { turnsBack, deadline }: { readonly turnsBack: boolean; readonly deadline: number | undefined },
  rest: object,
): State {
  const { arn, timeout } = target(calling, node)
  const { callback } = node.contract
  const { alarmAfter } = node.retry
  const until = turnsBack && deadline !== undefined ? deadline : undefined
  return {
    Type: 'Task',
    Resource: callback ? CALLBACK : INVOKE,
    Arguments: {
      FunctionName: arn,
      Payload: {
        ...identity(calling, node, 'act'),
        input: rendered(node.input),
        attempt: '{% $states.context.State.RetryCount + 1 %}',
        ...(alarmAfter !== undefined && {
          enteredAt: '{% $toMillis($states.context.State.EnteredTime) %}',
          alarmAfter,
        }),
        ...(until !== undefined && { deadline: `{% ${deadlineMillis(until)} %}` }),
        ...(callback && { token: '{% $states.context.Task.Token %}', wait: waitOf(node) }),
      },
    },
    TimeoutSeconds: callback
      ? answerSeconds(node, taskSeconds(node, { timeout }), until)
      : taskSeconds(node, { timeout }),
    ...(node.heartbeat !== undefined && { HeartbeatSeconds: Math.ceil(node.heartbeat / 1000) }),
    Retry: actRetriers(node, turnsBack),
    ...rest,
  }
}

/** Seconds within which the answer, or the next sign of life, must come. */
const waitOf = ({ answerWithin = 0, heartbeat = answerWithin }: StepNode): number =>
  Math.ceil(Math.min(answerWithin, heartbeat) / 1000)

const deadlineMillis = (deadline: number): string => `$toMillis($states.context.Execution.StartTime) + ${deadline}`

/** A callback waits no longer than the saga's deadline, but always as long as its function may take. */
function answerSeconds({ answerWithin = 0 }: StepNode, own: number, deadline: number | undefined): number | string {
  const seconds = Math.ceil(answerWithin / 1000)
  if (deadline === undefined) return seconds
  const left = `$floor((${deadlineMillis(deadline)} - $toMillis($states.context.State.EnteredTime)) / 1000)`
  return `{% $max([${own}, $min([${seconds}, ${left}])]) %}`
}

/** Calls a step's `compensate`, for about a day. */
export function undoTask(calling: Calling, node: StepNode, rest: object): State {
  const { arn, timeout } = target(calling, node)
  return {
    Type: 'Task',
    Resource: INVOKE,
    Arguments: {
      FunctionName: arn,
      Payload: {
        ...identity(calling, node, 'compensate'),
        ...(node.contract.undo === 'always' && { input: knownInput(node) }),
        failure: '{% $failure %}',
        attempt: '{% $states.context.State.RetryCount + 1 %}',
      },
    },
    TimeoutSeconds: taskSeconds(node, { timeout }),
    Retry: undoRetriers(),
    ...rest,
  }
}

/** Of a first step. An execution that undoes an answer which came too late knows no input, and that step's record does. */
function knownInput({ input }: StepNode): unknown {
  const text = rendered(input)
  return variablesIn(input).length === 0 ? text : `{% $input = null ? null : (${String(text).slice(3, -3)}) %}`
}

/** Finds out whether the pivot happened, and refuses it from then on if it did not. */
export function settleTask(calling: Calling, node: StepNode, rest: object): State {
  const { arn, timeout } = target(calling, node)
  return {
    Type: 'Task',
    Resource: INVOKE,
    Arguments: {
      FunctionName: arn,
      Payload: { ...identity(calling, node, 'settle'), attempt: '{% $states.context.State.RetryCount + 1 %}' },
    },
    TimeoutSeconds: taskSeconds(node, { timeout }),
    Retry: undoRetriers(),
    ...rest,
  }
}

const identity = ({ saga }: Calling, { name }: StepNode, phase: Phase) => ({
  phase,
  saga,
  sagaId: '{% $sagaId %}',
  step: name,
  machine: '{% $states.context.StateMachine.Id %}',
  origin: '{% $origin %}',
})

/** Seconds after which an operator is reminded, and how often. */
const REMINDER_SECONDS = 86_400
const REMINDERS = 29
export const ATTENTION_SECONDS = REMINDER_SECONDS * (REMINDERS + 1)

/** Records what is stuck, rings, and waits for an operator: `bus.saga(id).resume()`. */
export function attentionTask({ saga, targets }: Calling): State {
  return {
    Type: 'Task',
    Resource: CALLBACK,
    Arguments: {
      FunctionName: targets.keeper,
      Payload: {
        attention: {
          saga,
          sagaId: '{% $sagaId %}',
          step: '{% $stuck.step %}',
          state: '{% $stuck.state %}',
          code: '{% $stuck.code %}',
          message: '{% $stuck.message %}',
          execution: '{% $states.context.Execution.Id %}',
          token: '{% $states.context.Task.Token %}',
        },
      },
    },
    TimeoutSeconds: REMINDER_SECONDS,
    Assign: { verdict: '{% $states.result.verdict %}' },
    Output: {},
    Retry: [
      {
        ...retrier(['States.Timeout'], { attempts: REMINDERS + 1, first: 1_000, max: 2_000 }),
        BackoffRate: 1,
      },
      retrier(['States.ALL'], { attempts: 100, first: 2_000, max: 900_000 }),
    ],
    Catch: [{ ErrorEquals: ['States.ALL'], Next: UNATTENDED }],
    Next: RESUME,
  }
}

/** Remembers that this saga is under way, so that one that hangs, or whose end nobody heard of, is found. */
export function openTask({ saga, targets }: Calling, rest: object): State {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::dynamodb:putItem',
    Arguments: {
      TableName: targets.table,
      Item: {
        pk: { S: `{% '${openSagaPartition(saga, '')}' & $substring($hash($sagaId, 'SHA-256'), 0, 1) %}` },
        sk: { S: '{% $sagaId %}' },
        execution: { S: '{% $states.context.Execution.Id %}' },
        startedAt: { S: '{% $states.context.Execution.StartTime %}' },
      },
    },
    TimeoutSeconds: 60,
    Output: {},
    Retry: [retrier(['States.ALL'], { attempts: 8, first: 1_000, max: 30_000 })],
    ...rest,
  }
}

export const failureAssign = (step: string): object => ({
  step,
  code: '{% $states.errorOutput.Error %}',
  message: "{% $exists($states.errorOutput.Cause) ? $substring($states.errorOutput.Cause, 0, 1000) : '' %}",
})

export const needsAttention = (step: string, state: string): object => ({
  ErrorEquals: ['States.ALL'],
  Assign: { stuck: { ...failureAssign(step), state } },
  Output: {},
  Next: NEEDS_ATTENTION,
})
