import { OrderRequest, PlaceOrder } from '../../contracts/orders.ts'
import { endpoint } from '../../messaging/index.ts'

/** The order's id is the request's: however often a client repeats the request, it is one order. */
export const handler = endpoint(
  import.meta,
  { id: 'orders.accept-order', route: 'POST /orders', body: OrderRequest, idempotent: true, sends: [PlaceOrder] },
  async (request, unit) => {
    const orderId = request.id
    await unit.send(PlaceOrder, { ...request.body, orderId })
    return { status: 202, headers: { location: `/orders/${orderId}` }, body: { orderId } }
  },
)
