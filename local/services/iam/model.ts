import { AwsError } from '../../errors.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import type { PolicyDocument } from '../../service.ts'
import { awsManagedPolicies, awsManagedPolicy } from './managed-policies.ts'

/** A policy's text as it was given, and the one document object that its compiled form hangs on. */
export interface StoredPolicy {
  readonly text: string
  readonly document: PolicyDocument
}

export interface Role {
  readonly name: string
  readonly path: string
  readonly arn: string
  /** `AROA...`, the first part of the `userId` of its sessions. */
  readonly id: string
  readonly created: number
  trust: StoredPolicy
  description: string | undefined
  /** Seconds. */
  maxSessionDuration: number
  boundary: string | undefined
  readonly inline: Map<string, StoredPolicy>
  readonly attached: Set<string>
  readonly tags: Map<string, string>
}

export interface ManagedPolicy {
  readonly name: string
  readonly path: string
  readonly arn: string
  readonly id: string
  readonly created: number
  readonly description: string | undefined
  readonly versions: Map<string, StoredPolicy & { readonly created: number }>
  defaultVersion: string
  /** Number of the newest version; numbers are never used twice. */
  newest: number
  updated: number
  readonly tags: Map<string, string>
}

/** Roles and managed policies of the account. */
export class IamModel {
  readonly roles = new Map<string, Role>()
  readonly policies = new Map<string, ManagedPolicy>()
  readonly #builtIn = new Map<string, ManagedPolicy>()
  readonly #kernel: Kernel
  readonly #account: string
  /** What a role may do, until the next change of any role or policy. */
  #identity = new WeakMap<Role, readonly PolicyDocument[]>()

  constructor(kernel: Kernel, account: string) {
    this.#kernel = kernel
    this.#account = account
  }

  /** IAM tells times by the second. */
  now(): number {
    return Math.floor(this.#kernel.clock.now() / 1000) * 1000
  }

  /** An id such as `AROA…`: the prefix and 17 capital letters or digits. */
  id(prefix: string, purpose: string): string {
    const digits = BigInt(`0x${this.#kernel.random.hex(`iam ${purpose}`)}`)
    return prefix + digits.toString(36).toUpperCase().padStart(17, '0').slice(-17)
  }

  arn(type: 'role' | 'policy', path: string, name: string): string {
    return `arn:aws:iam::${this.#account}:${type}${path}${name}`
  }

  role(name: string): Role {
    const role = this.roles.get(name)
    if (!role) throw noSuchEntity(`The role with name ${name} cannot be found.`)
    return role
  }

  roleByArn(arn: string): Role | undefined {
    const role = this.roles.get(arn.slice(arn.lastIndexOf('/') + 1))
    return role?.arn === arn ? role : undefined
  }

  /** One of AWS's own that is built in, as if it were the account's to read. */
  builtIn(arn: string): ManagedPolicy | undefined {
    const document = awsManagedPolicy(arn)
    if (!document) return undefined
    const known = this.#builtIn.get(arn)
    if (known) return known
    const [, path = '/', name = ''] = /:policy(\/(?:.+\/)?)([^/]+)$/.exec(arn) ?? []
    const created = this.now()
    const policy: ManagedPolicy = {
      ...{ name, path, arn, created, description: undefined },
      id: this.id('ANPA', `policy ${arn}`),
      versions: new Map([['v1', { text: JSON.stringify(document), document, created }]]),
      ...{ defaultVersion: 'v1', newest: 1, updated: created, tags: new Map() },
    }
    this.#builtIn.set(arn, policy)
    return policy
  }

  /** A policy to be read: of the account, or of AWS and built in. @throws AwsError NoSuchEntity */
  readable(arn: string): ManagedPolicy {
    return this.builtIn(arn) ?? this.policy(arn)
  }

  policy(arn: string): ManagedPolicy {
    const policy = this.policies.get(arn)
    if (!policy) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`)
    return policy
  }

  /** The default version of a managed policy of the account or of AWS. */
  managedDocument(arn: string): PolicyDocument {
    const builtIn = awsManagedPolicy(arn)
    if (builtIn) return builtIn
    if (arn.startsWith('arn:aws:iam::aws:'))
      throw noSuchEntity(
        `Policy ${arn} does not exist or is not attachable. The local cloud has built in: ${awsManagedPolicies().join(', ')}.`,
      )
    const policy = this.policy(arn)
    return (policy.versions.get(policy.defaultVersion) as StoredPolicy).document
  }

  /** The role's own policies, inline and attached. */
  identityPolicies(role: Role): readonly PolicyDocument[] {
    let documents = this.#identity.get(role)
    if (!documents) {
      const attached = [...role.attached].map((arn) => this.managedDocument(arn))
      documents = [...[...role.inline.values()].map(({ document }) => document), ...attached]
      this.#identity.set(role, documents)
    }
    return documents
  }

  boundary(role: Role): PolicyDocument | undefined {
    return role.boundary === undefined ? undefined : this.managedDocument(role.boundary)
  }

  /** To be called after every change of a role or a policy. */
  changed(): void {
    this.#identity = new WeakMap()
  }

  /** How many roles a managed policy is attached to. */
  attachments(arn: string): Role[] {
    return [...this.roles.values()].filter((role) => role.attached.has(arn) || role.boundary === arn)
  }
}

export const noSuchEntity = (message: string): AwsError => new AwsError('NoSuchEntity', message, { status: 404 })
