import type { Json, JsonObject } from './json.ts'

export type QueryLanguage = 'JSONPath' | 'JSONata'

/** A state machine, a branch of a Parallel state, or a Map state's item processor, as the definition has it. */
export interface Machine {
  readonly StartAt: string
  readonly States: Readonly<Record<string, State>>
  readonly QueryLanguage?: QueryLanguage
  readonly TimeoutSeconds?: number
  readonly Comment?: string
  readonly Version?: string
}

export interface ItemProcessor extends Machine {
  readonly ProcessorConfig?: {
    readonly Mode?: 'INLINE' | 'DISTRIBUTED'
    readonly ExecutionType?: 'STANDARD' | 'EXPRESS'
  }
}

export interface Retrier {
  readonly ErrorEquals: readonly string[]
  readonly IntervalSeconds?: number
  readonly MaxAttempts?: number
  readonly BackoffRate?: number
  readonly MaxDelaySeconds?: number
  readonly JitterStrategy?: 'FULL' | 'NONE'
}

export interface Catcher {
  readonly ErrorEquals: readonly string[]
  readonly Next: string
  readonly ResultPath?: string | null
  readonly Assign?: JsonObject
  readonly Output?: Json
}

/** A state whose definition passed validation; which fields it has depends on `Type`. */
export interface State {
  readonly Type: 'Pass' | 'Task' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Parallel' | 'Map'
  readonly QueryLanguage?: QueryLanguage
  readonly Next?: string
  readonly End?: boolean
  readonly InputPath?: string | null
  readonly OutputPath?: string | null
  readonly ResultPath?: string | null
  readonly Parameters?: Json
  readonly Arguments?: Json
  readonly ResultSelector?: Json
  readonly Output?: Json
  readonly Assign?: JsonObject
  readonly Result?: Json
  readonly Retry?: readonly Retrier[]
  readonly Catch?: readonly Catcher[]
  // Task
  readonly Resource?: string
  readonly Credentials?: { readonly RoleArn?: string; readonly 'RoleArn.$'?: string }
  readonly TimeoutSeconds?: Json
  readonly TimeoutSecondsPath?: string
  readonly HeartbeatSeconds?: Json
  readonly HeartbeatSecondsPath?: string
  // Wait
  readonly Seconds?: Json
  readonly SecondsPath?: string
  readonly Timestamp?: string
  readonly TimestampPath?: string
  // Choice
  readonly Choices?: readonly JsonObject[]
  readonly Default?: string
  // Fail
  readonly Error?: string
  readonly ErrorPath?: string
  readonly Cause?: string
  readonly CausePath?: string
  // Parallel
  readonly Branches?: readonly Machine[]
  // Map
  readonly ItemProcessor?: ItemProcessor
  readonly Iterator?: ItemProcessor
  readonly Items?: Json
  readonly ItemsPath?: string
  readonly ItemSelector?: Json
  readonly ItemBatcher?: {
    readonly MaxItemsPerBatch?: Json
    readonly MaxItemsPerBatchPath?: string
    readonly MaxInputBytesPerBatch?: Json
    readonly MaxInputBytesPerBatchPath?: string
    readonly BatchInput?: Json
  }
  readonly MaxConcurrency?: Json
  readonly MaxConcurrencyPath?: string
  readonly ToleratedFailureCount?: Json
  readonly ToleratedFailureCountPath?: string
  readonly ToleratedFailurePercentage?: Json
  readonly ToleratedFailurePercentagePath?: string
  readonly Label?: string
}
