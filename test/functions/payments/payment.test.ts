import { describe, it } from 'vitest'
import * as payment from '../../../functions/payments/payment.ts'
import * as refund from '../../../functions/payments/refund.ts'
import { specification } from '../decider.ts'

const due = { orderId: 'o1', customerId: 'c1', total: 500, units: 4 }
const taken = { type: 'payments.PaymentTaken', data: { orderId: 'o1', amount: 500, chargeId: 'ch_1' } } as const

describe('a payment', () => {
  const { given } = specification(payment)

  it('is taken in full when the provider took it', () => {
    given()
      .when((state) => payment.decide(state, due, { status: 'taken', chargeId: 'ch_1' }))
      .thenEvents(taken)
  })

  it("is declined with the provider's reason", () => {
    given()
      .when((state) => payment.decide(state, due, { status: 'declined', reason: 'no cover' }))
      .thenEvents({ type: 'payments.PaymentDeclined', data: { orderId: 'o1', amount: 500, reason: 'no cover' } })
  })

  it('is taken once', () => {
    given(taken)
      .when((state) => payment.decide(state, due, { status: 'taken', chargeId: 'ch_2' }))
      .thenNothing()
  })
})

describe('a refund', () => {
  const { given } = specification(refund)
  const request = { returnId: 'r1', lines: [{ sku: 'A', quantity: 1, unitPrice: 300 }], total: 300, units: 1 }
  const refunded = {
    type: 'payments.PaymentRefunded',
    data: { returnId: 'r1', amount: 300, refundId: 're_1' },
  } as const

  it('gives the whole value of the return back, once', () => {
    given()
      .when((state) => refund.decide(state, request, 're_1'))
      .thenEvents(refunded)
    given(refunded)
      .when((state) => refund.decide(state, request, 're_2'))
      .thenNothing()
  })
})
