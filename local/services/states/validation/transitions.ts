import { isObject, type Json, type JsonObject } from '../language/json.ts'
import type { Diagnostics } from './diagnostics.ts'

/** A way out of a state, and where the definition names it. */
interface Way {
  readonly target: Json
  readonly at: string
}

/**
 * Every target exists, every state can be reached, and the machine itself has an end. Measured in 2026: whatever names the
 * missing state, AWS calls it a 'Next' target; a machine without an end is told nothing of what cannot be reached.
 */
export function validateTransitions(
  startAt: Json,
  states: JsonObject,
  location: string,
  top: boolean,
  diagnostics: Diagnostics,
): void {
  const start = { target: startAt, at: `${location}/StartAt` }
  const ways = new Map(
    Object.entries(states).map(([name, state]) => [name, waysOf(state, `${location}/States/${name}`)] as const),
  )
  for (const { target, at } of [start, ...[...ways.values()].flat()])
    if (typeof target !== 'string' || !Object.hasOwn(states, target))
      diagnostics.add('MISSING_TRANSITION_TARGET', at, `Missing 'Next' target: ${target}`)
  if (top && !Object.values(states).some(isTerminal)) {
    diagnostics.add('MISSING_END_STATE', undefined, 'Workflow has no terminal state')
    return
  }
  const reached = reachedFrom(startAt, ways)
  for (const name of Object.keys(states))
    if (!reached.has(name))
      diagnostics.add('MISSING_TRANSITION_TARGET', `${location}/States/${name}`, `State "${name}" is not reachable.`)
}

function waysOf(state: Json, at: string): Way[] {
  if (!isObject(state)) return []
  const direct = ['Next', 'Default'].map((field) => ({ target: state[field], at: `${at}/${field}` }))
  const listed = ['Choices', 'Catch'].flatMap((field) => {
    const entries = state[field]
    return (Array.isArray(entries) ? entries : []).map((entry, index) => ({
      target: isObject(entry) ? entry.Next : undefined,
      at: `${at}/${field}[${index}]/Next`,
    }))
  })
  return [...direct, ...listed].filter((way): way is Way => way.target !== undefined)
}

const isTerminal = (state: Json): boolean =>
  isObject(state) && (state.End === true || state.Type === 'Succeed' || state.Type === 'Fail')

function reachedFrom(startAt: Json, ways: ReadonlyMap<string, readonly Way[]>): ReadonlySet<Json> {
  const reached = new Set<Json>([startAt])
  for (const name of reached)
    for (const { target } of ways.get(String(name)) ?? []) if (ways.has(String(target))) reached.add(target)
  return reached
}
