import { z } from 'zod'
import { store, worker } from '../../../messaging/index.ts'
import { NotifyCustomer, OrderChanged, OrderPlaced, OrderSeen, PlaceOrder } from './contracts.ts'

const orders = store('order', { schema: z.object({ orderId: z.string() }), key: ({ orderId }) => orderId })

export const handler = worker(
  import.meta,
  {
    id: 'orders.place-order',
    on: PlaceOrder,
    stores: { orders },
    publishes: [OrderPlaced, OrderChanged, OrderSeen],
    sends: [NotifyCustomer],
  },
  ({ orderId, country }, unit) => {
    unit.orders.save({ orderId })
    unit.publish(OrderPlaced, { orderId, country })
  },
)
