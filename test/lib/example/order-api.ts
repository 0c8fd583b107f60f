import { endpoint } from '../../../messaging/index.ts'
import { PlaceOrder } from './contracts.ts'

export const handler = endpoint(
  import.meta,
  { id: 'orders.place-order-api', route: 'POST /orders/{id}', sends: [PlaceOrder], idempotent: true },
  async ({ params }, unit) => {
    await unit.send(PlaceOrder, { orderId: params.id, country: 'EIRE' })
    return { status: 202 }
  },
)
