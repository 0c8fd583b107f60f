import { StockReserved } from '../../contracts/inventory.ts'
import { PaymentDeclined, PaymentTaken } from '../../contracts/payments.ts'
import { consumer } from '../../messaging/index.ts'
import { decide, payments } from './payment.ts'
import { askProvider, PATIENTLY, PROVIDER } from './provider.ts'

/** The key is the order's: a message handled again asks for the same charge, and the provider gives its first answer. */
export const handler = consumer(
  import.meta,
  {
    id: 'payments.take-payment',
    on: StockReserved,
    stores: { payments },
    publishes: [PaymentTaken, PaymentDeclined],
    uses: [PROVIDER],
    delivery: PATIENTLY,
  },
  async (due, unit, { signal }) => {
    const { orderId, customerId, total: amount } = due
    const { state } = await unit.payments.load(orderId)
    if (state.status !== 'none') return
    const request = { key: `order-${orderId}`, reference: orderId, amount, customerId }
    const answer = await askProvider((provider) => provider.charge(request), signal)
    if (answer.status !== 'pending') unit.payments.append(orderId, decide(state, due, answer))
  },
)
