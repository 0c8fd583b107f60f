import type { Kernel } from '../../../kernel/kernel.ts'
import type { RetrySchedule } from './persistent.ts'

const FIRST_MS = 1_000
const LONGEST_MS = 600_000

/** A retry policy as EventBridge and Scheduler take it. */
export interface RetryPolicy {
  readonly MaximumRetryAttempts?: number | undefined
  readonly MaximumEventAgeInSeconds?: number | undefined
}

/**
 * Doubling waits, at most ten minutes, with jitter in the upper half. The default of 185 retries then takes about the
 * default of a day.
 */
export const retrySchedule =
  (kernel: Kernel, since: number, policy: RetryPolicy | undefined): RetrySchedule =>
  (retry, draw) => {
    if (retry > (policy?.MaximumRetryAttempts ?? 185)) return 'MaximumRetryAttempts'
    const delay = Math.round(Math.min(FIRST_MS * 2 ** Math.min(retry - 1, 20), LONGEST_MS) * (0.5 + draw / 2))
    const end = since + (policy?.MaximumEventAgeInSeconds ?? 86_400) * 1000
    return kernel.clock.now() + delay > end ? 'MaximumEventAgeInSeconds' : delay
  }
