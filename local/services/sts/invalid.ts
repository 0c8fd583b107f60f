import { AwsError } from '../../errors.ts'

export const invalid = (message: string): AwsError => new AwsError('ValidationError', message, { status: 400 })

export const constraint = (member: string, value: unknown, rule: string): AwsError =>
  invalid(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${rule}`,
  )

/** @throws AwsError ValidationError */
export function checkSeconds(seconds: number, most: number): number {
  if (seconds < 900) throw constraint('durationSeconds', seconds, 'have value greater than or equal to 900')
  if (seconds > most) throw constraint('durationSeconds', seconds, `have value less than or equal to ${most}`)
  return seconds
}
