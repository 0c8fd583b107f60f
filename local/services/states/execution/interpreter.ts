import type { HistoryEventType } from '@aws-sdk/client-sfn'
import type { Machine, State } from '../language/definition.ts'
import { compact, type Json, type JsonObject, tooLarge } from '../language/json.ts'
import { timestampText } from '../language/timestamp.ts'
import { StateFailure } from './failure.ts'
import { whole } from './history.ts'
import { recordedFailure } from './recorded-failure.ts'
import { executors } from './states/index.ts'
import type { Outcome, Step } from './step.ts'
import type { Thread } from './thread.ts'

/** Runs a machine from its start, or from where the thread is to resume, to its end. @throws StateFailure, Aborted */
export async function runMachine(thread: Thread, machine: Machine, input: Json): Promise<Json> {
  let name: string | undefined = thread.resume?.state ?? machine.StartAt
  let data = thread.resume?.input ?? input
  while (name !== undefined) {
    const outcome: Outcome = await runState(thread, machine, name, data)
    data = outcome.output
    name = outcome.next
  }
  return data
}

/** Runs one state. @throws StateFailure, Aborted */
export async function runState(thread: Thread, machine: Machine, name: string, input: Json): Promise<Outcome> {
  const state = machine.States[name] as State
  const children = thread.resume?.children ?? []
  thread.resume = undefined
  thread.progress = { state: name, input, variables: new Map(thread.variables), children }
  const text = thread.run.textOf(input)
  const before = thread.previous
  const enteredAt = thread.record(event(state, 'Entered'), {
    stateEnteredEventDetails: { name, input: text, inputDetails: whole },
  })
  thread.open.push({ type: state.Type, enteredAt })
  const outcome = await attempt(stepOf(thread, { machine, name, input, enteredAt, before }))
  leave(thread, name, state, outcome)
  return outcome
}

async function attempt(step: Step): Promise<Outcome> {
  try {
    const outcome = await executors[step.state.Type](step)
    if (tooLarge(compact(outcome.output)))
      throw new StateFailure(
        'States.DataLimitExceeded',
        `The state/task '${step.name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
      )
    return outcome
  } catch (problem) {
    throw recordedFailure(step, problem)
  }
}

type Entered = Pick<Step, 'machine' | 'name' | 'input' | 'enteredAt' | 'before'>

function stepOf(thread: Thread, entered: Entered): Step {
  const { machine, name, input } = entered
  const state = machine.States[name] as State
  const { run } = thread
  const { kernel } = run.parts.context
  const context: JsonObject = thread.trial?.context ?? {
    ...run.context,
    State: { Name: name, EnteredTime: timestampText(kernel.clock.now()) },
    ...(thread.map === undefined ? {} : { Map: thread.map }),
  }
  const language = state.QueryLanguage ?? run.language
  return {
    ...entered,
    thread,
    state,
    language,
    scope: { input, variables: thread.variables, context, kernel },
  }
}

function leave(thread: Thread, name: string, state: State, { output, assigned }: Outcome): void {
  thread.open.pop()
  for (const [variable, value] of Object.entries(assigned ?? {})) thread.variables.set(variable, value)
  if (state.Type === 'Fail') return
  const texts =
    assigned === undefined || Object.keys(assigned).length === 0
      ? {}
      : {
          assignedVariables: Object.fromEntries(Object.entries(assigned).map(([key, value]) => [key, compact(value)])),
          assignedVariablesDetails: whole,
        }
  thread.record(event(state, 'Exited'), {
    stateExitedEventDetails: { name, output: compact(output), outputDetails: whole, ...texts },
  })
}

const event = (state: State, suffix: 'Entered' | 'Exited'): HistoryEventType =>
  `${state.Type}State${suffix}` as HistoryEventType
