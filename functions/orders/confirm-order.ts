import { ConfirmOrder, OrderConfirmed } from '../../contracts/orders.ts'
import { sagaStep } from '../../messaging/index.ts'
import { confirm, orders } from './order.ts'

export const handler = sagaStep(
  import.meta,
  { id: 'orders.confirm-order', step: ConfirmOrder, stores: { orders }, publishes: [OrderConfirmed] },
  {
    async act({ orderId }, unit) {
      const { state } = await unit.orders.load(orderId)
      unit.orders.append(orderId, confirm(state, orderId))
      return {}
    },
  },
)
