import { PaymentRefunded } from '../../contracts/payments.ts'
import { ReturnCompleted } from '../../contracts/returns.ts'
import { consumer } from '../../messaging/index.ts'
import { progress, returns } from './return.ts'

export const handler = consumer(
  import.meta,
  { id: 'returns.note-refund', on: PaymentRefunded, stores: { returns }, publishes: [ReturnCompleted] },
  async ({ returnId }, unit, { message }) => {
    const { state } = await unit.returns.load(returnId)
    unit.returns.append(returnId, progress(state, message))
  },
)
