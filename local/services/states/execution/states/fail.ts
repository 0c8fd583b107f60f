import { evaluateTyped } from '../../language/jsonata/evaluate.ts'
import { runtimeProblem } from '../../language/problem.ts'
import { effectiveInput, fieldByPath, printed } from '../data-flow.ts'
import { StateFailure } from '../failure.ts'
import type { Outcome, Step } from '../step.ts'

export async function runFail(step: Step): Promise<Outcome> {
  // A Fail state without a path uses its input for nothing, and a test of it shows it all the same.
  if (step.thread.trial) effectiveInput(step)
  throw new StateFailure(await textOf(step, 'Error'), await textOf(step, 'Cause'))
}

async function textOf(step: Step, field: 'Error' | 'Cause'): Promise<string | undefined> {
  const { state, language, scope } = step
  const path = state[`${field}Path`]
  if (path !== undefined) {
    const value = fieldByPath(step, `${field}Path`, path, effectiveInput(step))
    if (typeof value !== 'string')
      throw runtimeProblem(`The ${field}Path parameter does not reference a string: ${path} == ${printed(value)}`)
    return value
  }
  const given = state[field]
  if (given === undefined || language === 'JSONPath') return given
  return (await evaluateTyped(field, given, 'string', scope)) as string
}
