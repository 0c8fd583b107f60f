import { holds } from '../../language/choice/rule.ts'
import type { Json, JsonObject } from '../../language/json.ts'
import { evaluateTyped } from '../../language/jsonata/evaluate.ts'
import { runtimeProblem } from '../../language/problem.ts'
import { effectiveInput, passedOutcome } from '../data-flow.ts'
import type { Outcome, Step } from '../step.ts'

export async function runChoice(step: Step): Promise<Outcome> {
  const { state } = step
  const rule = await firstThatHolds(step)
  if (rule) return passedOutcome(step, rule as { Output?: Json; Assign?: JsonObject }, String(rule.Next))
  // Recorded: AWS does not use States.NoChoiceMatched.
  if (state.Default === undefined)
    throw runtimeProblem('Failed to transition out of the state. The state does not point to a next state.')
  return passedOutcome(step, state, state.Default)
}

async function firstThatHolds(step: Step): Promise<JsonObject | undefined> {
  const { state, scope } = step
  const document = effectiveInput(step)
  for (const [at, rule] of (state.Choices ?? []).entries()) {
    const matched =
      step.language === 'JSONata'
        ? await evaluateTyped(`Choices[${at}]/Condition`, rule.Condition ?? null, 'boolean', scope)
        : holds(rule, document, scope)
    if (matched) return rule
  }
  return undefined
}
