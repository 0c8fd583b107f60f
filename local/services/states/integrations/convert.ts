import type { Member, Shape } from '../../../gateway/shape.ts'
import { compact, type Json, type JsonObject } from '../language/json.ts'
import { runtimeProblem } from '../language/problem.ts'

/** A task's parameters as an action takes them. @throws Problem States.Runtime that tells all that is wrong with them */
export function toInput(shape: Shape, parameters: JsonObject): object {
  const wrong: string[] = []
  const input = read(shape, parameters, '', wrong)
  if (wrong.length === 0) return input as object
  throw runtimeProblem(
    `The Parameters '${compact(parameters)}' could not be used to start the Task: [${wrong.join(', ')}]`,
  )
}

function read(shape: Shape, value: Json, field: string, wrong: string[]): unknown {
  if (value === null) return undefined
  const fits = typeof value === forms[shape.kind] && Array.isArray(value) === (shape.kind === 'list')
  if (forms[shape.kind] !== undefined && !fits) {
    wrong.push(`The value for the field '${field}' must be a ${shape.kind.toUpperCase()}`)
    return undefined
  }
  switch (shape.kind) {
    case 'structure':
      return readStructure(shape, value as JsonObject, wrong)
    case 'list':
      return (value as Json[]).map((item) => read(shape.member.target, item, field, wrong))
    case 'map':
      return Object.fromEntries(
        Object.entries(value as JsonObject).map(([key, item]) => [key, read(shape.value.target, item, key, wrong)]),
      )
    case 'blob':
      return new TextEncoder().encode(typeof value === 'string' ? value : compact(value))
    case 'timestamp':
      return new Date(typeof value === 'number' ? value * 1000 : String(value))
    default:
      return value
  }
}

/** What a kind of shape is in JSON; blobs, times and documents take several forms. */
const forms: Readonly<Partial<Record<Shape['kind'], string>>> = {
  structure: 'object',
  list: 'object',
  map: 'object',
  string: 'string',
  number: 'number',
  boolean: 'boolean',
}

function readStructure(shape: Shape & { kind: 'structure' }, value: JsonObject, wrong: string[]): object {
  const input: Record<string, unknown> = {}
  for (const [name, given] of Object.entries(value)) {
    const member = memberOf(shape.members, name)
    if (member) input[member.name] = read(member.target, given, name, wrong)
    else wrong.push(`The field '${name}' is not supported by Step Functions`)
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
