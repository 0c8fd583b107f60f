import { AwsError } from '../../errors.ts'
import type { Kernel } from '../../kernel/kernel.ts'

export type ParameterType = 'String' | 'StringList' | 'SecureString'

export interface Version {
  readonly version: number
  readonly type: ParameterType
  /** Base64 of the ciphertext for a SecureString. */
  readonly value: string
  /** The KMS key of a SecureString, as the request named it. */
  readonly keyId: string | undefined
  readonly modified: number
  readonly modifiedBy: string
  readonly description: string | undefined
  readonly allowedPattern: string | undefined
  readonly tier: 'Standard' | 'Advanced'
  readonly dataType: string
}

export interface StoredParameter {
  readonly name: string
  readonly arn: string
  /** Oldest first; SSM keeps the newest hundred. */
  readonly versions: Version[]
  /** Version by label. */
  readonly labels: Map<string, number>
  readonly tags: Map<string, string>
}

export const keptVersions = 100

/** Parameters with their versions. */
export class SsmModel {
  readonly parameters = new Map<string, StoredParameter>()
  readonly #kernel: Kernel
  readonly #prefix: string

  constructor(kernel: Kernel, account: string, region: string) {
    this.#kernel = kernel
    this.#prefix = `arn:aws:ssm:${region}:${account}:parameter`
  }

  now(): number {
    return this.#kernel.clock.now()
  }

  arn(name: string): string {
    return `${this.#prefix}${name.startsWith('/') ? '' : '/'}${name}`
  }

  /** A parameter's name without its selector, from a name or an ARN. */
  nameOf(reference: string): string {
    const [name = ''] = this.#local(reference).split(':', 1)
    return this.parameters.has(`/${name}`) && reference.startsWith('arn:') ? `/${name}` : name
  }

  /**
   * The version that `name`, `name:version`, `name:label` or an ARN means: the newest without a selector.
   * @throws AwsError ParameterNotFound, ParameterVersionNotFound
   */
  find(reference: string): { parameter: StoredParameter; found: Version; selector: string | undefined } {
    const name = this.nameOf(reference)
    const selector = this.#local(reference).split(':')[1]
    const parameter = this.parameters.get(name)
    // AWS gives no text here.
    if (!parameter) throw new AwsError('ParameterNotFound', '')
    const found =
      selector === undefined
        ? parameter.versions.at(-1)
        : parameter.versions.find(({ version }) => version === (parameter.labels.get(selector) ?? Number(selector)))
    if (!found && selector !== undefined && !/^\d+$/.test(selector))
      throw new AwsError(
        'ParameterVersionNotFound',
        `Systems Manager could not find label ${selector} of parameter ${name}. Verify the label and try again.`,
      )
    if (!found)
      throw new AwsError(
        'ParameterVersionNotFound',
        `Systems Manager could not find version ${selector} of ${name}. Verify the version and try again.`,
      )
    return { parameter, found, selector: selector === undefined ? undefined : `:${selector}` }
  }

  /** Adds a version and answers its number. */
  put(name: string, fields: Omit<Version, 'version' | 'modified'>): number {
    const parameter: StoredParameter = this.parameters.get(name) ?? {
      name,
      arn: this.arn(name),
      versions: [],
      labels: new Map(),
      tags: new Map(),
    }
    const version = (parameter.versions.at(-1)?.version ?? 0) + 1
    parameter.versions.push({ ...fields, version, modified: this.now() })
    if (parameter.versions.length > keptVersions) parameter.versions.shift()
    this.parameters.set(name, parameter)
    return version
  }

  /** An ARN loses all but the name, whose leading slash the ARN does not tell. */
  #local(reference: string): string {
    return reference.startsWith(`${this.#prefix}/`) ? reference.slice(this.#prefix.length + 1) : reference
  }
}
