import { chunksOf } from '../../contracts/chunks.ts'
import { GoodsInRequest, ReceiveGoods } from '../../contracts/inventory.ts'
import { endpoint } from '../../messaging/index.ts'

export const handler = endpoint(
  import.meta,
  { id: 'inventory.accept-goods', route: 'POST /stock', body: GoodsInRequest, idempotent: true, sends: [ReceiveGoods] },
  async (request, unit) => {
    const receiptId = request.id
    const chunks = chunksOf(request.body.lines)
    for (const [part, lines] of chunks.entries())
      await unit.send(ReceiveGoods, { receiptId, source: 'delivery', part, parts: chunks.length, lines })
    return { status: 202, body: { receiptId, parts: chunks.length } }
  },
)
