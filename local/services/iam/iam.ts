import { AwsError } from '../../errors.ts'
import type { AccessCheck, Action, Caller, CloudContext, PolicyDocument, ResourceType, Service } from '../../service.ts'
import { policyActions } from './actions/policies.ts'
import { rolePolicyActions } from './actions/role-policies.ts'
import { roleTagActions } from './actions/role-tags.ts'
import { roleActions } from './actions/roles.ts'
import { simulationActions } from './actions/simulation.ts'
import { CallQuestion } from './call-question.ts'
import { type Decision, decide, type Question } from './evaluate.ts'
import { IamModel, type Role } from './model.ts'
import { RequestContext } from './policy/request-context.ts'
import { iamResources } from './resources.ts'
import { type SessionKeys, type SessionOptions, Sessions } from './sessions.ts'
import { StandingGrants } from './standing-grants.ts'
import { unknownPrincipal } from './unknown-principal.ts'

/** Sees a decision with all that it depended on. */
export type Observer = (question: Question, decision: Decision) => void

/** IAM: who may do what. The gateway asks it for every call. */
export class Iam implements Service {
  readonly name = 'iam'
  readonly actions: Readonly<Record<string, Action>>
  readonly resources: Readonly<Record<string, ResourceType>>
  readonly #context: CloudContext
  readonly #model: IamModel
  readonly #sessions: Sessions
  readonly #standing = new StandingGrants()
  #observer: Observer | undefined

  constructor(context: CloudContext) {
    this.#context = context
    this.#model = new IamModel(context.kernel, context.account)
    this.#sessions = new Sessions(context.kernel, this.#model, context.account)
    this.actions = {
      ...roleActions(this.#model),
      ...roleTagActions(this.#model),
      ...rolePolicyActions(this.#model),
      ...policyActions(this.#model),
      ...simulationActions(context, this.#model),
    }
    this.resources = iamResources(context)
  }

  /** Trust policies are asked by `sts:AssumeRole`. */
  resourcePolicy(arn: string): PolicyDocument | undefined {
    return this.#model.roleByArn(arn)?.trust.document
  }

  hasRole(arn: string): boolean {
    return this.#model.roleByArn(arn) !== undefined
  }

  /**
   * Passes where the caller may; the administrator may always.
   * @throws AwsError AccessDenied (status 403) with AWS's text
   */
  authorize(caller: Caller, check: AccessCheck, resourcePolicy?: PolicyDocument): void {
    if (caller.kind === 'administrator') return
    // Whoever observes is shown every decision, so that none is taken from memory then.
    if (!this.#observer && this.#standing.stands(caller, check, resourcePolicy)) return
    const decision = this.#decide(caller, check, resourcePolicy)
    if (!decision.allowed) throw new AwsError('AccessDenied', decision.message, { status: 403 })
  }

  /** Shows every decision from now on, but those about the administrator: what grants are used for, an audit learns here. */
  observe(observer: Observer): void {
    this.#observer = observer
  }

  #decide(caller: Caller, check: AccessCheck, resourcePolicy?: PolicyDocument): Decision {
    const question = this.#question(caller, check, resourcePolicy)
    const context = new RequestContext(question)
    const decision = decide(question, context)
    this.#observer?.(question.written(), decision)
    if (decision.allowed && caller.kind === 'service' && resourcePolicy && !context.passing && !this.#observer)
      this.#standing.keep(caller, check, resourcePolicy)
    return decision
  }

  #question(caller: Caller, check: AccessCheck, resourcePolicy?: PolicyDocument): CallQuestion {
    const role = caller.kind === 'role' ? this.#model.roleByArn(caller.roleArn) : undefined
    return new CallQuestion(this.#context, caller, check, {
      role,
      identityPolicies: role === undefined ? none : this.#model.identityPolicies(role),
      boundary: role === undefined ? undefined : this.#model.boundary(role),
      resourcePolicy,
    })
  }

  /**
   * Who calls with this key. Keys that no session has are the developer's, an administrator.
   * @throws AwsError InvalidClientTokenId, ExpiredToken
   */
  callerOf(accessKeyId: string, sessionToken?: string): Caller {
    return this.#sessions.find(accessKeyId, sessionToken) ?? this.#context.administrator
  }

  /**
   * Keys of a session of the role, without a check of its trust policy (see `assume`). `seconds` they are valid, by default 12
   * hours.
   * @throws AwsError NoSuchEntity
   */
  issueSession(
    roleArn: string,
    sessionName: string,
    options: SessionOptions & { readonly seconds?: number } = {},
  ): SessionKeys {
    return this.#sessions.issue(this.#existing(roleArn), sessionName, options.seconds ?? 43_200, options)
  }

  /** Keys of a session of the developer, who needs none but may ask for one. */
  issueOwnSession(seconds: number): SessionKeys {
    return this.#sessions.issueTo(this.#context.administrator, seconds)
  }

  /** The managed policy that limits a session. @throws AwsError NoSuchEntity */
  managedPolicy(arn: string): PolicyDocument {
    return this.#model.managedDocument(arn)
  }

  /**
   * The role's session of a service that acts as it: the trust policy must name the service (`lambda.amazonaws.com`).
   * `sourceArn` is the resource it acts for (the schedule, the state machine), for the trust policy's conditions.
   * @throws AwsError AccessDenied
   */
  assume(
    servicePrincipal: string,
    roleArn: string,
    sessionName = 'service',
    sourceArn?: string,
  ): Caller & { kind: 'role' } {
    const role = this.#model.roleByArn(roleArn)
    const check = { action: 'sts:AssumeRole', resource: roleArn }
    this.authorize(this.#context.principal(servicePrincipal, sourceArn), check, role?.trust.document)
    return this.#sessions.caller(role as Role, sessionName)
  }

  /** A principal of a resource policy that AWS would refuse, because the account has no such role or user. */
  unknownPrincipal(policy: PolicyDocument): string | undefined {
    return unknownPrincipal(policy, (arn) => this.#model.roleByArn(arn) !== undefined)
  }

  /** The longest session that the role permits, in seconds; `undefined` where there is no such role. */
  maxSessionDuration(roleArn: string): number | undefined {
    return this.#model.roleByArn(roleArn)?.maxSessionDuration
  }

  #existing(roleArn: string): Role {
    const role = this.#model.roleByArn(roleArn)
    if (!role) throw new AwsError('NoSuchEntity', `The role ${roleArn} cannot be found.`, { status: 404 })
    return role
  }
}

const none: readonly PolicyDocument[] = []
