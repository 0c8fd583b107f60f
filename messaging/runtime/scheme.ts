import type { Ledger } from './ledger.ts'

/**
 * How a unit becomes one atomic write.
 * `none`: nothing to write. `C0`: one Put of the mark, which itself carries the messages. `B`: one transaction of mark, writes
 * and an outbox row. `B'`: as B, event-sourced: the messages are carried by the aggregate's head.
 */
export type Scheme = 'none' | 'C0' | 'B' | "B'"

interface Intent {
  readonly writes: boolean
  readonly appends: boolean
  readonly messages: boolean
  /** Items that were read and must not have changed. */
  readonly checks: boolean
}

/** The cheapest scheme that fits, first match wins. */
const CHOICES: readonly (readonly [Scheme, (intent: Intent) => boolean])[] = [
  ['none', (intent) => !intent.writes && !intent.appends && !intent.messages],
  ['C0', (intent) => !intent.writes && !intent.appends && !intent.checks],
  ["B'", (intent) => intent.appends],
  ['B', () => true],
]

export function chooseScheme(ledger: Ledger): Scheme {
  const intent: Intent = {
    writes: ledger.writes.size > 0,
    appends: [...ledger.appends.values()].some((append) => append.events.length > 0),
    messages: ledger.messages.length > 0,
    checks: ledger.checks.length > 0,
  }
  return CHOICES.find(([, fits]) => fits(intent))?.[0] ?? 'B'
}
