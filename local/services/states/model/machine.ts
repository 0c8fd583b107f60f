import type { LoggingConfiguration, StateMachineType } from '@aws-sdk/client-sfn'
import type { Machine } from '../language/definition.ts'

/** What an execution starts with: a state machine at one point of its life. */
export interface MachineRevision {
  /** `undefined` until the first update, as AWS answers it. */
  readonly revisionId: string | undefined
  /** Exact text. */
  readonly definition: string
  readonly machine: Machine
  readonly roleArn: string
  readonly logging: LoggingConfiguration
  readonly updated: number
}

export interface MachineVersion {
  readonly number: number
  readonly arn: string
  readonly description: string | undefined
  readonly revision: MachineRevision
  readonly created: number
}

export interface MachineAlias {
  readonly name: string
  readonly arn: string
  description: string | undefined
  routing: readonly { readonly versionArn: string; readonly weight: number }[]
  readonly created: number
  updated: number
}

export interface StateMachine {
  readonly arn: string
  readonly name: string
  readonly type: StateMachineType
  readonly created: number
  readonly tags: Map<string, string>
  readonly versions: Map<number, MachineVersion>
  readonly aliases: Map<string, MachineAlias>
  revision: MachineRevision
  lastVersion: number
}
