import { type Carried, RULES, RUNTIME, type Ruled } from './carried.ts'
import { type Backoff, type Duration, milliseconds } from './duration.ts'
import { longestWait } from './retry-policy.ts'

export interface BreakerOptions {
  /** Consumers of a service that name the same breaker share it: those that call the same thing outside. @default the consumer's id */
  readonly name?: string
  /** Failures within the window before it opens; no more than the consumer's attempts. @default 5 */
  readonly failures?: number
  /** Share of the attempts within the window that must have failed, over 0 up to 1. @default 0.5 */
  readonly share?: number
  /** @default 5m */
  readonly within?: Duration
  /** While it is open, one message after so long tries whether all is well again. @default 15s */
  readonly probeEvery?: Duration
  /**
   * Open for so long, its consumers' event source mappings are disabled, and the service's breaker keeper probes until all is well again.
   * `never`: messages only go back untried, each a receive at a time. @default 2m
   */
  readonly pauseAfter?: Duration | 'never'
}

/** A circuit breaker as plain data, which carries the way to its runtime. Times in milliseconds. */
export interface BreakerDeclaration extends Carried<typeof import('./runtime/breaker.ts')>, Ruled<Attempts> {
  readonly name?: string
  readonly failures: number
  readonly share: number
  readonly within: number
  readonly probeEvery: number
  /** Absent: never. */
  readonly pauseAfter?: number
}

/**
 * Opens when what a consumer calls is down: its messages then go back to their queue untried, which uses up none of their attempts,
 * until a probe succeeds. All workers share one state, and one of them probes at a time.
 */
export function breaker(options: BreakerOptions = {}): BreakerDeclaration {
  const { name, failures = 5, share = 0.5, within = '5m', probeEvery = '15s', pauseAfter = '2m' } = options
  const limits = {
    ...(name !== undefined && { name }),
    failures,
    share,
    within: milliseconds(within),
    probeEvery: milliseconds(probeEvery),
    ...(pauseAfter !== 'never' && { pauseAfter: milliseconds(pauseAfter) }),
  }
  return {
    ...limits,
    [RULES]: (attempts) => breakerRules(limits, attempts),
    [RUNTIME]: () => import('./runtime/breaker.ts'),
  }
}

interface Attempts {
  readonly attempts: number
  readonly backoff: Backoff
}

/** What failed must still have an attempt left when it opens. */
function breakerRules(
  { failures, share, within, probeEvery, pauseAfter = 0 }: Omit<BreakerDeclaration, symbol>,
  { attempts, backoff }: Attempts,
): readonly (readonly [boolean, string])[] {
  const longest = longestWait({ attempts, backoff })
  return [
    [
      Number.isInteger(failures) && failures >= 1 && failures <= attempts,
      `breaker: failures ${failures} must be from 1 to the ${attempts} attempts: a lone message would be dead before it opens`,
    ],
    [share > 0 && share <= 1, `breaker: share ${share} must be over 0 and up to 1`],
    [
      within >= longest,
      `breaker: within ${within} ms is shorter than the ${longest} ms that ${attempts} attempts with their back-off may take`,
    ],
    [probeEvery >= 1_000 && probeEvery <= 900_000, `breaker: probeEvery ${probeEvery} ms must be from 1s to 15m`],
    [pauseAfter <= 86_400_000, `breaker: pauseAfter ${pauseAfter} ms must be up to 24h, or 'never'`],
  ]
}
