import { compact, isObject, type Json, type JsonObject } from '../../language/json.ts'
import { fillTemplate } from '../../language/json-path/template.ts'
import { evaluateField, evaluateTyped } from '../../language/jsonata/evaluate.ts'
import { runtimeProblem } from '../../language/problem.ts'
import { fieldByPath } from '../data-flow.ts'
import type { Step } from '../step.ts'

/** One child execution's share of the items. */
export interface Batch {
  readonly input: Json
  /** How many items it stands for. */
  readonly items: number
}

/** One item for each child, or as many as ItemBatcher puts together. */
export async function batchesOf(step: Step, selected: readonly Json[], input: Json): Promise<Batch[]> {
  const batcher = step.state.ItemBatcher
  if (!batcher) return selected.map((item) => ({ input: item, items: 1 }))
  const most = (await limitOf(step, 'MaxItemsPerBatch', input)) ?? selected.length
  const bytes = (await limitOf(step, 'MaxInputBytesPerBatch', input)) ?? Number.POSITIVE_INFINITY
  const shared = await batchInput(step, input)
  const batches: Json[][] = []
  for (const item of selected) {
    const open = batches.at(-1)
    if (open && open.length < most && Buffer.byteLength(compact([...open, item])) <= bytes) open.push(item)
    else batches.push([item])
  }
  return batches.map((items) => ({ input: { ...shared, Items: items }, items: items.length }))
}

async function batchInput({ state, scope, language }: Step, input: Json): Promise<JsonObject> {
  const template = state.ItemBatcher?.BatchInput
  if (template === undefined) return {}
  const filled =
    language === 'JSONata'
      ? await evaluateField('ItemBatcher/BatchInput', template, scope)
      : fillTemplate(template, input, scope)
  return isObject(filled) ? { BatchInput: filled } : {}
}

async function limitOf(
  step: Step,
  field: 'MaxItemsPerBatch' | 'MaxInputBytesPerBatch',
  input: Json,
): Promise<number | undefined> {
  const batcher = step.state.ItemBatcher
  const path = batcher?.[`${field}Path`]
  const given = path === undefined ? batcher?.[field] : fieldByPath(step, `${field}Path`, path, input)
  if (given === undefined) return undefined
  const value =
    typeof given === 'string' && path === undefined ? await evaluateTyped(field, given, 'number', step.scope) : given
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value
  throw runtimeProblem(`The ${field} field must be a positive integer, but was: ${compact(value)}`)
}
