import { AwsError } from '../../../errors.ts'

/** Lambda's text for a member that breaks its model's constraint; of a map's members it says which are meant. */
export const violation = (member: string, value: unknown, rule: string, of = ''): AwsError =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${of}Member must ${rule}`,
    { status: 400 },
  )

/** @throws AwsError ValidationException */
export function inRange(member: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined) return
  if (value < least) throw violation(member, value, `have value greater than or equal to ${least}`)
  if (value > most) throw violation(member, value, `have value less than or equal to ${most}`)
}

/** @throws AwsError ValidationException */
export function inLength(member: string, value: string | undefined, most: number): void {
  if (value !== undefined && value.length > most)
    throw violation(member, value, `have length less than or equal to ${most}`)
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
