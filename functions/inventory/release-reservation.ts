import { ReleaseStock } from '../../contracts/inventory.ts'
import { OrderCancelled } from '../../contracts/orders.ts'
import { consumer } from '../../messaging/index.ts'
import { cancel, chunksHeld, evolve, reservations } from './reservation.ts'

export const handler = consumer(
  import.meta,
  { id: 'inventory.release-reservation', on: OrderCancelled, stores: { reservations }, sends: [ReleaseStock] },
  async ({ orderId }, unit) => {
    const { state } = await unit.reservations.load(orderId)
    const cancelled = cancel(state, orderId)
    if (cancelled.length === 0) return
    unit.reservations.append(orderId, cancelled)
    for (const chunk of chunksHeld(cancelled.reduce(evolve, state))) unit.send(ReleaseStock, { orderId, chunk })
  },
)
