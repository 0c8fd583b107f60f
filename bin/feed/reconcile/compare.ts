import type { Expectations, ExpectedOrder, ExpectedReturn } from '../expectations.ts'
import type { Fed, Sent } from '../feed.ts'
import { EFFECTS, type Effect, type Holdings } from './holdings.ts'
import { type Fell, type Owed, owedByCancelledOrder, owedByOrder, owedByReturn } from './owed.ts'

/**
 * What is not as it must be. `lost`: an effect is missing. `doubled`: it is there more than once. `wrong`: it is there once with
 * another amount. `unexpected`: it is there, and nothing that went in explains it.
 */
export interface Finding {
  readonly kind: 'lost' | 'doubled' | 'wrong' | 'unexpected'
  /** Invoice number, or the id of what nobody sent. */
  readonly who: string
  readonly what: string
}

/** An accepted invoice, with what it must have left behind. */
export interface Traced {
  readonly invoice: string
  readonly id: string
  readonly owed: Owed
}

export interface Compared {
  readonly traced: readonly Traced[]
  readonly findings: readonly Finding[]
}

/** Follows every invoice by its id through all services. */
export function compare(expected: Expectations, fed: Fed, holdings: Holdings): Compared {
  const orders = trace(expected.orders, fed.orders, (id, order: ExpectedOrder) =>
    holdings.cancelled.has(id) ? owedByCancelledOrder(order, fell(id, holdings)) : owedByOrder(order),
  )
  const returns = trace(expected.returns, fed.returns, (_, back: ExpectedReturn) => owedByReturn(back))
  const traced = [...orders.traced, ...returns.traced]
  return {
    traced,
    findings: [
      ...orders.findings,
      ...returns.findings,
      ...traced.flatMap((one) => [...effectsOf(one, holdings), ...journalOf(one, holdings)]),
      ...strangers(traced, holdings),
      ...stockFindings(expected, holdings),
    ],
  }
}

const fell = (id: string, holdings: Holdings): Fell => ({
  charged: holdings.tally('charge at the provider').of(id).times > 0,
  paid: holdings.tally('payment taken').of(id).times > 0,
})

interface Judged<Figures> {
  readonly accepted: ReadonlyMap<string, Figures>
  readonly refused: ReadonlyMap<string, readonly string[]>
}

function trace<Figures>(
  { accepted, refused }: Judged<Figures>,
  sent: ReadonlyMap<string, Sent>,
  owedBy: (id: string, figures: Figures) => Owed,
): Compared {
  const traced: Traced[] = []
  const findings: Finding[] = []
  for (const [invoice, figures] of accepted) {
    const answer = sent.get(invoice)
    if (answer?.outcome === 'accepted') traced.push({ invoice, id: answer.id, owed: owedBy(answer.id, figures) })
    else
      findings.push({
        kind: 'lost',
        who: invoice,
        what: answer ? `at the entry: ${told(answer)}` : 'it was never sent',
      })
  }
  for (const invoice of refused.keys()) {
    const answer = sent.get(invoice)
    if (answer?.outcome === 'accepted')
      findings.push({ kind: 'unexpected', who: invoice, what: 'the entry accepted what it must refuse' })
    else if (answer?.outcome !== 'refused')
      findings.push({
        kind: 'lost',
        who: invoice,
        what: answer ? `at the entry: ${told(answer)}` : 'it was never sent',
      })
  }
  return { traced, findings }
}

function told(sent: Sent): string {
  if (sent.outcome === 'refused') return `refused, ${sent.reasons.join('; ')}`
  return sent.outcome === 'failed' ? sent.message : 'accepted'
}

function effectsOf({ invoice: who, id, owed }: Traced, holdings: Holdings): Finding[] {
  return EFFECTS.flatMap((effect): Finding[] => {
    const { times, amount } = holdings.tally(effect).of(id)
    const due = owed.effects.get(effect)
    if (due === undefined) return amount > 0 ? [{ kind: 'unexpected', who, what: `${effect} (${amount})` }] : []
    if (times === 0) return [{ kind: 'lost', who, what: effect }]
    if (times > 1) return [{ kind: 'doubled', who, what: `${effect}, ${times} times` }]
    return amount === due ? [] : [{ kind: 'wrong', who, what: `${effect}: ${amount} instead of ${due}` }]
  })
}

function journalOf({ invoice: who, id, owed }: Traced, holdings: Holdings): Finding[] {
  return owed.journal.flatMap((type): Finding[] => {
    const { times } = holdings.journalOf(type).of(id)
    if (times === 1) return []
    return [{ kind: times === 0 ? 'lost' : 'doubled', who, what: `${type} in the journal, ${times} times` }]
  })
}

/** Where an effect begins that a client asked for. */
const BEGINNINGS: readonly Effect[] = [
  'order placed',
  'charge at the provider',
  'return requested',
  'refund at the provider',
]

function strangers(traced: readonly Traced[], holdings: Holdings): Finding[] {
  const known = new Set(traced.map(({ id }) => id))
  return BEGINNINGS.flatMap((effect) =>
    holdings
      .tally(effect)
      .ids.filter((id) => !known.has(id))
      .map((who): Finding => ({ kind: 'unexpected', who, what: `${effect}, which this run did not send` })),
  )
}

/** The shelves must agree with the books: units set aside with the reservations, units that came back with the file. */
function stockFindings(expected: Expectations, holdings: Holdings): Finding[] {
  const reserved = new Map<string, number>()
  for (const { sku, quantity } of [...holdings.chunks.values()].flatMap((chunks) => [...chunks.values()].flat()))
    reserved.set(sku, (reserved.get(sku) ?? 0) + quantity)
  const skus = new Set([...holdings.stock.keys(), ...reserved.keys(), ...expected.restocked.keys()])
  return [...skus].flatMap((sku) => {
    const held = holdings.stock.get(sku) ?? { reserved: 0, restocked: 0 }
    return [
      ...shelf(sku, 'set aside', held.reserved, reserved.get(sku) ?? 0),
      ...shelf(sku, 'restocked', held.restocked, expected.restocked.get(sku) ?? 0),
    ]
  })
}

function shelf(sku: string, what: string, held: number, due: number): Finding[] {
  if (held === due) return []
  return [
    { kind: held < due ? 'lost' : 'doubled', who: `stock ${sku}`, what: `${held} units ${what} instead of ${due}` },
  ]
}
