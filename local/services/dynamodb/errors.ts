import { AwsError } from '../../errors.ts'

/** DynamoDB's ValidationException. */
export const invalid = (message: string): AwsError => new AwsError('ValidationException', message, { status: 400 })

/** ValidationException with the words that AWS puts before rules about values. */
export const invalidParameter = (rule: string): AwsError =>
  invalid(`One or more parameter values were invalid: ${rule}`)

/**
 * Runs the checks of a request as PutItem, UpdateItem and DeleteItem tell them: each error reads as a list of one,
 * but where the older code tells it. What the table or the item breaks is told bare.
 */
export function enveloped<T>(check: () => T, isOlder: boolean): T {
  try {
    return check()
  } catch (error) {
    if (isOlder || !(error instanceof AwsError) || error.code !== 'ValidationException') throw error
    throw invalid(`1 validation error detected: ${error.message}`)
  }
}

export const tableNotFound = (): AwsError => new AwsError('ResourceNotFoundException', 'Requested resource not found')

/** As control-plane actions say it. */
export const namedTableNotFound = (name: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`)
