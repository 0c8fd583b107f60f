import { AwsError } from '../../errors.ts'

export const invalidParameter = (reason: string): AwsError =>
  new AwsError('InvalidParameterException', `Invalid parameter: ${reason}`)

/** About a message attribute. */
export const invalidAttribute = (message: string): AwsError => new AwsError('InvalidParameterValueException', message)

export const topicNotFound = (): AwsError => new AwsError('NotFoundException', 'Topic does not exist')
export const subscriptionNotFound = (): AwsError => new AwsError('NotFoundException', 'Subscription does not exist')

/** The model lacks the code that AWS answers with where a required member is missing. */
export const validationError = (path: string): AwsError =>
  new AwsError(
    'ValidationError',
    `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`,
    { status: 400 },
  )
