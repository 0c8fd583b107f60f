import { Randomness } from '../kernel/randomness.ts'
import type { CreatedResource, Properties } from '../service.ts'
import { customName } from './names.ts'
import type { Template } from './template.ts'

/** A resource of a running stack, with what it was made of. */
export interface DeployedResource {
  readonly logicalId: string
  readonly type: string
  /** What `Ref` gives. */
  readonly physicalId: string
  readonly attributes: CreatedResource['attributes']
  /** Without intrinsics, as the resource type got them. */
  readonly properties: Properties
  /** Where it comes from in the CDK app (`aws:cdk:path`), or the logical id. */
  readonly path: string
  /** `Delete`, `Retain`, `RetainExceptOnCreate` or `Snapshot`. */
  readonly deletionPolicy: string
  readonly updateReplacePolicy: string
  /** Milliseconds since the epoch on the cloud's clock. */
  readonly created: number
  /** Of its last change in place. */
  readonly updated: number | undefined
}

/** What the last deployment did to one resource of a stack; what it left alone is not told. */
export interface StackChange {
  readonly logicalId: string
  readonly path: string
  readonly type: string
  /** `imported`: it existed and came into the stack; `retained` by its policy and out of the stack; `left` because its service refused to delete it, for the reason. */
  readonly kind: 'created' | 'imported' | 'updated' | 'replaced' | 'deleted' | 'retained' | 'left'
  readonly reason?: string
}

export interface DeployedOutput {
  readonly key: string
  readonly value: string
  readonly description: string | undefined
  readonly exportName: string | undefined
}

/** A property that the template sets and that changes nothing here. */
export interface NoEffect {
  readonly stack: string
  readonly path: string
  readonly type: string
  readonly property: string
  readonly reason: string
}

/** A running stack. */
export interface DeployedStack {
  readonly name: string
  readonly id: string
  readonly description: string | undefined
  readonly status: 'CREATE_COMPLETE' | 'UPDATE_COMPLETE'
  /** Milliseconds since the epoch on the cloud's clock. */
  readonly created: number
  readonly updated: number | undefined
  readonly template: Template
  /** As `DescribeStacks` shows them: those marked NoEcho are masked. */
  readonly parameters: Readonly<Record<string, string>>
  readonly outputs: Readonly<Record<string, string>>
  readonly outputDetails: readonly DeployedOutput[]
  /** Exported name -> value. */
  readonly exports: Readonly<Record<string, string>>
  /** Names of the exports that its template imports. */
  readonly imports: readonly string[]
  /** What the last deployment did, in its order. */
  readonly changes: readonly StackChange[]
  /** In the order of creation. */
  readonly resources: readonly DeployedResource[]
  readonly noEffect: readonly NoEffect[]
}

/** The running stacks of a cloud, by name, in the order of their creation. */
export class Stacks {
  /** Suffixes of physical names: of no seed, so that names are the same in every run. */
  readonly suffixes = new Randomness('physical names')
  readonly #byName = new Map<string, DeployedStack>()
  /** By type and name: what policies kept when a stack no longer had it, or was never created. */
  readonly #kept = new Map<string, DeployedResource>()

  add(stack: DeployedStack): void {
    this.#byName.set(stack.name, stack)
  }

  remove(name: string): void {
    this.#byName.delete(name)
  }

  /** By name or id. */
  find(nameOrId: string): DeployedStack | undefined {
    return this.#byName.get(nameOrId) ?? this.all().find(({ id }) => id === nameOrId)
  }

  keep(resources: readonly DeployedResource[]): void {
    for (const resource of resources)
      this.#kept.set(`${resource.type} ${customName(resource.type, resource.properties)}`, resource)
  }

  /** What was kept under this name, as it was last known. */
  keptOf(type: string, name: string): DeployedResource | undefined {
    return this.#kept.get(`${type} ${name}`)
  }

  /** Whether a running stack has a resource of this name. */
  owns(type: string, name: string): boolean {
    const isIt = (one: DeployedResource) => one.type === type && customName(type, one.properties) === name
    return this.all().some(({ resources }) => resources.some(isIt))
  }

  all(): DeployedStack[] {
    return [...this.#byName.values()]
  }

  /** The stack that exports the name. */
  exporter(name: string): DeployedStack | undefined {
    return this.all().find((stack) => Object.hasOwn(stack.exports, name))
  }
}
