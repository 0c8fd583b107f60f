import { assign, effectiveInput, outcomeOf, outputPath, payloadOf, resultPath } from '../data-flow.ts'
import type { Outcome, Step } from '../step.ts'

export async function runPass(step: Step): Promise<Outcome> {
  const { state, language, input } = step
  if (language === 'JSONata') return outcomeOf(step, input)
  const result = state.Result === undefined ? await payloadOf(step, effectiveInput(step)) : state.Result
  return {
    output: outputPath(step, resultPath(step, state.ResultPath, result)),
    assigned: assign(step, state.Assign, result),
    next: state.Next,
  }
}
