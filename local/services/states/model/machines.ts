import type { LoggingConfiguration, StateMachineType } from '@aws-sdk/client-sfn'
import type { Kernel } from '../../../kernel/kernel.ts'
import { machineAlreadyExists, machineDoesNotExist } from '../errors.ts'
import type { Machine } from '../language/definition.ts'
import type { MachineAlias, MachineRevision, MachineVersion, StateMachine } from './machine.ts'
import { parseMachineArn } from './names.ts'

export interface Draft {
  readonly name: string
  readonly type: StateMachineType
  readonly definition: string
  readonly machine: Machine
  readonly roleArn: string
  readonly logging: LoggingConfiguration
  readonly tags: ReadonlyMap<string, string>
}

/** What an execution is started with: the state machine itself, one of its versions, or an alias of them. */
export interface StartTarget {
  readonly machine: StateMachine
  readonly revision: MachineRevision
  readonly versionArn: string | undefined
  readonly aliasArn: string | undefined
}

/** The state machines of a cloud. */
export class Machines {
  readonly #byArn = new Map<string, StateMachine>()
  readonly #kernel: Kernel
  readonly #prefix: string

  constructor(kernel: Kernel, account: string, region: string) {
    this.#kernel = kernel
    this.#prefix = `arn:aws:states:${region}:${account}`
  }

  get prefix(): string {
    return this.#prefix
  }

  arnOf(name: string): string {
    return `${this.#prefix}:stateMachine:${name}`
  }

  /** Creating the same once more gives the one that exists. @throws AwsError StateMachineAlreadyExists */
  create(draft: Draft): StateMachine {
    const arn = this.arnOf(draft.name)
    const existing = this.#byArn.get(arn)
    if (existing) {
      if (sameAs(existing, draft)) return existing
      throw machineAlreadyExists(arn)
    }
    const now = this.#kernel.clock.now()
    const { name, type, definition, machine, roleArn, logging } = draft
    const created: StateMachine = {
      arn,
      name,
      type,
      created: now,
      tags: new Map(draft.tags),
      versions: new Map(),
      aliases: new Map(),
      revision: { revisionId: undefined, definition, machine, roleArn, logging, updated: now },
      lastVersion: 0,
    }
    this.#byArn.set(arn, created)
    return created
  }

  /** A change makes a new revision; without one the revision stays, and the first still has no id. */
  update(
    machine: StateMachine,
    change: Partial<Pick<MachineRevision, 'definition' | 'machine' | 'roleArn' | 'logging'>>,
  ): void {
    const { revision } = machine
    const next = { ...revision, ...change }
    const changes = next.definition !== revision.definition || next.roleArn !== revision.roleArn
    const logs = JSON.stringify(next.logging) !== JSON.stringify(revision.logging)
    if (!changes && !logs) return
    machine.revision = {
      ...next,
      revisionId: this.#kernel.random.uuid('states revision'),
      updated: this.#kernel.clock.now(),
    }
  }

  /** A revision is published once: publishing it again gives its version. */
  publish(machine: StateMachine, description: string | undefined): MachineVersion {
    const published = [...machine.versions.values()].find(({ revision }) => revision === machine.revision)
    if (published) return published
    machine.lastVersion += 1
    const version: MachineVersion = {
      number: machine.lastVersion,
      arn: `${machine.arn}:${machine.lastVersion}`,
      description,
      revision: machine.revision,
      created: this.#kernel.clock.now(),
    }
    machine.versions.set(version.number, version)
    return version
  }

  list(): StateMachine[] {
    return [...this.#byArn.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  find(arn: string): StateMachine | undefined {
    return this.#byArn.get(arn)
  }

  /** The state machine itself, by its unqualified ARN. @throws AwsError InvalidArn, StateMachineDoesNotExist */
  get(arn: string | undefined): StateMachine {
    const { qualifier } = parseMachineArn(arn)
    const machine = qualifier === undefined ? this.#byArn.get(arn as string) : undefined
    if (!machine) throw machineDoesNotExist(arn ?? '')
    return machine
  }

  /** @throws AwsError InvalidArn, StateMachineDoesNotExist */
  target(arn: string | undefined): StartTarget {
    const { arn: base, qualifier } = parseMachineArn(arn)
    const machine = this.#byArn.get(base)
    if (!machine) throw machineDoesNotExist(arn ?? '')
    if (qualifier === undefined)
      return { machine, revision: machine.revision, versionArn: undefined, aliasArn: undefined }
    const alias = machine.aliases.get(qualifier)
    const version = alias ? this.#routed(machine, alias) : machine.versions.get(Number(qualifier))
    if (!version) throw machineDoesNotExist(arn ?? '')
    return { machine, revision: version.revision, versionArn: version.arn, aliasArn: alias?.arn }
  }

  /** The version that an alias's weights choose. */
  #routed(machine: StateMachine, alias: MachineAlias): MachineVersion | undefined {
    let drawn = this.#kernel.random.fraction(`states routing ${alias.arn}`) * 100
    const chosen = alias.routing.find(({ weight }) => {
      drawn -= weight
      return drawn < 0
    })
    const number = Number((chosen ?? alias.routing[0])?.versionArn.split(':').at(-1))
    return machine.versions.get(number)
  }

  delete(machine: StateMachine): void {
    this.#byArn.delete(machine.arn)
  }
}

function sameAs(existing: StateMachine, draft: Draft): boolean {
  const { revision } = existing
  return (
    existing.type === draft.type &&
    revision.definition === draft.definition &&
    revision.roleArn === draft.roleArn &&
    JSON.stringify(revision.logging) === JSON.stringify(draft.logging)
  )
}
