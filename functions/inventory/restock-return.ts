import { ReceiveGoods } from '../../contracts/inventory.ts'
import { ReturnRequested } from '../../contracts/returns.ts'
import { consumer } from '../../messaging/index.ts'
import { chunksOf } from './chunks.ts'

export const handler = consumer(
  import.meta,
  { id: 'inventory.restock-return', on: ReturnRequested, sends: [ReceiveGoods] },
  ({ returnId, lines }, unit) => {
    const chunks = chunksOf(lines)
    for (const [part, chunk] of chunks.entries())
      unit.send(ReceiveGoods, { receiptId: returnId, source: 'return', part, parts: chunks.length, lines: chunk })
  },
)
