import { validation } from '../errors.ts'

/** What is wrong with one member; `undefined` where nothing is. */
export type Violation = string | undefined

export const violation = (member: string, value: unknown, rule: string): string =>
  `Value ${value === undefined ? 'null' : `'${value}'`} at '${member}' failed to satisfy constraint: Member must ${rule}`

/** @throws AwsError ValidationException that tells all violations at once */
export function satisfies(...violations: readonly Violation[]): void {
  const found = violations.filter((text) => text !== undefined)
  if (found.length === 0) return
  throw validation(`${found.length} validation error${found.length === 1 ? '' : 's'} detected: ${found.join('; ')}`)
}

export const required = (member: string, value: unknown): Violation =>
  value === undefined ? violation(member, value, 'not be null') : undefined

export const atMost = (member: string, value: string | undefined, length: number): Violation =>
  value !== undefined && value.length > length
    ? violation(member, value, `have length less than or equal to ${length}`)
    : undefined

export const oneOf = (member: string, value: string | undefined, values: readonly string[]): Violation =>
  value !== undefined && !values.includes(value)
    ? violation(member, value, `satisfy enum value set: [${values.join(', ')}]`)
    : undefined

export const between = (member: string, value: number | undefined, least: number, most: number): Violation => {
  if (value === undefined) return undefined
  if (value < least) return violation(member, value, `have value greater than or equal to ${least}`)
  return value > most ? violation(member, value, `have value less than or equal to ${most}`) : undefined
}
