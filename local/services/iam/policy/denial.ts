import type { Caller } from '../../../service.ts'

export type Reason =
  | {
      readonly kind: 'explicit'
      readonly policy:
        | 'an identity-based policy'
        | 'a resource-based policy'
        | 'a permissions boundary'
        | 'a session policy'
    }
  | {
      readonly kind: 'implicit'
      readonly policy: 'identity-based policy' | 'resource-based policy' | 'permissions boundary' | 'session policy'
    }

/** Who the denial is about, as AWS names them. */
function subject(caller: Caller): string {
  switch (caller.kind) {
    case 'service':
      return caller.principal
    case 'anonymous':
      return 'anonymous'
    default:
      return caller.arn
  }
}

/** AWS's access denied texts (IAM user guide, "Troubleshoot access denied error messages"). */
export function denial(caller: Caller, action: string, resource: string, reason: Reason): string {
  const told = spelled(action)
  // S3 tells nothing to whom it does not know, and quotes the resource to others (S3 user guide, "Troubleshoot access denied").
  if (told.startsWith('s3:') && caller.kind === 'anonymous') return 'Access Denied'
  const on = told.startsWith('s3:') ? `"${resource}"` : resource
  const head = `User: ${subject(caller)} is not authorized to perform: ${told} on resource: ${on}`
  if (reason.kind === 'explicit') return `${head} with an explicit deny in ${reason.policy}`
  // STS gives no reason, as users' logs show.
  if (told.startsWith('sts:')) return head
  return `${head} because no ${reason.policy} allows the ${told} action`
}

/** SQS tells of `sqs:sendmessage` and SNS of `SNS:Publish`, as users' logs show; the others as policies write it. */
function spelled(action: string): string {
  if (action.startsWith('sqs:')) return action.toLowerCase()
  return action.startsWith('sns:') ? `SNS:${action.slice(4)}` : action
}
