import { chunksOf } from '../../contracts/chunks.ts'
import { ReceiveGoods } from '../../contracts/inventory.ts'
import { RestockReturn, ReturnCompleted } from '../../contracts/returns.ts'
import { Dead, sagaStep } from '../../messaging/index.ts'
import { noteRefund, returns } from './return.ts'

/** The goods go to inventory in parts; the return is complete when all are on the shelf (`note-restock`). */
export const handler = sagaStep(
  import.meta,
  {
    id: 'returns.restock-return',
    step: RestockReturn,
    stores: { returns },
    publishes: [ReturnCompleted],
    sends: [ReceiveGoods],
  },
  {
    async act({ returnId, refundId }, unit) {
      const { state } = await unit.returns.load(returnId)
      if (state.status === 'none') throw new Dead(`return ${returnId} was never requested`, { code: 'UnknownReturn' })
      unit.returns.append(returnId, noteRefund(state, returnId, refundId))
      const chunks = chunksOf(state.lines)
      for (const [part, lines] of chunks.entries())
        unit.send(ReceiveGoods, { receiptId: returnId, source: 'return', part, parts: chunks.length, lines })
      return {}
    },
  },
)
