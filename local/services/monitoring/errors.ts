import { AwsError } from '../../errors.ts'

export const missingParameter = (name: string): AwsError =>
  new AwsError('MissingRequiredParameterException', `The parameter ${name} is required.`)
export const invalidParameter = (message: string): AwsError => new AwsError('InvalidParameterValueException', message)
export const invalidCombination = (message: string): AwsError =>
  new AwsError('InvalidParameterCombinationException', message)
/** Code of rules that the model does not name, such as lengths and patterns. */
export const validation = (message: string): AwsError => new AwsError('ValidationError', message, { status: 400 })
