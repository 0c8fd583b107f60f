import { evaluateIntrinsic } from '../language/intrinsic/evaluate.ts'
import { type Json, type JsonObject, typeName } from '../language/json.ts'
import { putAt } from '../language/json-path/reference.ts'
import { resolveField, resolvePath } from '../language/json-path/resolve.ts'
import { fillTemplate } from '../language/json-path/template.ts'
import { evaluateField, type StatesMembers } from '../language/jsonata/evaluate.ts'
import { see } from '../trial/trial.ts'
import type { Outcome, Step } from './step.ts'

/** JSONPath: the input as InputPath leaves it; null discards it. JSONata: the input. */
export function effectiveInput(step: Step): Json {
  const { state, input, scope, language } = step
  if (language === 'JSONata') return input
  const { InputPath: path } = state
  const effective = path === undefined ? input : path === null ? {} : resolvePath(path, input, scope)
  see(step, 'afterInputPath', effective)
  return effective
}

/** What a task is called with: Parameters or Arguments, without them the input. */
export async function payloadOf(step: Step, input: Json): Promise<Json> {
  const { state, scope, language } = step
  if (language === 'JSONata') {
    if (state.Arguments === undefined) return input
    const payload = await evaluateField('Arguments', state.Arguments, scope)
    see(step, 'afterArguments', payload)
    return payload
  }
  const payload = state.Parameters === undefined ? input : fillTemplate(state.Parameters, input, scope)
  see(step, 'afterParameters', payload)
  return payload
}

/** Makes the output of a state that has a result. */
export async function outcomeOf(step: Step, result: Json): Promise<Outcome> {
  const { state, scope } = step
  if (step.language === 'JSONata') return queryOutcome(step, state, { result }, result)
  const selected = state.ResultSelector === undefined ? result : fillTemplate(state.ResultSelector, result, scope)
  return selectedOutcome(step, selected)
}

/** The output of a JSONPath state whose result is selected already. */
export function selectedOutcome(step: Step, selected: Json): Outcome {
  const { state } = step
  see(step, 'afterResultSelector', selected)
  const merged = resultPath(step, state.ResultPath, selected)
  see(step, 'afterResultPath', merged)
  return { output: outputPath(step, merged), assigned: assign(step, state.Assign, selected), next: state.Next }
}

/** Makes the output of a state that has none of its own (Wait, Succeed, Choice): the input goes through. */
export async function passedOutcome(
  step: Step,
  from: { readonly Output?: Json; readonly Assign?: JsonObject } = step.state,
  next = step.state.Next,
): Promise<Outcome> {
  if (step.language === 'JSONata') return { ...(await queryOutcome(step, from, {}, step.input)), next }
  const input = effectiveInput(step)
  return { output: outputPath(step, input), assigned: assign(step, from.Assign, input), next }
}

/** The output and the variables of a JSONata state, choice rule or catcher. */
export async function queryOutcome(
  { state, scope }: Step,
  from: { readonly Output?: Json; readonly Assign?: JsonObject },
  members: StatesMembers,
  otherwise: Json,
): Promise<Outcome> {
  const assigned = from.Assign && ((await evaluateField('Assign', from.Assign, scope, members)) as JsonObject)
  const output = from.Output === undefined ? otherwise : await evaluateField('Output', from.Output, scope, members)
  return { output, assigned, next: state.Next }
}

export const assign = ({ scope }: Step, template: JsonObject | undefined, document: Json): JsonObject | undefined =>
  template && (fillTemplate(template, document, scope) as JsonObject)

/** Puts the result where ResultPath says into the raw input; null discards the result. */
export const resultPath = ({ input }: Step, path: string | null | undefined, result: Json): Json =>
  path === null ? input : path === undefined || path === '$' ? result : putAt(path, input, result)

export function outputPath({ state, scope }: Step, value: Json): Json {
  if (state.OutputPath === undefined) return value
  return state.OutputPath === null ? {} : resolvePath(state.OutputPath, value, scope)
}

/** A field that holds a path or an intrinsic function, such as ErrorPath. */
export const fieldByPath = ({ scope }: Step, field: string, text: string, document: Json): Json =>
  text.startsWith('$') ? resolveField(field, text, document, scope) : evaluateIntrinsic(text, document, scope)

/** How AWS's texts print a value that they refuse. */
export const printed = (value: Json): string =>
  typeName(value) === 'string' ? (value as string) : JSON.stringify(value)
