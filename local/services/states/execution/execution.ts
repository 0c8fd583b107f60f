import type { ExecutionStatus, StateMachineType } from '@aws-sdk/client-sfn'
import type { MachineRevision, StateMachine } from '../model/machine.ts'
import type { History } from './history.ts'

/** An execution, running or ended. */
export interface Execution {
  readonly arn: string
  readonly name: string
  /** It outlives its deletion for as long as the execution runs. */
  readonly machine: StateMachine
  readonly machineArn: string
  readonly machineName: string
  readonly versionArn: string | undefined
  readonly aliasArn: string | undefined
  readonly type: StateMachineType
  /** The definition and role that it started with, whatever the state machine has become. */
  readonly revision: MachineRevision
  /** Exact text. */
  readonly input: string
  readonly startDate: number
  /** Its journal entry: the cause of what it does. */
  readonly entry: number
  readonly traceHeader: string | undefined
  readonly history: History
  /** Set for a child of a distributed Map. */
  readonly mapRunArn: string | undefined
  status: ExecutionStatus
  stopDate?: number
  output?: string
  error?: string
  failureCause?: string
  redriveCount: number
  redriveDate?: number
}
