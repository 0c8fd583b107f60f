import { PaymentCancelled, PaymentDeclined, PaymentTaken, type ProviderAnswer } from '../../contracts/payments.ts'
import type { FactOf, MessageOf } from '../../messaging/index.ts'
import { aggregate } from '../../messaging/index.ts'
import type { CancelAnswer } from './payment-provider.ts'

export interface PaymentState {
  readonly status: 'none' | 'taken' | 'declined' | 'cancelled'
}

/** What the provider's answer means for the order. An order is paid once, and never after it was cancelled. */
export function book(
  state: PaymentState,
  answer: ProviderAnswer,
): FactOf<typeof PaymentTaken | typeof PaymentDeclined>[] {
  if (state.status !== 'none') return []
  const { reference: orderId, amount } = answer
  return answer.status === 'taken'
    ? [{ type: 'payments.PaymentTaken', data: { orderId, amount, chargeId: answer.chargeId } }]
    : [{ type: 'payments.PaymentDeclined', data: { orderId, amount, reason: answer.reason } }]
}

/** The provider has cancelled the charge: what it had taken is on its way back. */
export function cancel(state: PaymentState, orderId: string, answer: CancelAnswer): FactOf<typeof PaymentCancelled>[] {
  if (state.status === 'cancelled') return []
  const refundId = answer.status === 'refunded' ? answer.refundId : undefined
  return [{ type: 'payments.PaymentCancelled', data: { orderId, refundId } }]
}

const STATUS = {
  'payments.PaymentTaken': 'taken',
  'payments.PaymentDeclined': 'declined',
  'payments.PaymentCancelled': 'cancelled',
} as const

export function evolve(
  _state: PaymentState,
  event: MessageOf<typeof PaymentTaken | typeof PaymentDeclined | typeof PaymentCancelled>,
): PaymentState {
  return { status: STATUS[event.type] }
}

export const initial = (): PaymentState => ({ status: 'none' })

export const payments = aggregate('payment', {
  initial,
  evolve,
  events: [PaymentTaken, PaymentDeclined],
  internal: [PaymentCancelled],
})
