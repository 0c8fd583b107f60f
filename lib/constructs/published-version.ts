import { createHash } from 'node:crypto'
import { Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { CfnAlias, CfnVersion } from 'aws-cdk-lib/aws-lambda'
import { CfnParameter } from 'aws-cdk-lib/aws-ssm'
import { Construct } from 'constructs'
import type { HandlerFunction } from './handler-function.ts'

/** The alias of a step's function that follows every deploy. */
export const LIVE = 'live'

/**
 * The function as it is now, for good: whoever began with this version goes on with it, however often the function is deployed
 * meanwhile. Versions are never deleted (https://github.com/aws/aws-cdk/issues/17515).
 *
 * Other stacks find it by a parameter whose name tells the function's code and configuration, so that their templates change when
 * it does; an export in use could never change.
 */
export class PublishedVersion extends Construct {
  readonly #function: HandlerFunction
  readonly #parameter: string

  /** @param props.parameter beginning of the parameter's name */
  constructor(scope: Construct, id: string, props: { readonly function: HandlerFunction; readonly parameter: string }) {
    super(scope, id)
    this.#function = props.function
    this.#parameter = props.parameter
    const { resource } = props.function
    const version = new CfnVersion(this, 'Version', { functionName: resource.ref })
    const logicalId = Stack.of(this).getLogicalId(version)
    version.overrideLogicalId(Lazy.uncachedString({ produce: () => `${logicalId}${this.#hash()}` }))
    version.applyRemovalPolicy(RemovalPolicy.RETAIN)
    new CfnAlias(this, 'Live', { functionName: resource.ref, functionVersion: version.attrVersion, name: LIVE })
    new CfnParameter(this, 'Parameter', { name: this.#name(), type: 'String', value: version.ref })
  }

  /** The version's ARN, for templates of any stack. */
  get reference(): string {
    return `{{resolve:ssm:${this.#name()}}}`
  }

  #name(): string {
    return Lazy.string({ produce: () => `${this.#parameter}/${this.#hash()}` })
  }

  /** Of everything that a version holds. */
  #hash(): string {
    const { resource } = this.#function
    const { code, environment, memorySize, timeout } = resource
    const held = Stack.of(resource).resolve({ code, environment, memorySize, timeout })
    return createHash('sha256').update(JSON.stringify(held)).digest('hex').slice(0, 16)
  }
}
