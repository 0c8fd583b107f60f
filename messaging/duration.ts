/** A length of time as written by people: `500ms`, `30s`, `5m`, `2h`, `29d`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** @returns milliseconds. @throws RangeError where the text is no non-negative duration. */
export function milliseconds(duration: Duration): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(duration)
  if (!match)
    throw new RangeError(`'${duration}' is no duration: write a number and one of ms, s, m, h, d, as in '30s'`)
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]
}

/** The longest that SQS holds a message back. */
export const QUEUE_DELAY_MS = 900_000

export interface Backoff {
  /** Milliseconds before the second attempt, before jitter. */
  readonly first: number
  /** Milliseconds that no wait exceeds. */
  readonly max: number
}

/** Doubles from `first` to `max`; each wait is drawn evenly between 0 and that ceiling (full jitter). */
export function exponential(first: Duration, max: Duration): Backoff {
  return { first: milliseconds(first), max: milliseconds(max) }
}
