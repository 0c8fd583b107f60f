import type { Target } from '@aws-sdk/client-eventbridge'
import type { PolicyStatement } from '../../service.ts'
import type { Matcher } from './pattern/index.ts'

export interface Bus {
  readonly name: string
  readonly arn: string
  readonly created: Date
  modified: Date
  description: string | undefined
  /**
   * The queue for events that the bus itself cannot deliver, which are those that its key fails to encrypt: here there
   * are none.
   */
  letters: string | undefined
  policy: readonly PolicyStatement[]
  readonly tags: Map<string, string>
  readonly rules: Map<string, Rule>
}

export type RuleState = 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'

export interface Rule {
  readonly name: string
  readonly arn: string
  readonly bus: Bus
  state: RuleState
  description: string | undefined
  roleArn: string | undefined
  /** The pattern as it was given, and compiled. */
  pattern: string | undefined
  matcher: Matcher | undefined
  schedule: string | undefined
  readonly targets: Map<string, Target & { Id: string; Arn: string }>
  readonly tags: Map<string, string>
}

export type RuleTarget = Target & { Id: string; Arn: string }
