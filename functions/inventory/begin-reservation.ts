import { ReserveStock } from '../../contracts/inventory.ts'
import { OrderPlaced } from '../../contracts/orders.ts'
import { consumer } from '../../messaging/index.ts'
import { chunksOf } from './chunks.ts'
import { begin, reservations } from './reservation.ts'

export const handler = consumer(
  import.meta,
  { id: 'inventory.begin-reservation', on: OrderPlaced, stores: { reservations }, sends: [ReserveStock] },
  async (order, unit) => {
    const { orderId } = order
    const { state } = await unit.reservations.load(orderId)
    const begun = begin(state, order)
    if (begun.length === 0) return
    unit.reservations.append(orderId, begun)
    for (const [chunk, lines] of chunksOf(order.lines).entries()) unit.send(ReserveStock, { orderId, chunk, lines })
  },
)
