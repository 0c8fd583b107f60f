import { worker } from '../../../messaging/index.ts'
import { AskForReview, orders } from './contracts.ts'

export const handler = worker(
  import.meta,
  { id: 'orders.ask-for-review', on: AskForReview, stores: { orders } },
  async ({ orderId }, unit, { now }) => {
    const order = await unit.orders.get(orderId)
    if (order) unit.orders.save({ ...order, log: [...order.log, `asked ${now.toISOString()}`] })
  },
)
