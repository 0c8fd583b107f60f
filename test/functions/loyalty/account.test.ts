import { describe, expect, it } from 'vitest'
import { earn, evolve, initial, takeBack } from '../../../functions/loyalty/account.ts'
import { specification } from '../decider.ts'

const { given } = specification({ initial, evolve })
const order = { orderId: 'o1', customerId: 'c1', country: 'EIRE', total: 1999, units: 1 }
const refund = { returnId: 'r1', customerId: 'c1', amount: 2599, refundId: 're' }
const earned = { type: 'loyalty.PointsEarned', data: { customerId: 'c1', orderId: 'o1', points: 19 } } as const
const taken = { type: 'loyalty.PointsTakenBack', data: { customerId: 'c1', returnId: 'r1', points: 25 } } as const

describe('loyalty points', () => {
  it('are one for each whole pound of a confirmed order', () => {
    given()
      .when(() => earn(order))
      .thenEvents(earned)
  })

  it('go back one for each whole pound refunded, below zero if need be', () => {
    given(earned)
      .when(() => takeBack(refund))
      .thenEvents(taken)
    expect(given(earned, taken).state).toEqual({ points: -6 })
  })

  it('are for known customers', () => {
    expect(earn({ ...order, customerId: undefined })).toEqual([])
    expect(takeBack({ ...refund, customerId: undefined })).toEqual([])
  })

  it('are not booked for less than a pound', () => {
    expect(earn({ ...order, total: 99 })).toEqual([])
  })
})
