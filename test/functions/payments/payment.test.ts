import { describe, it } from 'vitest'
import * as payment from '../../../functions/payments/payment.ts'
import * as refund from '../../../functions/payments/refund.ts'
import { specification } from '../decider.ts'

const asked = { key: 'order-o1', reference: 'o1', amount: 500 }
const taken = { type: 'payments.PaymentTaken', data: { orderId: 'o1', amount: 500, chargeId: 'ch_1' } } as const

describe('a payment', () => {
  const { given } = specification(payment)

  it('is taken in full when the provider took it', () => {
    given()
      .when((state) => payment.book(state, { ...asked, status: 'taken', chargeId: 'ch_1' }))
      .thenEvents(taken)
  })

  it("is declined with the provider's reason", () => {
    given()
      .when((state) => payment.book(state, { ...asked, status: 'declined', reason: 'no cover' }))
      .thenEvents({ type: 'payments.PaymentDeclined', data: { orderId: 'o1', amount: 500, reason: 'no cover' } })
  })

  it('is taken once', () => {
    given(taken)
      .when((state) => payment.book(state, { ...asked, status: 'taken', chargeId: 'ch_2' }))
      .thenNothing()
  })

  it('is cancelled once, with the refund of what was taken', () => {
    const cancelled = { type: 'payments.PaymentCancelled', data: { orderId: 'o1', refundId: 're_1' } } as const
    const answer = { status: 'refunded', refundId: 're_1' } as const
    given(taken)
      .when((state) => payment.cancel(state, 'o1', answer))
      .thenEvents(cancelled)
    given(taken, cancelled)
      .when((state) => payment.cancel(state, 'o1', answer))
      .thenNothing()
  })

  it('is never taken after it was cancelled', () => {
    given({ type: 'payments.PaymentCancelled', data: { orderId: 'o1' } })
      .when((state) => payment.book(state, { ...asked, status: 'taken', chargeId: 'ch_1' }))
      .thenNothing()
  })
})

describe('a refund', () => {
  const { given } = specification(refund)
  const request = { returnId: 'r1', total: 300 }
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
