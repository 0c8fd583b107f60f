import { OrderCancelled, OrderConfirmed, OrderPlaced } from '../../contracts/orders.ts'
import { consumer, Dead, only } from '../../messaging/index.ts'
import { customerOrders, project, views } from './order-view.ts'

export const handler = consumer(
  import.meta,
  {
    id: 'view.project-order',
    on: [OrderPlaced, OrderConfirmed, OrderCancelled],
    stores: { views: only(views, 'get', 'save'), customerOrders: only(customerOrders, 'save') },
    marksIn: 'views',
    delivery: { ordered: true },
  },
  async ({ orderId }, unit, { message, envelope }) => {
    if (envelope.seq === undefined) throw new Dead(`event ${envelope.id} has no seq`, { code: 'NoSequence' })
    const view = project(await unit.views.get(orderId), message, envelope.seq, envelope.time)
    if (view === undefined) return
    unit.views.save(view)
    if (view.status === 'placed' && view.customerId !== undefined)
      unit.customerOrders.save({ customerId: view.customerId, orderId })
  },
)
