import { sizeProblems } from '../../contracts/lines.ts'
import { OrderRequest, PlaceOrder } from '../../contracts/orders.ts'
import { endpoint, Refused } from '../../messaging/index.ts'

/** The order's id is the request's: however often a client repeats the request, it is one order. */
export const handler = endpoint(
  import.meta,
  { id: 'orders.accept-order', route: 'POST /orders', body: OrderRequest, idempotent: true, sends: [PlaceOrder] },
  async (request, unit) => {
    const tooLarge = sizeProblems(request.body.lines)
    if (tooLarge.length > 0) throw new Refused(400, ...tooLarge)
    const orderId = request.id
    await unit.send(PlaceOrder, { ...request.body, orderId })
    return { status: 202, headers: { location: `/orders/${orderId}` }, body: { orderId } }
  },
)
