import type { AccessCheck, Caller, CloudContext, PolicyDocument, RoleSession } from '../../service.ts'
import type { Question } from './evaluate.ts'
import type { Role } from './model.ts'
import type { ContextValue } from './policy/request-context.ts'

interface Policies {
  readonly role: Role | undefined
  readonly identityPolicies: readonly PolicyDocument[]
  readonly boundary: PolicyDocument | undefined
  readonly resourcePolicy: PolicyDocument | undefined
}

/** The question that a call puts to IAM. Its condition keys are made where a condition asks: few policies have one. */
export class CallQuestion implements Question {
  readonly #cloud: CloudContext
  readonly caller: Caller
  readonly #check: AccessCheck
  readonly #policies: Policies

  constructor(cloud: CloudContext, caller: Caller, check: AccessCheck, policies: Policies) {
    this.#cloud = cloud
    this.caller = caller
    this.#check = check
    this.#policies = policies
  }

  get identityPolicies(): readonly PolicyDocument[] {
    return this.#policies.identityPolicies
  }

  get boundary(): PolicyDocument | undefined {
    return this.#policies.boundary
  }

  get resourcePolicy(): PolicyDocument | undefined {
    return this.#policies.resourcePolicy
  }

  get resourcePolicyDecides(): boolean {
    return this.resourcePolicy !== undefined && decidesAlone(this.action)
  }

  get action(): string {
    return this.#check.action
  }

  get resource(): string {
    return this.#check.resource
  }

  get account(): string {
    return this.#cloud.account
  }

  /** A plain object of all that the decision depends on, now. */
  written(): Question {
    const { caller, identityPolicies, boundary, resourcePolicy, resourcePolicyDecides } = this
    const { action, resource, context, account } = this
    return {
      ...{ caller, identityPolicies, boundary, resourcePolicy, resourcePolicyDecides },
      ...{ action, resource, context, account },
    }
  }

  get context(): Readonly<Record<string, ContextValue>> {
    const now = this.#cloud.kernel.clock.now()
    const keys: Record<string, ContextValue> = {
      'aws:CurrentTime': new Date(now).toISOString(),
      'aws:EpochTime': String(Math.floor(now / 1000)),
      'aws:RequestedRegion': this.#cloud.region,
    }
    if (this.caller.kind !== 'service') keys['aws:SourceIp'] = '127.0.0.1'
    for (const [key, value] of this.#policies.role?.tags ?? []) keys[`aws:PrincipalTag/${key}`] = value
    if (this.caller.kind === 'role' && this.caller.session) Object.assign(keys, ofSession(this.caller.session))
    return { ...keys, ...this.#check.context }
  }
}

/** A session's tags stand before those of its role. */
function ofSession({ tags, sourceIdentity, issued }: RoleSession): Record<string, ContextValue> {
  return {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
    ...(sourceIdentity === undefined ? {} : { 'aws:SourceIdentity': sourceIdentity }),
    'aws:TokenIssueTime': new Date(issued).toISOString(),
    'aws:MultiFactorAuthPresent': 'false',
  }
}

/** Keys and trust policies: nobody may without the resource's own policy. */
const decidesAlone = (action: string): boolean => action.startsWith('kms:') || action.startsWith('sts:')
