import { AwsError } from '../../errors.ts'
import type { Shape } from '../shape.ts'

/** @throws AwsError ValidationError where the input lacks a member that the model requires, all such members in one text */
export function checkRequired(shape: Shape, input: unknown): void {
  if (isWhole(shape, input)) return
  const lacking = [...lackingMembers(shape, input, '')]
  const told = lacking.map((path) => `Value null at '${path}' failed to satisfy constraint: Member must not be null`)
  const errors = lacking.length === 1 ? 'error' : 'errors'
  const message = `${lacking.length} validation ${errors} detected: ${told.join('; ')}`
  throw new AwsError('ValidationError', message, { status: 400 })
}

/** The same without the paths: nearly all inputs are. */
function isWhole(shape: Shape, value: unknown): boolean {
  if (shape.kind === 'list')
    return shape.plain || (value as unknown[]).every((element) => isWhole(shape.member.target, element))
  if (shape.kind === 'map')
    return Object.values(value as object).every((element) => isWhole(shape.value.target, element))
  if (shape.kind !== 'structure') return true
  let index = 0
  for (const { name, target } of shape.members.values()) {
    const inner = (value as Record<string, unknown>)[name]
    if (inner === undefined ? index < shape.required : !isWhole(target, inner)) return false
    index += 1
  }
  return true
}

/** Paths as AWS's validation spells them: `publishBatchRequestEntries.1.member.id`. */
function* lackingMembers(shape: Shape, value: unknown, at: string): Iterable<string> {
  if (shape.kind === 'structure')
    for (const [index, { name, target }] of [...shape.members.values()].entries()) {
      const inner = (value as Record<string, unknown>)[name]
      const path = `${at}${name.charAt(0).toLowerCase()}${name.slice(1)}`
      if (inner !== undefined) yield* lackingMembers(target, inner, target.kind === 'structure' ? `${path}.` : path)
      else if (index < shape.required) yield path
    }
  else if (shape.kind === 'list' && !shape.plain)
    for (const [index, element] of (value as unknown[]).entries())
      yield* lackingMembers(shape.member.target, element, `${at}.${index + 1}.member.`)
  else if (shape.kind === 'map')
    for (const [key, element] of Object.entries(value as object))
      yield* lackingMembers(shape.value.target, element, `${at}.${key}.member.`)
}
