import { type Carried, RULES, RUNTIME, type Ruled } from './carried.ts'
import type { Backoff } from './duration.ts'
import { longestWait, type RetryPolicies } from './retry-policy.ts'
import { AGE_FENCE_SECONDS } from './table-layout.ts'

/** How back-offs leave the queue, as plain data, which carries the way to its runtime. */
export interface DelayedRetriesDeclaration
  extends Carried<typeof import('./runtime/delayed-retries.ts')>,
    Ruled<Retries> {
  readonly inFlight: number
}

/** SQS hands out nothing more of a queue with so many in flight, and what is backed off by visibility is in flight. */
const IN_FLIGHT_LIMIT = 120_000

/**
 * Lets a back-off be longer than 15 minutes: the message leaves its queue, and a copy of it comes back at its time. The copy has the
 * message's id and carries its attempts, so that it is the same message, and takes effect once.
 * @param options.inFlight messages in flight on the queue from which on shorter back-offs leave it as well. @default 24000
 */
export function delayedRetries({ inFlight = IN_FLIGHT_LIMIT / 5 } = {}): DelayedRetriesDeclaration {
  return {
    inFlight,
    [RULES]: (retries) => rulesOf(inFlight, retries),
    [RUNTIME]: () => import('./runtime/delayed-retries.ts'),
  }
}

interface Retries {
  readonly ordered: boolean
  readonly attempts: number
  readonly backoff: Backoff
  readonly errors?: RetryPolicies
}

/** Past the age fence nobody would take the message. */
function rulesOf(inFlight: number, retries: Retries): readonly (readonly [boolean, string])[] {
  const { ordered, attempts, backoff, errors = {} } = retries
  const policies = Object.values(errors).flatMap((policy) => (typeof policy === 'string' ? [] : [policy]))
  const waits = [{}, ...policies].map((policy) => longestWait({ attempts, backoff, ...policy }))
  const longest = Math.max(...waits)
  return [
    [!ordered, '`delayedRetries` is for standard queues: in order a copy would be overtaken; let the group be parked'],
    [
      Number.isInteger(inFlight) && inFlight >= 1 && inFlight < IN_FLIGHT_LIMIT,
      `delayedRetries: inFlight ${inFlight} must be a whole number from 1 and below ${IN_FLIGHT_LIMIT}, where SQS stops`,
    ],
    [
      longest < (AGE_FENCE_SECONDS - DAY_SECONDS) * 1000,
      `back-offs of ${Math.round(longest / 3_600_000)} h in all: after 29 days nobody could prove that a message was not handled; 28 days at most`,
    ],
  ]
}

const DAY_SECONDS = 86_400
