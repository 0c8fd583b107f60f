import { AwsError } from '../../errors.ts'

export const invalidParameter = (reason: string): AwsError =>
  new AwsError('InvalidParameterException', `Invalid parameter: ${reason}`)

/** About a message attribute. */
export const invalidAttribute = (message: string): AwsError => new AwsError('InvalidParameterValueException', message)

export const topicNotFound = (): AwsError => new AwsError('NotFoundException', 'Topic does not exist')
export const subscriptionNotFound = (): AwsError => new AwsError('NotFoundException', 'Subscription does not exist')

/**
 * Why an attribute is refused, without the words before it: calls that create say that it is about their attributes,
 * calls that set one do not.
 */
export class Refused extends Error {
  override readonly name = 'Refused'
}

/** @throws AwsError InvalidParameter for what `read` refuses */
export const creating = <T>(read: () => T): T => worded('Attributes Reason: ', read)

/** @throws AwsError InvalidParameter for what `read` refuses */
export const setting = <T>(read: () => T): T => worded('', read)

function worded<T>(before: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof Refused) throw invalidParameter(`${before}${error.message}`)
    throw error
  }
}

/** What the type of a member forbids. The model lacks the code. */
export const validationError = (path: string, value: string, constraint: string): AwsError =>
  new AwsError(
    'ValidationError',
    `1 validation error detected: Value ${value} at '${path}' failed to satisfy constraint: ${constraint}`,
    { status: 400 },
  )
