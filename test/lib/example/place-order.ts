import { aggregate, worker } from '../../../messaging/index.ts'
import { NotifyCustomer, OrderChanged, OrderPlaced, OrderSeen, PlaceOrder } from './contracts.ts'

const orders = aggregate('order', { events: [OrderChanged], initial: () => 0, evolve: (count) => count + 1 })

export const handler = worker(
  import.meta,
  {
    id: 'orders.place-order',
    on: PlaceOrder,
    stores: { orders },
    publishes: [OrderPlaced, OrderChanged, OrderSeen],
    sends: [NotifyCustomer],
  },
  async (order, unit) => {
    await unit.orders.load(order.orderId)
    unit.orders.append(order.orderId, [{ type: 'orders.OrderChanged', data: order }])
    unit.publish(OrderPlaced, order)
    unit.publish(OrderSeen, order)
    unit.send(NotifyCustomer, order)
  },
)
