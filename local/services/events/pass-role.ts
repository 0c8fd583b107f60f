import type { AccessCheck } from '../../service.ts'

/** Whoever gives a role to EventBridge must be allowed to. */
export const passRole = (roleArn: string | undefined, service = 'events.amazonaws.com'): readonly AccessCheck[] =>
  roleArn === undefined
    ? []
    : [{ action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': service } }]
