import { StockRejected } from '../../contracts/inventory.ts'
import { OrderCancelled, OrderConfirmed } from '../../contracts/orders.ts'
import { PaymentDeclined, PaymentTaken } from '../../contracts/payments.ts'
import { consumer } from '../../messaging/index.ts'
import { orders, settle } from './order.ts'

export const handler = consumer(
  import.meta,
  {
    id: 'orders.settle-order',
    on: [PaymentTaken, PaymentDeclined, StockRejected],
    stores: { orders },
    publishes: [OrderConfirmed, OrderCancelled],
  },
  async ({ orderId }, unit, { message }) => {
    const { state } = await unit.orders.load(orderId)
    unit.orders.append(orderId, settle(state, message))
  },
)
