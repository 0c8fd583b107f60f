import { AwsError } from '../../errors.ts'

export const invalidParameter = (message: string): AwsError => new AwsError('InvalidParameterException', message)
export const groupNotFound = (): AwsError =>
  new AwsError('ResourceNotFoundException', 'The specified log group does not exist.')
export const streamNotFound = (): AwsError =>
  new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.')

/** Groups and streams have words of their own for a name too long (recorded by LocalStack, February 2026). */
export const nameTooLong = (): AwsError =>
  invalidParameter('Invalid LogGroup or LogStream, both must have length less than or equal to 512.')

/** AWS's form for a value that breaks a constraint of the model. */
export const constraint = (value: unknown, member: string, rule: string): AwsError =>
  invalidParameter(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${rule}`,
  )

/** @throws InvalidParameterException */
export function atMost(most: number, member: string, text: string | undefined): void {
  if (text !== undefined && text.length > most)
    throw constraint(text, member, `have length less than or equal to ${most}`)
}
