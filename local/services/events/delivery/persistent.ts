import type { CloudContext } from '../../../service.ts'
import { retryDelay } from './backoff.ts'
import { type Failure, failureOf } from './failure.ts'

/** How long and how often a delivery is tried. */
export interface RetryPolicy {
  /** Tries after the first. */
  readonly retries: number
  readonly maxAgeSeconds: number
}

export const DEFAULT_RETRIES: RetryPolicy = { retries: 185, maxAgeSeconds: 86_400 }

/** A delivery that ended without success. */
export interface GivenUp {
  readonly failure: Failure
  readonly retries: number
  /** Absent where the failure was permanent. */
  readonly exhausted: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds' | undefined
}

export interface Persistent {
  readonly label: string
  readonly policy: RetryPolicy
  /** When the thing to deliver came into being. */
  readonly since: number
  attempt(): Promise<void>
  retried?(): void
  givenUp(end: GivenUp): Promise<void>
}

/**
 * Delivers outside the caller's request, under a lease, and tries again on the clock until the policy is exhausted.
 * Returns at once.
 */
export function deliverPersistently(context: CloudContext, delivery: Persistent): void {
  void context.kernel.clock.holding(delivery.label, () => attempt(context, delivery, 0))
}

async function attempt(context: CloudContext, delivery: Persistent, retries: number): Promise<void> {
  try {
    await delivery.attempt()
  } catch (error) {
    const failure = failureOf(error)
    if (failure.permanent) return delivery.givenUp({ failure, retries, exhausted: undefined })
    if (retries >= delivery.policy.retries)
      return delivery.givenUp({ failure, retries, exhausted: 'MaximumRetryAttempts' })
    const { clock, random } = context.kernel
    const delay = retryDelay(retries + 1, random.fraction(`backoff ${delivery.label}`))
    if (clock.now() + delay > delivery.since + delivery.policy.maxAgeSeconds * 1000)
      return delivery.givenUp({ failure, retries, exhausted: 'MaximumEventAgeInSeconds' })
    delivery.retried?.()
    clock.after(delay, `retry ${delivery.label}`, () => attempt(context, delivery, retries + 1))
  }
}
