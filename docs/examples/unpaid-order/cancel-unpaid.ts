import { worker } from '../../../messaging/index.ts'
import { orders, PaymentDue } from './contracts.ts'

export const handler = worker(
  import.meta,
  { id: 'orders.cancel-unpaid', on: PaymentDue, stores: { orders } },
  async ({ orderId }, unit, { now }) => {
    const order = await unit.orders.get(orderId)
    if (!order) return
    // The timer is cancelled with the payment, in one unit; the status says it once more, to whoever reads this.
    const status = order.status === 'open' ? 'cancelled' : order.status
    unit.orders.save({ ...order, status, log: [...order.log, `due ${now.toISOString()}`] })
  },
)
