import type { Backoff, Duration } from './duration.ts'
import { exponential } from './duration.ts'

/** What becomes of an attempt that failed with one class of error. */
export interface RetryPolicy {
  /** Attempts before the message is dead (or parked, where ordered). @default the consumer's `attempts` */
  readonly attempts?: number
  /** Between attempts. @default the consumer's `backoff` */
  readonly backoff?: Backoff
  /** Further runs within the attempt, for what passes in milliseconds. @default none */
  readonly inline?: InlineRuns
}

export interface InlineRuns {
  /** Runs of the handler in one attempt, with the first, 2 to 10. */
  readonly runs: number
  /** Up to 5 s between runs: the invocation waits, and is paid for. */
  readonly backoff: Backoff
}

/**
 * By class of error: `<name>/<code>`, its `code`, or its `name`; the first that is found counts. `dead` and `park` are for what no
 * further attempt can mend. What is thrown as `Dead` or `Park` needs no policy.
 */
export type RetryPolicies = Readonly<Record<string, RetryPolicy | 'dead' | 'park'>>

/** @param runs of the handler in one attempt, with the first */
export const inline = (runs: number, first: Duration, max: Duration): InlineRuns => ({
  runs,
  backoff: exponential(first, max),
})

/** Data that a schema refuses stays as it is. */
const POISON: RetryPolicies = { InvalidData: 'dead', ZodError: 'dead', ValidationError: 'dead' }

/** The name that metrics, dead letters and policies know an error by: `<name>`, or `<name>/<code>` where it has a code. */
export function errorClass(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return 'code' in error ? `${error.name}/${String(error.code)}` : error.name
}

export function policyFor(error: unknown, policies: RetryPolicies = {}): RetryPolicy | 'dead' | 'park' | undefined {
  const whole = errorClass(error)
  const [name = '', code] = whole.split('/')
  const known: RetryPolicies = { ...POISON, ...policies }
  return known[whole] ?? (code === undefined ? undefined : known[code]) ?? known[name]
}

/** The most attempts that any class of error allows: only past these is a message given up unseen. */
export const mostAttempts = (attempts: number, policies: RetryPolicies = {}): number =>
  Math.max(attempts, ...plain(policies).map(([, policy]) => policy.attempts ?? 0))

const LONGEST_BACKOFF_MS = 900_000
const LONGEST_INLINE_MS = 5_000

/** @param delayed the consumer has delayed retries */
export function backoffProblems({ first, max }: Backoff, delayed: boolean): readonly string[] {
  return [
    ...(first > 0 && first <= max ? [] : [`backoff must grow: from ${first} ms to ${max} ms`]),
    ...(delayed || max <= LONGEST_BACKOFF_MS
      ? []
      : [`backoff up to ${max} ms: over 15 minutes the message has to leave its queue, by \`delayedRetries()\``]),
  ]
}

/** Milliseconds that all back-offs of a message take at most. */
export function longestWait({ attempts, backoff }: { readonly attempts: number; readonly backoff: Backoff }): number {
  const waits = Array.from({ length: attempts - 1 }, (_, n) => Math.min(backoff.max, backoff.first * 2 ** n))
  return waits.reduce((sum, wait) => sum + wait, 0)
}

export function policyProblems(policies: RetryPolicies, delayed: boolean): readonly string[] {
  const whole = (value: number, low: number, high: number) => Number.isInteger(value) && value >= low && value <= high
  return plain(policies).flatMap(([name, { attempts = 1, backoff, inline }]) =>
    [
      ...(whole(attempts, 1, 1000) ? [] : [`attempts ${attempts} must be a whole number from 1 to 1000`]),
      ...(backoff ? backoffProblems(backoff, delayed) : []),
      ...(!inline || whole(inline.runs, 2, 10)
        ? []
        : [`inline runs ${inline.runs} must be a whole number from 2 to 10`]),
      ...(!inline || inline.backoff.max <= LONGEST_INLINE_MS
        ? []
        : [`inline backoff up to ${inline.backoff.max} ms: 5 seconds is the longest, the invocation waits`]),
    ].map((problem) => `errors.${name}: ${problem}`),
  )
}

const plain = (policies: RetryPolicies): readonly (readonly [string, RetryPolicy])[] =>
  Object.entries(policies).flatMap(([name, policy]) => (typeof policy === 'string' ? [] : [[name, policy] as const]))
