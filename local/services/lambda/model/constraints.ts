import { AwsError } from '../../../errors.ts'

/** Lambda's sentence about a member that breaks its model's constraint. */
export type Violation = string

/** Of a map's members the sentence says which are meant (`of`). */
export const violationOf = (member: string, value: unknown, rule: string, of = ''): Violation =>
  `Value '${value}' at '${member}' failed to satisfy constraint: ${of}Member must ${rule}`

export const violations = (broken: readonly Violation[]): AwsError =>
  new AwsError(
    'ValidationException',
    `${broken.length} validation error${broken.length === 1 ? '' : 's'} detected: ${broken.join('; ')}`,
    { status: 400 },
  )

export const violation = (member: string, value: unknown, rule: string, of = ''): AwsError =>
  violations([violationOf(member, value, rule, of)])

/** @throws AwsError ValidationException */
export function inRange(member: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined) return
  if (value < least) throw violation(member, value, `have value greater than or equal to ${least}`)
  if (value > most) throw violation(member, value, `have value less than or equal to ${most}`)
}

/** @throws AwsError ValidationException */
export function oneOf(member: string, value: string | undefined, values: readonly string[]): void {
  if (value !== undefined && !values.includes(value))
    throw violation(member, value, `satisfy enum value set: [${values.join(', ')}]`)
}

export function required(member: string, value: unknown): void {
  if (value === undefined || value === null)
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
      { status: 400 },
    )
}

/** One page of a list, with Lambda's `Marker`: the position of the first element that is left. */
export function page<T>(
  all: readonly T[],
  marker: string | undefined,
  most: number,
): { items: T[]; next: string | undefined } {
  inRange('maxItems', most, 1, 10_000)
  const start = marker === undefined ? 0 : Number(Buffer.from(marker, 'base64').toString())
  if (!Number.isInteger(start) || start < 0)
    throw new AwsError('InvalidParameterValueException', 'Invalid pagination token.', { fields: { Type: 'User' } })
  const end = start + most
  return {
    items: all.slice(start, end),
    next: end < all.length ? Buffer.from(String(end)).toString('base64') : undefined,
  }
}
