import type { CloudContext } from '../../../service.ts'
import { type Failure, failureOf } from './failure.ts'

/** Why no further attempt is made. */
export type Exhausted = 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds'

/** The wait in milliseconds before retry `retry` (from 1), or why there is none; `draw` in [0, 1) is for jitter. */
export type RetrySchedule = (retry: number, draw: number) => number | Exhausted

/** A delivery that ended without success. */
export interface GivenUp {
  readonly failure: Failure
  readonly retries: number
  /** Absent where the failure was permanent. */
  readonly exhausted: Exhausted | undefined
}

export interface Persistent {
  readonly label: string
  readonly schedule: RetrySchedule
  /** @throws AwsError, PermanentFailure */
  attempt(): Promise<void>
  retried?(): void
  givenUp(end: GivenUp): Promise<void>
}

/**
 * Delivers outside the caller's request, under a lease while it works, and tries again on the clock until the schedule
 * is exhausted. Resolves when it is delivered or given up.
 */
export function deliverPersistently(context: CloudContext, delivery: Persistent): Promise<void> {
  return new Promise((done) => {
    void context.kernel.clock.holding(delivery.label, () => attempt(context, delivery, 0, done))
  })
}

async function attempt(context: CloudContext, delivery: Persistent, retries: number, done: () => void): Promise<void> {
  const failure = await outcome(delivery)
  if (!failure) return done()
  const { clock, random } = context.kernel
  const next = failure.permanent
    ? undefined
    : delivery.schedule(retries + 1, random.fraction(`backoff ${delivery.label}`))
  if (typeof next === 'number') {
    delivery.retried?.()
    clock.after(next, `retry ${delivery.label}`, () => attempt(context, delivery, retries + 1, done))
    return
  }
  await delivery.givenUp({ failure, retries, exhausted: next })
  done()
}

async function outcome(delivery: Persistent): Promise<Failure | undefined> {
  try {
    await delivery.attempt()
    return undefined
  } catch (error) {
    return failureOf(error)
  }
}
