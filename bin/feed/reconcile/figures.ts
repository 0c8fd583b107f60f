import type { Expectations } from '../expectations.ts'
import type { Fed, Sent } from '../feed.ts'
import type { Traced } from './compare.ts'
import type { Effect, Holdings } from './holdings.ts'

/** One line of the reconciliation: what must be, and what is. */
export interface Figure {
  readonly what: string
  readonly unit: 'count' | 'pence'
  readonly expected: number
  readonly held: number
}

/** The totals, over what this run sent. Expectations of orders that were cancelled later are left out. */
export function figures(expected: Expectations, fed: Fed, holdings: Holdings, traced: readonly Traced[]): Figure[] {
  const count = (what: string, due: number, held: number): Figure => ({ what, unit: 'count', expected: due, held })
  const total = (what: string, unit: Figure['unit'], effect: Effect): Figure => ({
    what,
    unit,
    expected: sum(traced.map(({ owed }) => owed.effects.get(effect) ?? 0)),
    held: sum(traced.map(({ id }) => holdings.tally(effect).of(id).amount)),
  })
  const { orders, returns } = expected
  const events = traced.flatMap(({ id, owed }) => owed.journal.map((type) => holdings.journalOf(type).of(id).times))
  return [
    count('orders in', orders.in, fed.orders.size),
    count('orders accepted', orders.accepted.size, outcomes(fed.orders, 'accepted')),
    count('orders refused', orders.refused.size, outcomes(fed.orders, 'refused')),
    total('order value in the read model', 'pence', 'order in the read model'),
    total('payments taken', 'pence', 'payment taken'),
    total('charges at the provider', 'pence', 'charge at the provider'),
    total('units set aside', 'count', 'stock reserved'),
    total('units in shipping notices', 'count', 'shipping notice'),
    total('points earned', 'count', 'points earned'),
    count('returns in', returns.in, fed.returns.size),
    count('returns accepted', returns.accepted.size, outcomes(fed.returns, 'accepted')),
    count('returns refused', returns.refused.size, outcomes(fed.returns, 'refused')),
    total('refunds paid', 'pence', 'refund paid'),
    total('refunds at the provider', 'pence', 'refund at the provider'),
    total('units restocked', 'count', 'goods restocked'),
    total('points taken back', 'count', 'points taken back'),
    count('events in the journal', events.length, sum(events)),
  ]
}

function outcomes(sent: ReadonlyMap<string, Sent>, outcome: Sent['outcome']): number {
  return [...sent.values()].filter((one) => one.outcome === outcome).length
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
