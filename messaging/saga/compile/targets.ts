/** Where a saga's machine finds what it calls. Values may be tokens of CDK: nothing here looks into them. */
export interface SagaTargets {
  /** By the name of the step's contract. */
  readonly steps: Readonly<Record<string, StepTarget>>
  /** ARN of the keeper's function (`messaging/saga-keeper.ts`) of the saga's service. */
  readonly keeper: string
  /** Name of the table of the saga's service: the records of open sagas stand there. */
  readonly table: string
}

export interface StepTarget {
  /** Of the step's function: a version or an alias, so that sagas under way keep the code that they began with. */
  readonly arn: string
  /** Of the function, in milliseconds. */
  readonly timeout: number
}

/** A state machine in Amazon States Language, as `CreateStateMachine` takes it (in JSON). */
export interface StateMachineDefinition {
  readonly Comment: string
  readonly QueryLanguage: 'JSONata'
  readonly StartAt: string
  readonly TimeoutSeconds: number
  readonly States: States
}

export type State = Readonly<Record<string, unknown>> & { readonly Type: string }
export type States = Readonly<Record<string, State>>

/** Names of the states that every saga has. */
export const BEGIN = 'Begin'
export const OPEN = 'Open'
export const UNDONE = 'Undone'
export const NEEDS_ATTENTION = 'NeedsAttention'
export const RESUME = 'Resume'
export const UNATTENDED = 'Unattended'
/** Where a saga ends whose last state leads on. */
export const DONE = 'Done'

export const undoOf = (step: string): string => `Undo ${step}`
export const settleOf = (step: string): string => `Settle ${step}`
export const settledOf = (step: string): string => `Settled ${step}`
export const joinOf = (parallel: string): string => `${parallel} joined`
export const brokenOf = (step: string): string => `${step} failed`

/** Errors of an execution that is over. */
export const SAGA_UNDONE = 'Saga.Undone'
export const SAGA_NEEDS_ATTENTION = 'Saga.NeedsAttention'

/** What a step's function throws. */
export const REFUSED = 'StepRefused'
export const FAILED = 'StepFailed'
