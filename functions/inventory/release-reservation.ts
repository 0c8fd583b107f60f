import { ReleaseStock } from '../../contracts/inventory.ts'
import { OrderCancelled } from '../../contracts/orders.ts'
import { consumer, only } from '../../messaging/index.ts'
import { chunksHeld, isShort, reservations } from './reservation.ts'

/** For an order that fell through after its goods were set aside. What inventory itself rejected, it has released itself. */
export const handler = consumer(
  import.meta,
  {
    id: 'inventory.release-reservation',
    on: OrderCancelled,
    stores: { reservations: only(reservations, 'load') },
    sends: [ReleaseStock],
  },
  async ({ orderId }, unit) => {
    const { state } = await unit.reservations.load(orderId)
    if (isShort(state)) return
    for (const chunk of chunksHeld(state)) unit.send(ReleaseStock, { orderId, chunk })
  },
)
