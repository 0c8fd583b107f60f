import { worker } from '../../../messaging/index.ts'
import { orders, PaymentDue, PlaceOrder } from './contracts.ts'

export const handler = worker(
  import.meta,
  { id: 'orders.place-order', on: PlaceOrder, stores: { orders }, sends: [PaymentDue] },
  async ({ orderId }, unit) => {
    if (await unit.orders.get(orderId)) return
    unit.orders.save({ orderId, status: 'open', log: [] })
    await unit.schedule(PaymentDue, { orderId }, { after: '30m' })
  },
)
