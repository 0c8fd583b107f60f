import { invalidParameter } from './errors.ts'

/** @throws AwsError InvalidParameter where the text has too few parts for an ARN */
export function checkArn(parameter: string, arn: string): void {
  const parts = arn.split(':').length
  if (parts < 6) throw invalidParameter(`${parameter} Reason: An ARN must have at least 6 elements, not ${parts}`)
}
