import { ReleaseStock, ReserveStock, StockRejected, StockReserved } from '../../contracts/inventory.ts'
import { only, worker } from '../../messaging/index.ts'
import { answer, chunksHeld, evolve, isShort, reservations } from './reservation.ts'
import { POPULAR_GOODS, reserve, stock } from './stock.ts'

export const handler = worker(
  import.meta,
  {
    id: 'inventory.reserve-stock',
    on: ReserveStock,
    stores: { stock: only(stock, 'getMany', 'save'), reservations },
    publishes: [StockReserved, StockRejected],
    sends: [ReleaseStock],
    delivery: POPULAR_GOODS,
  },
  async ({ orderId, chunk, lines }, unit) => {
    const { state } = await unit.reservations.load(orderId)
    // The order falls through already: its other chunks leave the shelf alone.
    const items = isShort(state) ? [] : await unit.stock.getMany(lines.map((line) => line.sku))
    const outcome = isShort(state) ? { short: [] } : reserve(items, lines)
    const events = answer(state, 'short' in outcome ? { chunk, short: outcome.short } : { chunk, lines })
    if (events.length === 0) return
    if ('stock' in outcome) for (const item of outcome.stock) unit.stock.save(item)
    unit.reservations.append(orderId, events)
    const after = events.reduce(evolve, state)
    if (isShort(after)) for (const held of chunksHeld(after)) unit.send(ReleaseStock, { orderId, chunk: held })
  },
)
