import type { CreateScheduleInput, Target } from '@aws-sdk/client-scheduler'
import type { Expression } from './expression/expression.ts'

/** What CreateSchedule and UpdateSchedule say of a schedule, checked. */
export interface ScheduleSettings {
  readonly text: string
  readonly expression: Expression
  readonly zone: string
  readonly start: Date | undefined
  readonly end: Date | undefined
  readonly enabled: boolean
  readonly description: string | undefined
  /** 0 where the window is off. */
  readonly windowMinutes: number
  readonly deleteAfter: boolean
  readonly target: ScheduleTarget
}

export type ScheduleTarget = Target & { readonly Arn: string; readonly RoleArn: string }

export interface Schedule {
  readonly name: string
  readonly group: string
  readonly arn: string
  readonly created: Date
  modified: Date
  settings: ScheduleSettings
  /** What it was created with: the same request once more is no other one. */
  readonly request: CreationRequest
}

/** A request to create, by which its repetition is known. */
export interface CreationRequest {
  readonly token: string | undefined
  /** JSON text of the input. */
  readonly text: string
}

export const creationRequest = ({ ClientToken, ...rest }: { ClientToken?: string | undefined }): CreationRequest => ({
  token: ClientToken,
  text: JSON.stringify(rest),
})

export const isRepeated = (earlier: CreationRequest, later: CreationRequest): boolean =>
  earlier.token !== undefined && earlier.token === later.token && earlier.text === later.text

export interface ScheduleGroup {
  readonly name: string
  readonly arn: string
  readonly created: Date
  modified: Date
  readonly tags: Map<string, string>
  readonly schedules: Map<string, Schedule>
  readonly request: CreationRequest
}

export type ScheduleInput = Omit<CreateScheduleInput, 'Name' | 'GroupName' | 'ClientToken'>
