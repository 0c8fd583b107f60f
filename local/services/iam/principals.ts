import type { CloudContext } from '../../service.ts'
import type { Iam } from './iam.ts'

/**
 * Whether a policy may name this `AWS` principal: AWS verifies that it exists. Other accounts are taken at their word, and
 * so are this one's users, of whom the local cloud has none.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function isKnownPrincipal(context: CloudContext, principal: string): boolean {
  if (principal === '*' || /^\d{12}$/.test(principal)) return true
  const [, account, kind] = /^arn:aws[\w-]*:(?:iam|sts)::(\d{12}):(root$|[\w-]+\/.)/.exec(principal) ?? []
  if (account !== context.account || !kind?.startsWith('role/')) return account !== undefined
  return context.service<Iam>('iam').hasRole(principal)
}
