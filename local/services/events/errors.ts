import { AwsError } from '../../errors.ts'

const notFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', message)

export const busNotFound = (name: string): AwsError => notFound(`Event bus ${name} does not exist.`)
export const ruleNotFound = (rule: string, bus: string): AwsError =>
  notFound(`Rule ${rule} does not exist on EventBus ${bus}.`)
export const archiveNotFound = (name: string): AwsError => notFound(`Archive ${name} does not exist.`)
export const replayNotFound = (name: string): AwsError => notFound(`Replay ${name} does not exist.`)
export const statementNotFound = (): AwsError => notFound('Statement with the provided id does not exist.')

export const alreadyExists = (what: string): AwsError =>
  new AwsError('ResourceAlreadyExistsException', `${what} already exists.`)

export const limitExceeded = (): AwsError =>
  new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.')

export const invalidPattern = (reason: string): AwsError =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`)
