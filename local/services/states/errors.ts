import { AwsError } from '../../errors.ts'

const quoted = (code: string, words: string) => (what: string) => new AwsError(code, `${words}: '${what}'`)

export const machineDoesNotExist = quoted('StateMachineDoesNotExist', 'State Machine Does Not Exist')
export const activityDoesNotExist = quoted('ActivityDoesNotExist', 'Activity Does Not Exist')
export const executionDoesNotExist = quoted('ExecutionDoesNotExist', 'Execution Does Not Exist')
export const machineAlreadyExists = quoted('StateMachineAlreadyExists', 'State Machine Already Exists')
export const executionAlreadyExists = quoted('ExecutionAlreadyExists', 'Execution Already Exists')
export const invalidArn = quoted('InvalidArn', 'Invalid Arn')
export const invalidName = quoted('InvalidName', 'Invalid Name')
export const invalidInput = quoted('InvalidExecutionInput', 'Invalid State Machine Execution Input')
export const invalidDefinition = quoted('InvalidDefinition', 'Invalid State Machine Definition')
export const invalidToken = quoted('InvalidToken', 'Invalid Token')
export const resourceNotFound = (arn: string, message = `Resource not found: '${arn}'`) =>
  new AwsError('ResourceNotFound', message, { fields: { resourceName: arn } })
export const conflict = (message: string) => new AwsError('ConflictException', message)
export const validation = (message: string) => new AwsError('ValidationException', message, { status: 400 })
export const typeNotSupported = () =>
  new AwsError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine')
