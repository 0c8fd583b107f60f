import { compact, isObject, type Json, type JsonObject } from '../json.ts'
import { Problem } from '../problem.ts'
import { parsePath } from './parse.ts'
import type { Step } from './path.ts'

/**
 * ResultPath: puts the result at the path into a copy of the input and makes the objects on the way.
 * @throws Problem States.ResultPathMatchFailure where the input has something else there
 */
export function putAt(text: string, input: Json, result: Json): Json {
  const { steps } = parsePath(text)
  return put(steps, input, result, () => {
    throw new Problem(
      'States.ResultPathMatchFailure',
      `Unable to apply ReferencePath ${text} to input ${compact(input)}`,
    )
  })
}

function put(steps: readonly Step[], into: Json, result: Json, mismatch: () => never): Json {
  const [step, ...rest] = steps
  if (step === undefined) return result
  if (step.kind === 'index' && Array.isArray(into) && step.index >= 0 && step.index < into.length)
    return into.with(step.index, put(rest, into[step.index] as Json, result, mismatch))
  if (step.kind !== 'name' || !isObject(into)) return mismatch()
  const member = Object.hasOwn(into, step.name) ? (into[step.name] as Json) : {}
  const copy: JsonObject = { ...into }
  copy[step.name] = put(rest, member, result, mismatch)
  return copy
}
