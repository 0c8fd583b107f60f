import { ReleaseStock, ReserveStock, StockRejected, StockReserved } from '../../contracts/inventory.ts'
import { only, worker } from '../../messaging/index.ts'
import { answer, begin, chunksHeld, evolve, isAwaited, isShort, reservations } from './reservation.ts'
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
  async ({ lines, ...wanted }, unit) => {
    const { orderId, chunk } = wanted
    const loaded = (await unit.reservations.load(orderId)).state
    const begun = begin(loaded, wanted)
    const state = begun.reduce(evolve, loaded)
    if (!isAwaited(state, chunk)) return
    // The order falls through already: its other chunks leave the shelf alone.
    const items = isShort(state) ? [] : await unit.stock.getMany(lines.map((line) => line.sku))
    const outcome = isShort(state) ? { short: [] } : reserve(items, lines)
    if ('stock' in outcome) for (const item of outcome.stock) unit.stock.save(item)
    const answered = answer(state, 'short' in outcome ? { chunk, short: outcome.short } : { chunk, lines })
    unit.reservations.append(orderId, [...begun, ...answered])
    const after = answered.reduce(evolve, state)
    if (isShort(after)) for (const held of chunksHeld(after)) unit.send(ReleaseStock, { orderId, chunk: held })
  },
)
