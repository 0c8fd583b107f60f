import type { Caller, PolicyDocument } from '../../service.ts'
import { type CompiledPolicy, compile } from './policy/compile.ts'
import { denial, type Reason } from './policy/denial.ts'
import type { Named } from './policy/principals.ts'
import { type ContextValue, RequestContext } from './policy/request-context.ts'

export interface Question {
  readonly caller: Caller
  /** The policies of the caller's role; those of a service or of anonymous are never asked. */
  readonly identityPolicies: readonly PolicyDocument[]
  readonly boundary?: PolicyDocument | undefined
  readonly resourcePolicy?: PolicyDocument | undefined
  /** Key and trust policies: without their consent (or their handing over to the account) nobody may. @default false */
  readonly resourcePolicyDecides?: boolean | undefined
  readonly action: string
  readonly resource: string
  /** Condition keys of the request, read where a condition names one; those that follow from the caller are added. */
  readonly context: Readonly<Record<string, ContextValue>>
  /** The account of both the caller and the resource. */
  readonly account: string
}

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly message: string }

const allowed: Decision = { allowed: true }

/**
 * IAM's decision for one account (IAM user guide, "Policy evaluation logic"): an explicit deny anywhere wins; else an allow by the
 * identity's or the resource's policy is enough; a boundary and the session's own policies limit what the identity's policies and
 * a grant to the role allow, but not a grant to the session.
 */
export function decide(question: Question, context = new RequestContext(question)): Decision {
  const { caller, action, resource } = question
  const own = ownPolicies(question)
  const applies = (policy: CompiledPolicy, effect: 'allows' | 'denies'): boolean =>
    policy[effect].some((statement) => statement.applies(action, resource, context))
  const denied = (reason: Reason): Decision => ({ allowed: false, message: denial(caller, action, resource, reason) })

  if (own.identity.some((policy) => applies(policy, 'denies')))
    return denied({ kind: 'explicit', policy: 'an identity-based policy' })
  if (own.resource && named(own.resource, 'denies', question, context))
    return denied({ kind: 'explicit', policy: 'a resource-based policy' })
  if (own.boundary && applies(own.boundary, 'denies'))
    return denied({ kind: 'explicit', policy: 'a permissions boundary' })
  if (own.session.some((policy) => applies(policy, 'denies')))
    return denied({ kind: 'explicit', policy: 'a session policy' })

  const granted = own.resource && named(own.resource, 'allows', question, context)
  if (granted === 'caller') return allowed
  const byIdentity = own.identity.some((policy) => applies(policy, 'allows'))
  if (question.resourcePolicyDecides && !granted) return denied({ kind: 'implicit', policy: 'resource-based policy' })
  if (granted !== 'role' && !byIdentity) return denied({ kind: 'implicit', policy: missing(caller) })
  if (own.boundary && !applies(own.boundary, 'allows'))
    return denied({ kind: 'implicit', policy: 'permissions boundary' })
  if (own.session.length > 0 && !own.session.some((policy) => applies(policy, 'allows')))
    return denied({ kind: 'implicit', policy: 'session policy' })
  return allowed
}

interface OwnPolicies {
  readonly identity: readonly CompiledPolicy[]
  readonly boundary: CompiledPolicy | undefined
  readonly session: readonly CompiledPolicy[]
  readonly resource: CompiledPolicy | undefined
}

function ownPolicies({ caller, identityPolicies, boundary, resourcePolicy }: Question): OwnPolicies {
  const identity = caller.kind === 'role' || caller.kind === 'administrator'
  return {
    identity: identity ? identityPolicies.map(compile) : [],
    boundary: identity && boundary ? compile(boundary) : undefined,
    session: caller.kind === 'role' ? (caller.session?.policies.map(compile) ?? []) : [],
    resource: resourcePolicy && compile(resourcePolicy),
  }
}

const missing = (caller: Caller): 'identity-based policy' | 'resource-based policy' =>
  caller.kind === 'role' || caller.kind === 'administrator' ? 'identity-based policy' : 'resource-based policy'

const strength = { caller: 3, role: 2, account: 1 } as const

/** How the resource policy's statements that apply name the caller: the strongest way counts. */
function named(
  policy: CompiledPolicy,
  effect: 'allows' | 'denies',
  question: Question,
  context: RequestContext,
): Named {
  let best: Named
  for (const statement of policy[effect]) {
    const way = statement.principal?.(question.caller, question.account)
    if (!way || (best && strength[way] <= strength[best])) continue
    if (statement.applies(question.action, question.resource, context)) best = way
  }
  return best
}
