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
  attempt(): void | Promise<void>
  retried?(): void
  givenUp(end: GivenUp): Promise<void>
}

/**
 * Delivers outside the caller's request, under a lease while it works, and tries again on the clock until the schedule
 * is exhausted. Answers at once where the first attempt succeeds at once; else resolves when it is delivered or given up.
 */
export function deliverPersistently(context: CloudContext, delivery: Persistent): void | Promise<void> {
  const attempted = attempt(delivery)
  if (!attempted) return
  const lease = context.kernel.clock.lease(delivery.label)
  return new Promise((done) => void follow(context, delivery, attempted, 0, done).finally(() => lease.release()))
}

function attempt(delivery: Persistent): Promise<void> | undefined {
  try {
    return delivery.attempt() ?? undefined
  } catch (error) {
    return Promise.reject(error)
  }
}

async function follow(
  context: CloudContext,
  delivery: Persistent,
  attempted: Promise<void> | undefined,
  retries: number,
  done: () => void,
): Promise<void> {
  const failure = await outcome(attempted)
  if (!failure) return done()
  const { clock, random } = context.kernel
  const next = failure.permanent
    ? undefined
    : delivery.schedule(retries + 1, random.fraction(`backoff ${delivery.label}`))
  if (typeof next === 'number') {
    delivery.retried?.()
    clock.after(next, `retry ${delivery.label}`, () => follow(context, delivery, attempt(delivery), retries + 1, done))
    return
  }
  await delivery.givenUp({ failure, retries, exhausted: next })
  done()
}

async function outcome(attempted: Promise<void> | undefined): Promise<Failure | undefined> {
  try {
    await attempted
    return undefined
  } catch (error) {
    return failureOf(error)
  }
}
