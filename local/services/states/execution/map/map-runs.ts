import type { MapRunStatus } from '@aws-sdk/client-sfn'
import { resourceNotFound } from '../../errors.ts'
import type { Threshold } from './settings.ts'

export type ItemStatus = 'pending' | 'running' | 'succeeded' | 'failed' | 'timedOut' | 'aborted'

/** One run of a distributed Map. */
export interface MapRun {
  readonly arn: string
  readonly executionArn: string
  /** The part of the state machine that the run's executions are of. */
  readonly machineArn: string
  readonly label: string
  readonly startDate: number
  readonly executions: Record<ItemStatus, number>
  readonly items: Record<ItemStatus, number>
  stopDate?: number
  status: MapRunStatus
  maxConcurrency: number
  threshold: Threshold
}

/** The Map runs of a cloud, which DescribeMapRun and ListMapRuns tell of. */
export class MapRuns {
  readonly #byArn = new Map<string, MapRun>()

  add(run: MapRun): void {
    this.#byArn.set(run.arn, run)
  }

  /** @throws AwsError ResourceNotFound */
  get(arn: string): MapRun {
    const run = this.#byArn.get(arn)
    if (!run) throw resourceNotFound(arn)
    return run
  }

  /** Newest first. */
  of(executionArn: string): MapRun[] {
    return [...this.#byArn.values()].filter((run) => run.executionArn === executionArn).reverse()
  }
}

export const counts = (pending: number): Record<ItemStatus, number> => ({
  pending,
  running: 0,
  succeeded: 0,
  failed: 0,
  timedOut: 0,
  aborted: 0,
})
