import { handler as acceptGoods } from '../../functions/inventory/accept-goods.ts'
import { handler as beginReservation } from '../../functions/inventory/begin-reservation.ts'
import { handler as receiveGoods } from '../../functions/inventory/receive-goods.ts'
import { handler as releaseReservation } from '../../functions/inventory/release-reservation.ts'
import { handler as releaseStock } from '../../functions/inventory/release-stock.ts'
import { handler as reserveStock } from '../../functions/inventory/reserve-stock.ts'
import { handler as restockReturn } from '../../functions/inventory/restock-return.ts'
import { handler as recordEvent } from '../../functions/journal/record-event.ts'
import { handler as earnPoints } from '../../functions/loyalty/earn-points.ts'
import { handler as takePointsBack } from '../../functions/loyalty/take-points-back.ts'
import { handler as acceptOrder } from '../../functions/orders/accept-order.ts'
import { handler as placeOrder } from '../../functions/orders/place-order.ts'
import { handler as settleOrder } from '../../functions/orders/settle-order.ts'
import { handler as hearProvider } from '../../functions/payments/hear-provider.ts'
import { handler as noteAnswer } from '../../functions/payments/note-answer.ts'
import { handler as refundReturn } from '../../functions/payments/refund-return.ts'
import { handler as takePayment } from '../../functions/payments/take-payment.ts'
import { handler as acceptReturn } from '../../functions/returns/accept-return.ts'
import { handler as noteRefund } from '../../functions/returns/note-refund.ts'
import { handler as noteRestock } from '../../functions/returns/note-restock.ts'
import { handler as requestReturn } from '../../functions/returns/request-return.ts'
import { handler as sendNotice } from '../../functions/shipping/send-notice.ts'
import { handler as getOrder } from '../../functions/view/get-order.ts'
import { handler as listOrders } from '../../functions/view/list-orders.ts'
import { handler as projectOrder } from '../../functions/view/project-order.ts'
import type { ServiceProps } from '../constructs/index.ts'

/** The shop's services: which handlers each is made of. What they need around them, their declarations say. */
export const SERVICES = {
  orders: { consumers: [placeOrder, settleOrder], endpoints: [acceptOrder] },
  inventory: {
    consumers: [beginReservation, reserveStock, releaseReservation, releaseStock, receiveGoods, restockReturn],
    endpoints: [acceptGoods],
  },
  payments: { consumers: [takePayment, noteAnswer, refundReturn], endpoints: [hearProvider] },
  shipping: { consumers: [sendNotice] },
  loyalty: { consumers: [earnPoints, takePointsBack] },
  returns: { consumers: [requestReturn, noteRefund, noteRestock], endpoints: [acceptReturn] },
  view: { consumers: [projectOrder], endpoints: [getOrder, listOrders] },
  journal: { consumers: [recordEvent] },
} satisfies Record<string, Pick<ServiceProps, 'consumers' | 'endpoints'>>

export type ServiceName = keyof typeof SERVICES
