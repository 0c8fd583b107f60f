import { endpoint, only, Refused } from '../../messaging/index.ts'
import { views } from './order-view.ts'

export const handler = endpoint(
  import.meta,
  { id: 'view.get-order', route: 'GET /orders/{id}', stores: { views: only(views, 'get') } },
  async ({ params }, unit) => {
    const view = await unit.views.get(params.id, { stale: true })
    if (view === undefined) throw new Refused(404, `there is no order ${params.id}, or not yet`)
    return { status: 200, body: view }
  },
)
