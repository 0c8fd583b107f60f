import type { Member, Shape } from '../../../gateway/shape.ts'
import { compact, type Json, type JsonObject } from '../language/json.ts'
import { runtimeProblem } from '../language/problem.ts'

/** A task's parameters as an action takes them. @throws Problem for a parameter that the API has not */
export function toInput(shape: Shape, value: Json): unknown {
  if (value === null) return undefined
  switch (shape.kind) {
    case 'structure':
      return structureInput(shape, value)
    case 'list':
      return Array.isArray(value) ? value.map((item) => toInput(shape.member.target, item)) : value
    case 'map':
      return Object.fromEntries(
        Object.entries(value as JsonObject).map(([key, item]) => [key, toInput(shape.value.target, item)]),
      )
    case 'blob':
      return new TextEncoder().encode(typeof value === 'string' ? value : compact(value))
    case 'timestamp':
      return new Date(typeof value === 'number' ? value * 1000 : String(value))
    default:
      return value
  }
}

function structureInput(shape: Shape & { kind: 'structure' }, value: Json): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const input: Record<string, unknown> = {}
  for (const [name, given] of Object.entries(value)) {
    const member = memberOf(shape.members, name)
    if (!member) throw runtimeProblem(`The parameter '${name}' is not supported by this API.`)
    input[member.name] = toInput(member.target, given)
  }
  return input
}

/** Step Functions spells every member in Pascal case, whatever the API does. */
export const memberOf = (members: ReadonlyMap<string, Member>, name: string): Member | undefined =>
  members.get(name) ?? members.get(name.charAt(0).toLowerCase() + name.slice(1))

/** How a result gives times: the SDK integrations as text, the optimized ones as Java's old dates. */
export type Times = 'text' | 'milliseconds'

/** An action's answer as a task's result. */
export function toResult(shape: Shape, value: unknown, times: Times): Json {
  if (value === undefined || value === null) return null
  if (value instanceof Date) return times === 'text' ? value.toISOString() : value.getTime()
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  switch (shape.kind) {
    case 'structure': {
      const result: JsonObject = {}
      for (const [name, member] of shape.members) {
        const item = (value as Record<string, unknown>)[name]
        if (item === undefined || item === null) continue
        result[shape.union ? name : pascal(name)] = toResult(member.target, item, times)
      }
      return result
    }
    case 'list':
      return (value as unknown[]).map((item) => toResult(shape.member.target, item, times))
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, item]) => [key, toResult(shape.value.target, item, times)]),
      )
    default:
      return value as Json
  }
}

const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)
