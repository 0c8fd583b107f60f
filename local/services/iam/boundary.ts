import { AwsError } from '../../errors.ts'
import { isPolicyArn } from './checks.ts'
import { type IamModel, noSuchEntity } from './model.ts'

/** What a role's boundary may be, in IAM's words of its own. @throws AwsError InvalidInput, NoSuchEntity */
export function checkBoundary(model: IamModel, arn: string): void {
  if (!isPolicyArn(arn)) throw new AwsError('InvalidInput', `ARN ${arn} is not valid.`, { status: 400 })
  // A policy of AWS that is not built in is refused with what there is.
  if (model.policies.has(arn) || arn.startsWith('arn:aws:iam::aws:')) model.managedDocument(arn)
  else throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`)
}
