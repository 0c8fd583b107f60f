import { saga } from '../messaging/index.ts'
import { ConfirmOrder, OrderInBrief, ReserveGoods } from './orders.ts'
import { RefundReturn, TakePayment } from './payments.ts'
import { RestockReturn, ReturnInBrief } from './returns.ts'
import { ArrangeShipping } from './shipping.ts'

/** An order that is not paid by then is cancelled. */
export const PAY_WITHIN = '30m'

/** From a placed order to a confirmed or a cancelled one. Once the goods are with the carrier there is no way back. */
export const orderSaga = saga(
  'orders.OrderSaga',
  { input: OrderInBrief, key: (order) => order.orderId, maxInput: 1024 },
  (flow) =>
    flow
      .step('reserve', ReserveGoods, { input: ({ input }) => input, answerWithin: '1h' })
      .step('pay', TakePayment, { input: ({ input }) => input, answerWithin: PAY_WITHIN })
      .pivot('ship', ArrangeShipping, { input: ({ input }) => input })
      .step('confirm', ConfirmOrder, { input: ({ input }) => input }),
)

/** Under which an order's saga waits for the answer to a step. */
export const orderCallback = (orderId: string, step: 'reserve' | 'pay'): string =>
  `${orderSaga.name}/${orderId}/${step}`

/** The customer has sent the goods back: the money goes back, and the goods on the shelf. There is nothing to undo. */
export const returnSaga = saga(
  'returns.ReturnSaga',
  { input: ReturnInBrief, key: (back) => back.returnId, maxInput: 1024 },
  (flow) =>
    flow.pivot('refund', RefundReturn, { input: ({ input }) => input }).step('restock', RestockReturn, {
      input: ({ input, refund }) => ({ returnId: input.returnId, refundId: refund.refundId }),
    }),
)
