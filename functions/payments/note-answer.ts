import { NoteAnswer, PaymentDeclined, PaymentTaken } from '../../contracts/payments.ts'
import { worker } from '../../messaging/index.ts'
import { decide, payments } from './payment.ts'

export const handler = worker(
  import.meta,
  { id: 'payments.note-answer', on: NoteAnswer, stores: { payments }, publishes: [PaymentTaken, PaymentDeclined] },
  async (answer, unit) => {
    const { reference: orderId, amount: total } = answer
    const { state } = await unit.payments.load(orderId)
    unit.payments.append(orderId, decide(state, { orderId, total }, answer))
  },
)
