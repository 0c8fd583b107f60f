import type { TestStateCommandInput, TestStateCommandOutput } from '@aws-sdk/client-sfn'
import { type Action, action, type Call } from '../../../service.ts'
import { validation } from '../errors.ts'
import { Aborted, StateFailure } from '../execution/failure.ts'
import { runState } from '../execution/interpreter.ts'
import { given } from '../execution/run.ts'
import type { Outcome } from '../execution/step.ts'
import { compact, isObject, type Json, type JsonObject } from '../language/json.ts'
import { oneOf, satisfies } from '../model/constraints.ts'
import { onAnything, type StatesParts } from '../parts.ts'
import { contextOf, waits } from '../trial/context-object.ts'
import { type Tested, testedState } from '../trial/definition.ts'
import { mockOf } from '../trial/mock.ts'
import { trialThread } from '../trial/thread.ts'
import type { Trial } from '../trial/trial.ts'
import { passRole } from './definition.ts'
import { checkInput } from './start.ts'

/** A state is given up after this time. */
const LIMIT_MS = 300_000

export const testStateAction = (parts: StatesParts): Readonly<Record<string, Action>> => ({
  TestState: action<TestStateCommandInput, TestStateCommandOutput>({
    accepts: [
      'definition',
      'roleArn',
      'input',
      'inspectionLevel',
      'revealSecrets',
      'variables',
      'stateName',
      'mock',
      'context',
      'stateConfiguration',
    ],
    access: (input) => [...onAnything('TestState')(), ...passRole(input.roleArn)],
    async run(input, call) {
      satisfies(oneOf('inspectionLevel', input.inspectionLevel, ['INFO', 'DEBUG', 'TRACE']))
      const tested = await testedState(parts, input.definition ?? '', input.stateName)
      const trial = await trialOf(tested, input)
      checkInput(input.input ?? '{}')
      return answer(trial, await tried(parts, { tested, trial, input, call }), input.inspectionLevel ?? 'INFO')
    },
  }),
})

async function trialOf({ state }: Tested, input: TestStateCommandInput): Promise<Trial> {
  const { mapIterationFailureCount: failed, retrierRetryCount: retries = 0 } = input.stateConfiguration ?? {}
  if (failed !== undefined && !input.mock)
    throw validation('TestState does not support MapIterationFailureCount when a mock is not specified.')
  const mock = await mockOf(state, input.mock, input.revealSecrets)
  if (state.Type === 'Task' && !mock) {
    if (input.roleArn === undefined) throw validation('RoleArn must be specified when testing a Task state')
    if (waits(state))
      throw validation(`TestState does not wait for the resource ${state.Resource}: give a mock of its result.`)
  }
  if (mock && 'result' in mock && Array.isArray(mock.result) && (failed ?? 0) > mock.result.length)
    throw validation('Map iteration failure count must be less than or equal to the number of Map iterations')
  const context = input.context === undefined ? undefined : contextOf(state, input.context)
  return {
    mock,
    context,
    retries,
    failedIterations: failed ?? 0,
    seen: { input: input.input ?? '{}' },
    verdict: undefined,
  }
}

interface Attempt {
  readonly tested: Tested
  readonly trial: Trial
  readonly input: TestStateCommandInput
  readonly call: Call
}

async function tried(parts: StatesParts, { tested, trial, input, call }: Attempt): Promise<Outcome | StateFailure> {
  const { clock } = parts.context.kernel
  const abort = new AbortController()
  const limit = clock.after(LIMIT_MS, `states test of ${tested.name}`, () => abort.abort())
  const thread = trialThread(parts, { tested, trial, request: input, cause: call.entry, signal: abort.signal })
  for (const [name, value] of Object.entries(variablesOf(input.variables))) thread.variables.set(name, value)
  try {
    const data = JSON.parse(input.input ?? '{}') as Json
    return await call.whileWaiting(thread.holding(() => runState(thread, tested.machine, tested.name, data)))
  } catch (problem) {
    if (problem instanceof StateFailure) return problem
    if (problem instanceof Aborted) return new StateFailure('States.Timeout', undefined)
    throw problem
  } finally {
    limit.cancel()
  }
}

function variablesOf(text = '{}'): JsonObject {
  try {
    const value = JSON.parse(text) as Json
    if (isObject(value)) return value
  } catch {
    // Said below.
  }
  throw validation('Variables must be a JSON object')
}

function answer(trial: Trial, end: Outcome | StateFailure, level: string): Omit<TestStateCommandOutput, '$metadata'> {
  const inspected = level === 'INFO' ? {} : { inspectionData: trial.seen }
  const failure = end instanceof StateFailure ? end : trial.verdict?.failure
  const status = trial.verdict?.status ?? (failure ? 'FAILED' : 'SUCCEEDED')
  const told = failure && given({ error: failure.error, cause: failure.failureCause })
  const reached = end instanceof StateFailure ? {} : { output: compact(end.output), ...given({ nextState: end.next }) }
  return { ...reached, ...told, ...inspected, status }
}
