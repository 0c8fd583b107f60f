import { worker } from '../../../messaging/index.ts'
import { AskForReview, orders, PaymentDue, PayOrder } from './contracts.ts'

export const handler = worker(
  import.meta,
  { id: 'orders.pay-order', on: PayOrder, stores: { orders }, sends: [PaymentDue, AskForReview] },
  async ({ orderId }, unit) => {
    const order = await unit.orders.get(orderId)
    if (order?.status !== 'open') return
    unit.orders.save({ ...order, status: 'paid' })
    await unit.cancel(PaymentDue, orderId)
    unit.send(AskForReview, { orderId }, { delay: '24h' })
  },
)
