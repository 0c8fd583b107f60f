import { chunksOf } from '../../contracts/chunks.ts'
import { ReserveStock } from '../../contracts/inventory.ts'
import { OrderCancelled, ReserveGoods } from '../../contracts/orders.ts'
import { Dead, type StepFailure, sagaStep } from '../../messaging/index.ts'
import { cancel, orders } from './order.ts'

/** Inventory answers when all chunks are set aside, or one is short (`note-reservation`). */
export const handler = sagaStep(
  import.meta,
  {
    id: 'orders.reserve-goods',
    step: ReserveGoods,
    stores: { orders },
    publishes: [OrderCancelled],
    sends: [ReserveStock],
  },
  {
    async act({ orderId }, unit) {
      const { state } = await unit.orders.load(orderId)
      if (state.status === 'none') throw new Dead(`order ${orderId} was never placed`, { code: 'UnknownOrder' })
      const chunks = chunksOf(state.lines)
      for (const [chunk, lines] of chunks.entries())
        unit.send(ReserveStock, { orderId, chunk, chunks: chunks.length, units: state.units, lines })
    },
    async compensate({ input: { orderId }, failure }, unit) {
      const { state } = await unit.orders.load(orderId)
      unit.orders.append(orderId, cancel(state, orderId, reasonOf(failure)))
    },
  },
)

/** For the customer. */
function reasonOf({ step, code, message }: StepFailure): string {
  if (code === 'States.Timeout') return step === 'pay' ? 'it was not paid in time' : `${step} took too long`
  return message || code
}
