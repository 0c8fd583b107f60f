import { describe, it } from 'vitest'
import { evolve, initial, noteRefund, noteRestock, request } from '../../../functions/returns/return.ts'
import { specification } from '../decider.ts'

const { given } = specification({ initial, evolve })

const wanted = { returnId: 'r1', customerId: 'c1', lines: [{ sku: 'A', quantity: 2, unitPrice: 150 }] }
const requested = { type: 'returns.ReturnRequested', data: { ...wanted, total: 300, units: 2 } } as const
const received = (part: number) => ({ receiptId: 'r1', source: 'return', part, parts: 2, units: 1 }) as const
const refundNoted = { type: 'returns.RefundNoted', data: { returnId: 'r1', refundId: 're', amount: 300 } } as const
const restockNoted = (part: number) =>
  ({ type: 'returns.RestockNoted', data: { returnId: 'r1', part, parts: 2, units: 1 } }) as const
const completed = { type: 'returns.ReturnCompleted', data: { returnId: 'r1', amount: 300, units: 2 } } as const

describe('a return', () => {
  it('is requested once, with its value and units', () => {
    given()
      .when((state) => request(state, wanted))
      .thenEvents(requested)
    given(requested)
      .when((state) => request(state, wanted))
      .thenNothing()
  })

  it('is complete when the money went back and every part of the goods is on the shelf', () => {
    given(requested, refundNoted, restockNoted(1))
      .when((state) => noteRestock(state, received(0)))
      .thenEvents(restockNoted(0), completed)
    given(requested, restockNoted(0), restockNoted(1))
      .when((state) => noteRefund(state, 'r1', 're'))
      .thenEvents(refundNoted, completed)
  })

  it('waits for the parts that are missing, and for the money', () => {
    given(requested, refundNoted)
      .when((state) => noteRestock(state, received(0)))
      .thenEvents(restockNoted(0))
    given(requested, restockNoted(0))
      .when((state) => noteRestock(state, received(1)))
      .thenEvents(restockNoted(1))
  })

  it('completes once', () => {
    given(requested, restockNoted(0), restockNoted(1), refundNoted, completed)
      .when((state) => noteRefund(state, 'r1', 're'))
      .thenEvents(refundNoted)
  })

  it('must have been requested', () => {
    given()
      .when((state) => noteRestock(state, received(0)))
      .thenThrows(/return r1, which was never requested/)
  })
})
