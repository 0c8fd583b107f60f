import { AwsError } from '../../errors.ts'

export const invalidParameter = (message: string): AwsError => new AwsError('InvalidParameterException', message)
export const groupNotFound = (): AwsError =>
  new AwsError('ResourceNotFoundException', 'The specified log group does not exist.')
export const streamNotFound = (): AwsError =>
  new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.')

/** AWS's form for a value that breaks a constraint of the model. */
export const constraint = (value: unknown, member: string, rule: string): AwsError =>
  invalidParameter(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${rule}`,
  )
