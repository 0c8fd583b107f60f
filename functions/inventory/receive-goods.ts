import { GoodsReceived, ReceiveGoods } from '../../contracts/inventory.ts'
import { unitsOf } from '../../contracts/lines.ts'
import { only, worker } from '../../messaging/index.ts'
import { POPULAR_GOODS, receive, stock } from './stock.ts'

export const handler = worker(
  import.meta,
  {
    id: 'inventory.receive-goods',
    on: ReceiveGoods,
    stores: { stock: only(stock, 'getMany', 'save') },
    publishes: [GoodsReceived],
    delivery: POPULAR_GOODS,
  },
  async ({ lines, ...goods }, unit) => {
    const items = await unit.stock.getMany(lines.map((line) => line.sku))
    for (const item of receive(items, lines, goods.source)) unit.stock.save(item)
    unit.publish(GoodsReceived, { ...goods, units: unitsOf(lines) })
  },
)
