import { PointsEarned, PointsTakenBack } from '../../contracts/loyalty.ts'
import type { OrderConfirmed } from '../../contracts/orders.ts'
import type { PaymentRefunded } from '../../contracts/payments.ts'
import type { Data, FactOf, MessageOf } from '../../messaging/index.ts'
import { aggregate } from '../../messaging/index.ts'

/** A customer's points. Below zero when more came back than was ever earned here. */
export interface AccountState {
  readonly points: number
}

/** A point per whole pound of a confirmed order. A guest has no account. */
export function earn(order: Data<typeof OrderConfirmed>): FactOf<typeof PointsEarned>[] {
  const points = pointsFor(order.total)
  if (order.customerId === undefined || points === 0) return []
  return [{ type: 'loyalty.PointsEarned', data: { customerId: order.customerId, orderId: order.orderId, points } }]
}

/** A point back per whole pound refunded. */
export function takeBack(refund: Data<typeof PaymentRefunded>): FactOf<typeof PointsTakenBack>[] {
  const points = pointsFor(refund.amount)
  if (refund.customerId === undefined || points === 0) return []
  return [
    { type: 'loyalty.PointsTakenBack', data: { customerId: refund.customerId, returnId: refund.returnId, points } },
  ]
}

function pointsFor(pence: number): number {
  return Math.floor(pence / 100)
}

export function evolve(
  state: AccountState,
  event: MessageOf<typeof PointsEarned | typeof PointsTakenBack>,
): AccountState {
  const change = event.type === 'loyalty.PointsEarned' ? event.data.points : -event.data.points
  return { points: state.points + change }
}

export const initial = (): AccountState => ({ points: 0 })

export const accounts = aggregate('account', { initial, evolve, events: [PointsEarned, PointsTakenBack] })
