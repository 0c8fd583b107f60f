import { AwsError } from '../../errors.ts'

/** DynamoDB's ValidationException. */
export const invalid = (message: string): AwsError => new AwsError('ValidationException', message, { status: 400 })

/** ValidationException with the words that AWS puts before rules about values. */
export const invalidParameter = (rule: string): AwsError =>
  invalid(`One or more parameter values were invalid: ${rule}`)

export const tableNotFound = (): AwsError => new AwsError('ResourceNotFoundException', 'Requested resource not found')

/** As control-plane actions say it. */
export const namedTableNotFound = (name: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`)
