import type { TableKey } from '../table-layout.ts'
import type { Ledger } from './ledger.ts'

/**
 * How a unit becomes one atomic write.
 * `none`: nothing to write. `C0`: one Put of the mark, which itself carries the messages. `C`: one Put of the item that the message
 * concerns, which carries its mark and its messages. `B`: one transaction of mark, writes and an outbox row. `B'`: as B,
 * event-sourced: the messages are carried by the aggregate's head.
 */
export type Scheme = 'none' | 'C0' | 'C' | 'B' | "B'"

interface Intent {
  readonly writes: boolean
  readonly appends: boolean
  readonly messages: boolean
  /** Items that were read and must not have changed. */
  readonly checks: boolean
  /** The mark is kept in the item that the message concerns. */
  readonly atHome: boolean
  /** Writes or checks of other items than that. */
  readonly elsewhere: boolean
}

/** The cheapest scheme that fits, first match wins. */
const CHOICES: readonly (readonly [Scheme, (intent: Intent) => boolean])[] = [
  ['none', (intent) => !intent.writes && !intent.appends && !intent.messages],
  ['C', (intent) => intent.atHome && !intent.appends && !intent.elsewhere],
  ['C0', (intent) => !intent.atHome && !intent.writes && !intent.appends && !intent.checks],
  ["B'", (intent) => intent.appends],
  ['B', () => true],
]

/** What only the stream would keep, a row keeps for 30 days. An aggregate's events are kept by itself. */
const IN_ROWS: Readonly<Partial<Record<Scheme, Scheme>>> = { C0: 'B', C: 'B' }

/** @param rowsOnly nothing may leave by an image in the stream alone */
export function chooseScheme(ledger: Ledger, rowsOnly = false): Scheme {
  const isElsewhere = (key: TableKey) => !ledger.isHome(key)
  const intent: Intent = {
    writes: ledger.writes.size > 0,
    appends: [...ledger.appends.values()].some((append) => append.events.length > 0),
    messages: ledger.messages.length > 0,
    checks: ledger.checks.length > 0,
    atHome: ledger.home !== undefined,
    elsewhere: [...ledger.writes.values(), ...ledger.checks].some(({ key }) => isElsewhere(key)),
  }
  const cheapest = CHOICES.find(([, fits]) => fits(intent))?.[0] ?? 'B'
  return rowsOnly ? (IN_ROWS[cheapest] ?? cheapest) : cheapest
}
