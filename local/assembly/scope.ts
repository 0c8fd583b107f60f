import { AssemblyError } from './error.ts'
import { noValue, resolve, type Scope } from './intrinsics.ts'
import type { AssemblyStack } from './manifest.ts'
import type { ParameterValue } from './parameters.ts'
import type { DeployedResource, Stacks } from './stack.ts'

export interface StackScopeOptions {
  readonly stack: AssemblyStack
  readonly stackId: string
  readonly account: string
  readonly region: string
  readonly parameters: ReadonlyMap<string, ParameterValue>
  /** For imports. */
  readonly stacks: Stacks
}

/** What the intrinsics of one stack mean while its resources come to be. */
export class StackScope implements Scope {
  readonly stackName: string
  readonly region: string
  readonly #options: StackScopeOptions
  readonly #resources = new Map<string, DeployedResource>()
  readonly #conditions = new Map<string, boolean>()
  readonly #imports = new Set<string>()
  readonly #pseudo: Readonly<Record<string, unknown>>

  constructor(options: StackScopeOptions) {
    this.#options = options
    this.stackName = options.stack.name
    this.region = options.region
    this.#pseudo = {
      'AWS::AccountId': options.account,
      'AWS::Region': options.region,
      'AWS::Partition': 'aws',
      'AWS::StackName': options.stack.name,
      'AWS::StackId': options.stackId,
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::NotificationARNs': [],
      'AWS::NoValue': noValue,
    }
  }

  /** Makes a created resource known to those that refer to it. */
  created(resource: DeployedResource): void {
    this.#resources.set(resource.logicalId, resource)
  }

  /** Names of the exports that were asked for. */
  get imports(): readonly string[] {
    return [...this.#imports]
  }

  ref(name: string): unknown {
    if (Object.hasOwn(this.#pseudo, name)) return this.#pseudo[name]
    const parameter = this.#options.parameters.get(name)
    if (parameter !== undefined) return parameter
    return this.#resource(name).physicalId
  }

  getAtt(logicalId: string, attribute: string): unknown {
    const { attributes, type } = this.#resource(logicalId)
    if (Object.hasOwn(attributes, attribute)) return attributes[attribute]
    const known = Object.keys(attributes).join(', ') || 'none'
    throw this.#error(`${logicalId} (${type}) has no attribute ${attribute} here; it has: ${known}`)
  }

  condition(name: string): boolean {
    let value = this.#conditions.get(name)
    if (value === undefined) {
      const declared = this.#options.stack.template.Conditions?.[name]
      if (declared === undefined) throw this.#error(`there is no condition ${name}`)
      const resolved = resolve(declared, this)
      value = resolved === true || resolved === 'true'
      this.#conditions.set(name, value)
    }
    return value
  }

  mapping(map: string, top: string, second: string): unknown {
    const value = this.#options.stack.template.Mappings?.[map]?.[top]?.[second]
    if (value === undefined) throw this.#error(`Fn::FindInMap finds no ${map}.${top}.${second}`)
    return value
  }

  importValue(name: string): unknown {
    const exporter = this.#options.stacks.exporter(name)
    if (!exporter) throw this.#error(`No export named ${name} found. Deploy the stack that exports it first.`)
    this.#imports.add(name)
    return exporter.exports[name]
  }

  #resource(logicalId: string): DeployedResource {
    const resource = this.#resources.get(logicalId)
    if (!resource) throw this.#error(`${logicalId} is referred to but was not created (its condition is false)`)
    return resource
  }

  #error(message: string): AssemblyError {
    return new AssemblyError(`Stack ${this.stackName}: ${message}`, [])
  }
}
