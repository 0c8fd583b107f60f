import { GoodsReceived } from '../../contracts/inventory.ts'
import { ReturnCompleted } from '../../contracts/returns.ts'
import { consumer } from '../../messaging/index.ts'
import { progress, returns } from './return.ts'

export const handler = consumer(
  import.meta,
  {
    id: 'returns.note-restock',
    on: GoodsReceived,
    where: { source: ['return'] },
    stores: { returns },
    publishes: [ReturnCompleted],
  },
  async ({ receiptId: returnId }, unit, { message }) => {
    const { state } = await unit.returns.load(returnId)
    unit.returns.append(returnId, progress(state, message))
  },
)
