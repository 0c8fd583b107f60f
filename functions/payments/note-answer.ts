import { NoteAnswer, PaymentDeclined, PaymentTaken, TakePayment } from '../../contracts/payments.ts'
import { orderCallback } from '../../contracts/sagas.ts'
import { worker } from '../../messaging/index.ts'
import { book, payments } from './payment.ts'

/** Books the provider's answer, and tells the saga, which waits for it. */
export const handler = worker(
  import.meta,
  {
    id: 'payments.note-answer',
    on: NoteAnswer,
    stores: { payments },
    publishes: [PaymentTaken, PaymentDeclined],
    sagas: { answers: [TakePayment] },
  },
  async (answer, unit) => {
    const { reference: orderId } = answer
    const { state } = await unit.payments.load(orderId)
    unit.payments.append(orderId, book(state, answer))
    const callback = orderCallback(orderId, 'pay')
    if (answer.status === 'taken') await unit.answer(TakePayment, callback, { chargeId: answer.chargeId })
    else
      await unit.decline(TakePayment, callback, {
        code: 'PaymentDeclined',
        message: `payment declined: ${answer.reason}`,
      })
  },
)
