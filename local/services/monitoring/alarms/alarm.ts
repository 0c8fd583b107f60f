import type { Query } from '../model/queries.ts'

export type StateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

export interface AlarmState {
  readonly value: StateValue
  readonly reason: string
  /** JSON, where the evaluation gives any. */
  readonly reasonData: string | undefined
  readonly updatedAt: number
  /** When it last became another value. */
  readonly transitionedAt: number
}

/** What every alarm has. */
export interface AlarmCommon {
  readonly name: string
  readonly arn: string
  readonly description: string | undefined
  readonly actionsEnabled: boolean
  /** ARNs by the state that they follow. */
  readonly actions: Readonly<Record<StateValue, readonly string[]>>
  readonly configuredAt: number
}

export type MissingData = 'breaching' | 'notBreaching' | 'ignore' | 'missing'

export type Comparison =
  | 'GreaterThanOrEqualToThreshold'
  | 'GreaterThanThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold'

export interface MetricAlarmRule {
  readonly kind: 'metric'
  /** The one metric, or the queries of metric math of which one is returned. */
  readonly queries: readonly Query[]
  /** Milliseconds. */
  readonly period: number
  readonly evaluationPeriods: number
  readonly datapointsToAlarm: number
  /** Whether the caller gave it: AWS words its reasons accordingly. */
  readonly mOfN: boolean
  readonly threshold: number
  readonly comparison: Comparison
  readonly missingData: MissingData
  /** Members as the caller gave them, for answers and notifications. */
  readonly given: Readonly<Record<string, unknown>>
}

export interface CompositeAlarmRule {
  readonly kind: 'composite'
  readonly source: string
  /** Names of the alarms that the rule asks. */
  readonly children: readonly string[]
  holds(stateOf: (name: string) => StateValue): boolean
}

export interface Alarm {
  readonly common: AlarmCommon
  readonly rule: MetricAlarmRule | CompositeAlarmRule
  state: AlarmState
}
