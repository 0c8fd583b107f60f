import { describe, expect, it } from 'vitest'
import { expectations } from '../../../../bin/feed/expectations.ts'
import type { Fed, Sent } from '../../../../bin/feed/feed.ts'
import type { Invoice } from '../../../../bin/feed/invoices.ts'
import { compare } from '../../../../bin/feed/reconcile/compare.ts'
import { figures } from '../../../../bin/feed/reconcile/figures.ts'
import { Holdings } from '../../../../bin/feed/reconcile/holdings.ts'
import { owedByOrder, owedByReturn } from '../../../../bin/feed/reconcile/owed.ts'

const line = (quantity: number, unitPrice = 1000) => ({ sku: 'A', quantity, unitPrice })
const invoice = (number: string, kind: Invoice['kind'], ...lines: Invoice['lines']): Invoice => ({
  number,
  kind,
  invoicedAt: '2010-12-01T08:26:00.000Z',
  customerId: '7',
  country: 'EIRE',
  lines,
})
const INVOICES = [
  invoice('1', 'order', line(2)),
  invoice('2', 'order', line(3)),
  invoice('3', 'order', line(1, 0)),
  invoice('C4', 'return', line(-1)),
]
const expected = expectations(INVOICES)
const accepted = (id: string): Sent => ({ outcome: 'accepted', id })
const fed: Fed = {
  orders: new Map([
    ['1', accepted('o1')],
    ['2', accepted('o2')],
    ['3', { outcome: 'refused', reasons: ['body.lines.0.unitPrice: must be above 0, is 0'] }],
  ]),
  returns: new Map([['C4', accepted('r4')]]),
}

/** Everything that the two orders and the return must leave behind. */
function complete(): Holdings {
  const holdings = new Holdings()
  const book = (id: string, owed: ReturnType<typeof owedByOrder>) => {
    for (const [effect, amount] of owed.effects) holdings.tally(effect).add(id, amount)
    for (const type of owed.journal) holdings.journalOf(type).add(id, 0)
  }
  for (const [number, order] of expected.orders.accepted) book(`o${number}`, owedByOrder(order))
  for (const back of expected.returns.accepted.values()) book('r4', owedByReturn(back))
  holdings.chunks.set('o1', new Map([[0, [{ sku: 'A', quantity: 2 }]]]))
  holdings.chunks.set('o2', new Map([[0, [{ sku: 'A', quantity: 3 }]]]))
  holdings.stock.set('A', { reserved: 5, restocked: 1 })
  return holdings
}

function findings(change: (holdings: Holdings) => void, sent: Fed = fed) {
  const holdings = complete()
  change(holdings)
  return compare(expected, sent, holdings).findings
}

describe('the reconciliation', () => {
  it('finds nothing where every effect is there once', () => {
    const holdings = complete()
    const { traced, findings } = compare(expected, fed, holdings)
    expect(findings).toEqual([])
    const lines = figures(expected, fed, holdings, traced)
    expect(lines.filter((figure) => figure.expected !== figure.held)).toEqual([])
    expect(lines).toContainEqual({ what: 'payments taken', unit: 'pence', expected: 5000, held: 5000 })
  })

  it('finds a second charge for an order though the totals of the shop agree', () => {
    expect(findings((held) => held.tally('charge at the provider').add('o1', 2000))).toEqual([
      { kind: 'doubled', who: '1', what: 'charge at the provider, 2 times' },
    ])
  })

  it('finds an event that passed the bus under two ids', () => {
    expect(findings((held) => held.journalOf('orders.OrderConfirmed').add('o2', 0))).toEqual([
      { kind: 'doubled', who: '2', what: 'orders.OrderConfirmed in the journal, 2 times' },
    ])
  })

  it('finds what an order left nowhere', () => {
    const nothing = new Holdings()
    const lost = compare(expected, fed, nothing).findings.filter(({ who }) => who === '1')
    expect(new Set(lost.map(({ kind }) => kind))).toEqual(new Set(['lost']))
    expect(lost.map(({ what }) => what)).toContain('shipping notice')
    expect(lost).toHaveLength(14)
  })

  it('finds a lost and a doubled effect that cancel out in the totals', () => {
    const moved = findings((held) => {
      held.tally('payment taken').add('o1', -2000, -1)
      held.tally('payment taken').add('o2', 2000)
    })
    expect(moved.map(({ kind, who }) => [kind, who])).toEqual([
      ['lost', '1'],
      ['doubled', '2'],
    ])
  })

  it('finds another amount', () => {
    expect(findings((held) => held.tally('order in the read model').add('o1', 5, 0))).toEqual([
      { kind: 'wrong', who: '1', what: 'order in the read model: 2005 instead of 2000' },
    ])
  })

  it('finds an order that nobody sent, and one that should have been refused', () => {
    expect(findings((held) => held.tally('order placed').add('stranger', 1))).toEqual([
      { kind: 'unexpected', who: 'stranger', what: 'order placed, which this run did not send' },
    ])
    const orders = new Map([...fed.orders, ['3', accepted('o3')]] as const)
    expect(findings(() => {}, { ...fed, orders })).toEqual([
      { kind: 'unexpected', who: '3', what: 'the entry accepted what it must refuse' },
    ])
  })

  it('finds an order that the entry refused wrongly, or never answered', () => {
    const orders = new Map<string, Sent>([
      ...fed.orders,
      ['1', { outcome: 'refused', reasons: ['body: no'] }],
      ['2', { outcome: 'failed', message: '503' }],
    ])
    const lost = findings(() => {}, { ...fed, orders }).filter(({ kind }) => kind === 'lost')
    expect(lost).toEqual([
      { kind: 'lost', who: '1', what: 'at the entry: refused, body: no' },
      { kind: 'lost', who: '2', what: 'at the entry: 503' },
    ])
  })

  it('finds shelves that disagree with the reservations and with what came back', () => {
    expect(findings((held) => held.stock.set('A', { reserved: 7, restocked: 0 }))).toEqual([
      { kind: 'doubled', who: 'stock A', what: '7 units set aside instead of 5' },
      { kind: 'lost', who: 'stock A', what: '0 units restocked instead of 1' },
    ])
  })

  it('wants nothing moved for a cancelled order, and what was charged paid back once', () => {
    const holdings = new Holdings()
    holdings.cancelled.set('o1', 'payment declined')
    holdings.tally('order placed').add('o1', 2000)
    holdings.tally('order in the read model').add('o1', 0)
    holdings.tally('stock reserved').add('o1', 0)
    for (const type of ['orders.OrderPlaced', 'orders.OrderCancelled']) holdings.journalOf(type).add('o1', 0)
    const ofOrder = () => compare(expected, fed, holdings).findings.filter(({ who }) => who === '1')
    expect(ofOrder()).toEqual([])
    holdings.tally('charge at the provider').add('o1', 2000)
    expect(ofOrder()).toEqual([{ kind: 'lost', who: '1', what: 'refund at the provider' }])
    holdings.tally('refund at the provider').add('o1', 2000)
    expect(ofOrder()).toEqual([])
    holdings.tally('refund at the provider').add('o1', 2000)
    expect(ofOrder()).toEqual([{ kind: 'doubled', who: '1', what: 'refund at the provider, 2 times' }])
  })
})
