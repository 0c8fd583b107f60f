import { GoodsReceived } from '../../contracts/inventory.ts'
import { ReturnCompleted } from '../../contracts/returns.ts'
import { consumer } from '../../messaging/index.ts'
import { noteRestock, returns } from './return.ts'

export const handler = consumer(
  import.meta,
  {
    id: 'returns.note-restock',
    on: GoodsReceived,
    where: { source: ['return'] },
    stores: { returns },
    publishes: [ReturnCompleted],
  },
  async (goods, unit) => {
    const { state } = await unit.returns.load(goods.receiptId)
    unit.returns.append(goods.receiptId, noteRestock(state, goods))
  },
)
