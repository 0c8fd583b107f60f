import type { ExecutionStatus, StateMachineType } from '@aws-sdk/client-sfn'
import type { MachineRevision } from '../model/machine.ts'
import type { History } from './history.ts'

/** An execution, running or ended. */
export interface Execution {
  readonly arn: string
  readonly name: string
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
  /** Journal entry of the call that started it. */
  readonly cause: number | undefined
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
