import { AwsError } from '../../errors.ts'

/** A policy that cannot be; services with another code of their own map it. */
export const malformed = (message: string): AwsError =>
  new AwsError('MalformedPolicyDocument', message, { status: 400 })
