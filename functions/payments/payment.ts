import type { StockReserved } from '../../contracts/inventory.ts'
import { PaymentDeclined, PaymentTaken } from '../../contracts/payments.ts'
import type { Data, FactOf, MessageOf } from '../../messaging/index.ts'
import { aggregate } from '../../messaging/index.ts'
import type { ChargeAnswer } from './payment-provider.ts'

export interface PaymentState {
  readonly status: 'none' | 'taken' | 'declined'
}

/** What the provider's answer means for the order. An order is paid once, whatever is asked again. */
export function decide(
  state: PaymentState,
  due: Pick<Data<typeof StockReserved>, 'orderId' | 'total'>,
  answer: ChargeAnswer,
): FactOf<typeof PaymentTaken | typeof PaymentDeclined>[] {
  if (state.status !== 'none') return []
  const { orderId, total: amount } = due
  return answer.status === 'taken'
    ? [{ type: 'payments.PaymentTaken', data: { orderId, amount, chargeId: answer.chargeId } }]
    : [{ type: 'payments.PaymentDeclined', data: { orderId, amount, reason: answer.reason } }]
}

export function evolve(
  _state: PaymentState,
  event: MessageOf<typeof PaymentTaken | typeof PaymentDeclined>,
): PaymentState {
  return { status: event.type === 'payments.PaymentTaken' ? 'taken' : 'declined' }
}

export const initial = (): PaymentState => ({ status: 'none' })

export const payments = aggregate('payment', { initial, evolve, events: [PaymentTaken, PaymentDeclined] })
