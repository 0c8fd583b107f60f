import { endpoint, only, Refused } from '../../messaging/index.ts'
import { customerOrders, summary, views } from './order-view.ts'

export const handler = endpoint(
  import.meta,
  {
    id: 'view.list-orders',
    route: 'GET /orders',
    stores: { views: only(views, 'getMany'), customerOrders: only(customerOrders, 'query') },
  },
  async ({ query }, unit) => {
    const { customerId } = query
    if (!customerId) throw new Refused(400, 'customerId: say whose orders, as in /orders?customerId=17850')
    const entries = await unit.customerOrders.query(customerId, { stale: true })
    const found = await unit.views.getMany(entries.map((entry) => entry.orderId))
    const orders = found.filter((view) => view !== undefined).map(summary)
    return { status: 200, body: { customerId, orders } }
  },
)
