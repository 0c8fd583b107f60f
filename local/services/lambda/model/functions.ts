import type { RecursiveLoop, UpdateRuntimeOn } from '@aws-sdk/client-lambda'
import { AwsError } from '../../../errors.ts'
import type { Kernel } from '../../../kernel/kernel.ts'
import type { PolicyStatement } from '../../../service.ts'
import type { FunctionVersion } from './configuration.ts'
import { type FunctionName, parseFunctionName } from './names.ts'

export interface Alias {
  readonly name: string
  readonly version: string
  readonly description: string
  /** Share of invocations by version, the rest goes to `version`. */
  readonly weights: Readonly<Record<string, number>>
  revisionId: string
}

/** How asynchronous invocations of a function, version or alias are handled. */
export interface EventInvokeConfig {
  readonly maxAttempts: number | undefined
  /** Seconds. */
  readonly maxAge: number | undefined
  readonly onSuccess: string | undefined
  readonly onFailure: string | undefined
  readonly lastModified: number
}

export interface LambdaFunction {
  readonly name: string
  readonly arn: string
  latest: FunctionVersion
  readonly versions: Map<string, FunctionVersion>
  readonly aliases: Map<string, Alias>
  /** Statements by the qualifier they are attached to; '' for the function itself. */
  readonly policies: Map<string, Map<string, PolicyStatement & { readonly Sid: string }>>
  readonly eventInvoke: Map<string, EventInvokeConfig>
  readonly tags: Map<string, string>
  /** When the runtime is updated, by version; `Auto` where none is told. */
  readonly runtimeUpdates: Map<string, UpdateRuntimeOn>
  reservedConcurrency: number | undefined
  /** What becomes of an invocation in a loop. */
  recursiveLoop: RecursiveLoop
  newestVersion: number
  /** What `$LATEST` was when the newest version was made of it. */
  publishedFrom: FunctionVersion | undefined
  running: number
}

/** What a name leads to. */
export interface Resolved {
  readonly fn: LambdaFunction
  readonly version: FunctionVersion
  /** As the caller meant it: `$LATEST` is left out where it was not asked for. */
  readonly qualifier: string | undefined
  readonly arn: string
}

export class Functions {
  readonly #byName = new Map<string, LambdaFunction>()
  readonly #kernel: Kernel
  readonly #region: string
  readonly #account: string

  constructor(kernel: Kernel, region: string, account: string) {
    this.#kernel = kernel
    this.#region = region
    this.#account = account
  }

  arnOf(name: string, qualifier?: string): string {
    return `arn:aws:lambda:${this.#region}:${this.#account}:function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`
  }

  now(): number {
    return this.#kernel.clock.now()
  }

  revision(): string {
    return this.#kernel.random.uuid('lambda revision')
  }

  all(): LambdaFunction[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  add(version: FunctionVersion): LambdaFunction {
    const fn: LambdaFunction = {
      name: version.name,
      arn: version.arn,
      latest: version,
      versions: new Map(),
      aliases: new Map(),
      policies: new Map(),
      eventInvoke: new Map(),
      tags: new Map(),
      runtimeUpdates: new Map(),
      reservedConcurrency: undefined,
      recursiveLoop: 'Terminate',
      newestVersion: 0,
      publishedFrom: undefined,
      running: 0,
    }
    this.#byName.set(fn.name, fn)
    return fn
  }

  remove(name: string): void {
    this.#byName.delete(name)
  }

  find(name: string): LambdaFunction | undefined {
    return this.#byName.get(name)
  }

  /**
   * What a caller names, which must be of this region (wording recorded by LocalStack's validated tests, November 2023)
   * and of this account.
   * @throws AwsError ResourceNotFoundException, AccessDeniedException
   */
  named(value: string | undefined, qualifierInput?: string): FunctionName {
    const named = parseFunctionName(value, qualifierInput)
    if (named.region !== undefined && named.region !== this.#region)
      throw new AwsError(
        'ResourceNotFoundException',
        `Functions from '${named.region}' are not reachable in this region ('${this.#region}')`,
        { fields: { Type: 'User' } },
      )
    if (named.account !== undefined && named.account !== this.#account)
      throw new AwsError('AccessDeniedException', `No resource-based policy of account ${named.account} allows it.`)
    return named
  }

  /** @throws AwsError ResourceNotFoundException */
  get(value: string | undefined): LambdaFunction {
    const { name } = this.named(value)
    const found = this.#byName.get(name)
    if (!found) throw notFound(this.arnOf(name))
    return found
  }

  /**
   * The function as the caller knows it.
   * @throws AwsError ResourceNotFoundException, PreconditionFailedException where it has changed since
   */
  asOf(value: string | undefined, revisionId: string | undefined): LambdaFunction {
    const fn = this.get(value)
    checkRevision(fn.latest, revisionId)
    return fn
  }

  /** What a qualifier names has changed. */
  revise(of: Revised): void {
    of.revisionId = this.revision()
  }

  /**
   * The version that a name and a qualifier lead to; an alias leads to the version it is of.
   * @throws AwsError ResourceNotFoundException
   */
  resolve(value: string | undefined, qualifierInput?: string): Resolved {
    return this.#resolve(value, qualifierInput, (alias) => alias.version)
  }

  /** The same for one invocation: an alias with weights draws a version. */
  draw(value: string | undefined, qualifierInput?: string): Resolved {
    return this.#resolve(value, qualifierInput, (alias, fn) => this.#drawn(alias, fn))
  }

  #resolve(
    value: string | undefined,
    qualifierInput: string | undefined,
    of: (alias: Alias, fn: LambdaFunction) => string,
  ): Resolved {
    const { name, qualifier } = this.named(value, qualifierInput)
    const fn = this.#byName.get(name)
    const arn = this.arnOf(name, qualifier)
    const alias = fn?.aliases.get(qualifier ?? '')
    const version = fn && versionOf(fn, alias ? of(alias, fn) : (qualifier ?? '$LATEST'))
    if (!fn || !version) throw notFound(arn)
    return { fn, version, qualifier, arn }
  }

  #drawn(alias: Alias, fn: LambdaFunction): string {
    let draw =
      Object.keys(alias.weights).length > 0 ? this.#kernel.random.fraction(`lambda alias ${fn.arn}:${alias.name}`) : 1
    for (const [version, weight] of Object.entries(alias.weights)) {
      if (draw < weight) return version
      draw -= weight
    }
    return alias.version
  }
}

/** A version or an alias. */
type Revised = { revisionId: string }

/** @throws AwsError PreconditionFailedException where it is not the revision that the caller knows */
export function checkRevision(of: Revised, known: string | undefined): void {
  if (known === undefined || known === of.revisionId) return
  throw new AwsError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    { fields: { Type: 'User' } },
  )
}

/** What the qualifier names: an alias, a version, or `$LATEST` without one. */
export const revisedBy = (fn: LambdaFunction, qualifier: string | undefined): Revised =>
  (qualifier === undefined ? undefined : (fn.aliases.get(qualifier) ?? fn.versions.get(qualifier))) ?? fn.latest

export const versionOf = (fn: LambdaFunction, version: string): FunctionVersion | undefined =>
  version === '$LATEST' ? fn.latest : fn.versions.get(version)

export const notFound = (arn: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, { fields: { Type: 'User' } })

export const invalid = (message: string): AwsError =>
  new AwsError('InvalidParameterValueException', message, { fields: { Type: 'User' } })
