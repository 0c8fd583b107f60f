import type { PolicyDocument, PolicyStatement } from '../../service.ts'

const many = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value

const named = ({ Principal, NotPrincipal }: PolicyStatement): readonly string[] => {
  const element = Principal ?? NotPrincipal
  return typeof element === 'object' ? many(element.AWS) : []
}

/**
 * The first AWS principal that names nobody: AWS refuses a policy with a role that does not exist (yet), so a stack that names
 * one before it is made fails there. Roles are the only identities here: a user's ARN names nobody either.
 */
export function unknownPrincipal(policy: PolicyDocument, exists: (roleArn: string) => boolean): string | undefined {
  const statements = 'Effect' in policy.Statement ? [policy.Statement] : policy.Statement
  return statements.flatMap(named).find((principal) => !isKnown(principal, exists))
}

function isKnown(principal: string, exists: (roleArn: string) => boolean): boolean {
  if (principal === '*' || /^\d{12}$/.test(principal) || /^arn:aws:iam::\d{12}:root$/.test(principal)) return true
  const session = /^arn:aws:sts::\d{12}:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+$/
  return session.test(principal) || exists(principal)
}
