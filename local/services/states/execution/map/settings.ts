import type { ItemProcessor, State } from '../../language/definition.ts'
import { compact, type Json, type JsonObject } from '../../language/json.ts'
import { resolvePath } from '../../language/json-path/resolve.ts'
import { fillTemplate } from '../../language/json-path/template.ts'
import { evaluateField, evaluateTyped } from '../../language/jsonata/evaluate.ts'
import { QueryProblem, runtimeProblem } from '../../language/problem.ts'
import { fieldByPath, printed } from '../data-flow.ts'
import type { Step } from '../step.ts'

/** How many items of a distributed Map may fail before it does. */
export interface Threshold {
  readonly count: number | undefined
  readonly percentage: number | undefined
}

/** The processor, under its name or under its old one. */
export function processorOf(state: State): ItemProcessor {
  const processor = state.ItemProcessor ?? state.Iterator
  if (!processor) throw new TypeError('A Map state without an ItemProcessor passed validation')
  return processor
}

export async function itemsOf(step: Step, input: Json): Promise<Json[]> {
  const { state, scope, language } = step
  if (language === 'JSONata') {
    if (state.Items !== undefined) return (await evaluateTyped('Items', state.Items, 'array', scope)) as Json[]
    if (Array.isArray(input)) return input
    throw new QueryProblem(undefined, `Map state input must be an array but was: ${compact(input)}`)
  }
  const path = state.ItemsPath ?? '$'
  const items = resolvePath(path, input, scope)
  if (!Array.isArray(items)) throw runtimeProblem(`Reference path "${path}" must point to array.`)
  return items
}

/** 0 stands for no limit of its own. */
export async function concurrencyOf(step: Step, input: Json): Promise<number> {
  const value = await settingOf(step, 'MaxConcurrency', input)
  if (value === undefined) return 0
  if (value < 0) throw runtimeProblem(`Expected non-negative integer for MaxConcurrency, got '${value}' instead.`)
  return value
}

export async function thresholdOf(step: Step, input: Json): Promise<Threshold> {
  const count = await settingOf(step, 'ToleratedFailureCount', input)
  if (count !== undefined && count < 0) throw runtimeProblem('ToleratedFailureCount cannot be negative.')
  const percentage = await settingOf(step, 'ToleratedFailurePercentage', input)
  if (percentage !== undefined && (percentage < 0 || percentage > 100))
    throw runtimeProblem(`ToleratedFailurePercentage cannot be ${percentage < 0 ? 'negative' : 'greater than 100'}.`)
  return { count, percentage }
}

type Setting = 'MaxConcurrency' | 'ToleratedFailureCount' | 'ToleratedFailurePercentage'

/** A number that a field holds, a JSONata expression gives, or a path refers to. */
async function settingOf(step: Step, field: Setting, input: Json): Promise<number | undefined> {
  const { state, scope } = step
  const path = state[`${field}Path`]
  if (path !== undefined) return numberAt(field, path, fieldByPath(step, `${field}Path`, path, input))
  const given = state[field]
  if (given === undefined || typeof given === 'number') return given
  return (await evaluateTyped(field, given, 'number', scope)) as number
}

/** Recorded: numerals in a text are taken too. */
function numberAt(field: Setting, path: string, value: Json): number {
  const whole = field !== 'ToleratedFailurePercentage'
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
  if (Number.isFinite(number) && (!whole || Number.isInteger(number))) return number
  const kind = whole ? 'integer' : 'float'
  throw runtimeProblem(
    `The ${field}Path field refers to value "${printed(value)}" which is not a valid ${kind}: ${path}`,
  )
}

/** An iteration's input: the item, or what ItemSelector (once Parameters) makes of it. */
export async function selectedItem(step: Step, item: Json, input: Json, map: JsonObject): Promise<Json> {
  const { state, language } = step
  const scope = { ...step.scope, context: { ...step.scope.context, Map: map } }
  const selector = state.ItemSelector ?? state.Parameters
  if (selector === undefined) return item
  return language === 'JSONata' ? evaluateField('ItemSelector', selector, scope) : fillTemplate(selector, input, scope)
}
