import { PaymentRefunded } from '../../contracts/payments.ts'
import type { ReturnInBrief } from '../../contracts/returns.ts'
import type { FactOf } from '../../messaging/index.ts'
import { aggregate } from '../../messaging/index.ts'

export interface RefundState {
  readonly status: 'none' | 'refunded'
}

export function decide(state: RefundState, request: ReturnInBrief, refundId: string): FactOf<typeof PaymentRefunded>[] {
  if (state.status === 'refunded') return []
  const { returnId, customerId, total: amount } = request
  return [{ type: 'payments.PaymentRefunded', data: { returnId, customerId, amount, refundId } }]
}

export const initial = (): RefundState => ({ status: 'none' })

export const evolve = (): RefundState => ({ status: 'refunded' })

export const refunds = aggregate('refund', { initial, evolve, events: [PaymentRefunded] })
