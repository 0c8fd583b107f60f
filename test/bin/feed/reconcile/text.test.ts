import { describe, expect, it } from 'vitest'
import type { Reconciliation } from '../../../../bin/feed/reconcile/reconcile.ts'
import { reconciliationText } from '../../../../bin/feed/reconcile/text.ts'

const RESULT: Reconciliation = {
  ok: false,
  figures: [
    { what: 'orders in', unit: 'count', expected: 1469, held: 1469 },
    { what: 'payments taken', unit: 'pence', expected: 18_396_183, held: 18_396_000 },
  ],
  lost: 1,
  doubled: 0,
  findings: [{ kind: 'lost', who: '536365', what: 'shipping notice' }],
  refusals: [{ reason: 'unitPrice of a line: must be above 0', count: 46 }],
  cancellations: [],
  leftOut: { badRows: [{ line: 7, reasons: ['StockCode is empty'] }], adjustments: ['A1'] },
  leftOver: {
    queues: [{ queue: 'shop-x-dlq', messages: 2 }],
    parked: ['view.project-order: o1'],
    sagas: ["orders.OrderSaga o2 at 'Undo pay': StepFailed"],
  },
}

describe('the reconciliation as text', () => {
  it('is a table of figures, then what explains or contradicts them', () => {
    expect(reconciliationText(RESULT).split('\n')).toEqual([
      '                    expected        held',
      '  orders in            1,469       1,469  ok',
      '  payments taken  183,961.83  183,960.00  DIFFERS',
      '',
      '  refused: 46 because unitPrice of a line: must be above 0',
      '  bad row: line 7: StockCode is empty',
      '  left out: bookkeeping, neither orders nor returns: A1',
      '  left over: 2 messages in shop-x-dlq',
      '  left over: 1 parked messages: view.project-order: o1',
      "  left over: an operator must look at orders.OrderSaga o2 at 'Undo pay': StepFailed",
      '  lost: 536365: shipping notice',
      'lost 1, doubled 0: NOT as expected',
    ])
  })

  it('counts failures of one kind together, whichever order, request and place in the code they name', () => {
    const failed = (id: string) => ({
      reason: `provider failed: {"errorMessage":"charge order-${id}: out of order","trace":["at ${id}"]}`,
      count: 1,
    })
    const cancellations = [failed('7c49c476ab981dbc73ee2ecacd15f624'), failed('23592e207726b580c23de769539effff')]
    expect(reconciliationText({ ...RESULT, cancellations })).toContain(
      '  cancelled: 2 because provider failed: {"errorMessage":"charge order-...: out of order"\n',
    )
  })

  it('shows twenty of many findings and counts the others', () => {
    const findings = Array.from({ length: 25 }, (_, who) => ({ kind: 'lost', who: String(who), what: 'x' }) as const)
    expect(reconciliationText({ ...RESULT, findings })).toContain('  ... and 5 more findings\n')
  })
})
