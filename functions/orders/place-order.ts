import { OrderPlaced, PlaceOrder } from '../../contracts/orders.ts'
import { worker } from '../../messaging/index.ts'
import { orders, place } from './order.ts'

export const handler = worker(
  import.meta,
  { id: 'orders.place-order', on: PlaceOrder, stores: { orders }, publishes: [OrderPlaced] },
  async (order, unit) => {
    const { state } = await unit.orders.load(order.orderId)
    unit.orders.append(order.orderId, place(state, order))
  },
)
