import { ReleaseStock } from '../../contracts/inventory.ts'
import { only, worker } from '../../messaging/index.ts'
import { giveBack, heldLines, reservations } from './reservation.ts'
import { POPULAR_GOODS, release, stock } from './stock.ts'

export const handler = worker(
  import.meta,
  {
    id: 'inventory.release-stock',
    on: ReleaseStock,
    stores: { stock: only(stock, 'getMany', 'save'), reservations },
    delivery: POPULAR_GOODS,
  },
  async ({ orderId, chunk }, unit) => {
    const { state } = await unit.reservations.load(orderId)
    const lines = heldLines(state, chunk)
    const items = await unit.stock.getMany(lines.map((line) => line.sku))
    for (const item of release(items, lines)) unit.stock.save(item)
    unit.reservations.append(orderId, giveBack(state, chunk))
  },
)
