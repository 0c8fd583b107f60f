import { AwsError } from '../../errors.ts'

/** The two errors that SQS answers with and does not model; in Query and in batches they have other codes. */
export const invalidParameter = (message: string): AwsError =>
  new AwsError('InvalidParameterValueException', message, { status: 400 })
export const missingParameter = (name: string): AwsError =>
  new AwsError('MissingRequiredParameterException', `The request must contain the parameter ${name}.`, { status: 400 })

export const invalidValue = (value: unknown, parameter: string, reason: string): AwsError =>
  invalidParameter(`Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`)

export const notForQueueType = (value: unknown, parameter: string): AwsError =>
  invalidValue(value, parameter, 'The request include parameter that is not valid for this queue type.')

export const queueDoesNotExist = (protocol: string): AwsError =>
  new AwsError(
    'QueueDoesNotExist',
    protocol === 'query'
      ? 'The specified queue does not exist for this wsdl version.'
      : 'The specified queue does not exist.',
  )

export const invalidHandle = (handle: string): AwsError =>
  new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`)

export const expiredHandle = (handle: string): AwsError =>
  invalidValue(handle, 'ReceiptHandle', 'The receipt handle has expired.')

export const unknownAttribute = (name: string): AwsError =>
  new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`)

export const invalidAttribute = (name: string, reason = ''): AwsError =>
  new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.${reason && ` Reason: ${reason}`}`)

const entryCodes: Readonly<Record<string, string>> = {
  InvalidParameterValueException: 'InvalidParameterValue',
  MissingRequiredParameterException: 'MissingParameter',
}

/** An error's code in the `Failed` list of a batch. */
export const entryCodeOf = ({ code }: AwsError): string => entryCodes[code] ?? code
