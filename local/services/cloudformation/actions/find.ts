import type { DeployedStack, Stacks } from '../../../assembly/stack.ts'
import { AwsError } from '../../../errors.ts'
import type { AccessCheck, CloudContext } from '../../../service.ts'

/** @throws AwsError ValidationError in CloudFormation's words */
export function stackOf(stacks: Stacks, name: string | undefined): DeployedStack {
  const stack = stacks.find(name ?? '')
  if (!stack) throw new AwsError('ValidationError', `Stack with id ${name} does not exist`, { status: 400 })
  return stack
}

/** The check of an action on one stack, or on all. */
export const onStack =
  (stacks: Stacks, context: CloudContext, action: string) =>
  ({ StackName }: { StackName?: string | undefined }): AccessCheck[] => {
    const named = `arn:aws:cloudformation:${context.region}:${context.account}:stack/${StackName}/*`
    const resource = StackName === undefined ? '*' : (stacks.find(StackName)?.id ?? named)
    return [{ action: `cloudformation:${action}`, resource }]
  }
