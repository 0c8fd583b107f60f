import { see } from '../../trial/trial.ts'
import { effectiveInput, outcomeOf, payloadOf, selectedOutcome } from '../data-flow.ts'
import type { Outcome, Step } from '../step.ts'

export async function runPass(step: Step): Promise<Outcome> {
  const { state, language, input } = step
  if (language === 'JSONata') return outcomeOf(step, input)
  if (state.Result === undefined) return selectedOutcome(step, await payloadOf(step, effectiveInput(step)))
  see(step, 'result', state.Result)
  return selectedOutcome(step, state.Result)
}
