import type { Caller, PolicyStatement } from '../../../service.ts'
import { glob } from './glob.ts'

/**
 * How a resource policy's principal names a caller:
 * - `caller`: the caller's session or the service itself: what it allows needs nothing else;
 * - `role`: the caller's role, or everybody: allowed, but a permissions boundary still limits;
 * - `account`: the caller's account, which hands the decision to the account's own policies.
 */
export type Named = 'caller' | 'role' | 'account' | undefined

export type PrincipalMatcher = (caller: Caller, account: string) => Named

type PrincipalElement = NonNullable<PolicyStatement['Principal']>

const many = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value

/** Compiles `Principal`. */
export function principal(element: PrincipalElement): PrincipalMatcher {
  if (element === '*') return everybody
  const aws = many(element.AWS)
  const services = many(element.Service).map((name) => glob(name))
  if (aws.includes('*')) return everybody
  return (caller, account) => {
    if (caller.kind === 'anonymous') return undefined
    if (caller.kind === 'service') return services.some((matches) => matches(caller.principal)) ? 'caller' : undefined
    return namedBy(aws, caller, account)
  }
}

/** Compiles `NotPrincipal`: everybody but those named. */
export function notPrincipal(element: PrincipalElement): PrincipalMatcher {
  const named = principal(element)
  return (caller, account) => (named(caller, account) === undefined ? 'role' : undefined)
}

const everybody: PrincipalMatcher = () => 'role'

function namedBy(aws: readonly string[], caller: Caller & { arn: string }, account: string): Named {
  if (aws.includes(caller.arn)) return 'caller'
  if (caller.kind === 'role' && aws.includes(caller.roleArn)) return 'role'
  return aws.includes(account) || aws.includes(`arn:aws:iam::${account}:root`) ? 'account' : undefined
}
