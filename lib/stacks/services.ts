import { orderSaga, returnSaga } from '../../contracts/sagas.ts'
import { handler as acceptGoods } from '../../functions/inventory/accept-goods.ts'
import { handler as receiveGoods } from '../../functions/inventory/receive-goods.ts'
import { handler as releaseReservation } from '../../functions/inventory/release-reservation.ts'
import { handler as releaseStock } from '../../functions/inventory/release-stock.ts'
import { handler as reserveStock } from '../../functions/inventory/reserve-stock.ts'
import { handler as recordEvent } from '../../functions/journal/record-event.ts'
import { handler as earnPoints } from '../../functions/loyalty/earn-points.ts'
import { handler as takePointsBack } from '../../functions/loyalty/take-points-back.ts'
import { handler as acceptOrder } from '../../functions/orders/accept-order.ts'
import { handler as confirmOrder } from '../../functions/orders/confirm-order.ts'
import { handler as noteReservation } from '../../functions/orders/note-reservation.ts'
import { handler as placeOrder } from '../../functions/orders/place-order.ts'
import { handler as reserveGoods } from '../../functions/orders/reserve-goods.ts'
import { handler as hearProvider } from '../../functions/payments/hear-provider.ts'
import { handler as noteAnswer } from '../../functions/payments/note-answer.ts'
import { handler as refundReturn } from '../../functions/payments/refund-return.ts'
import { handler as takePayment } from '../../functions/payments/take-payment.ts'
import { handler as acceptReturn } from '../../functions/returns/accept-return.ts'
import { handler as noteRestock } from '../../functions/returns/note-restock.ts'
import { handler as requestReturn } from '../../functions/returns/request-return.ts'
import { handler as restockReturn } from '../../functions/returns/restock-return.ts'
import { handler as arrangeShipping } from '../../functions/shipping/arrange-shipping.ts'
import { handler as getOrder } from '../../functions/view/get-order.ts'
import { handler as listOrders } from '../../functions/view/list-orders.ts'
import { handler as projectOrder } from '../../functions/view/project-order.ts'
import type { Handler, ServiceProps } from '../constructs/index.ts'

/** The shop's services: which handlers each is made of. What they need around them, their declarations say. */
export const SERVICES = {
  orders: {
    consumers: [placeOrder, noteReservation],
    endpoints: [acceptOrder],
    steps: [reserveGoods, confirmOrder],
    sagas: [orderSaga],
  },
  inventory: {
    consumers: [reserveStock, releaseReservation, releaseStock, receiveGoods],
    endpoints: [acceptGoods],
  },
  payments: { consumers: [noteAnswer], endpoints: [hearProvider], steps: [takePayment, refundReturn] },
  shipping: { steps: [arrangeShipping] },
  loyalty: { consumers: [earnPoints, takePointsBack] },
  returns: {
    consumers: [requestReturn, noteRestock],
    endpoints: [acceptReturn],
    steps: [restockReturn],
    sagas: [returnSaga],
  },
  view: { consumers: [projectOrder], endpoints: [getOrder, listOrders] },
  journal: { consumers: [recordEvent] },
} satisfies Record<string, Pick<ServiceProps, 'consumers' | 'endpoints' | 'steps' | 'sagas'>>

/** All handlers of the shop. */
export const HANDLERS: readonly Handler[] = Object.values<
  Partial<Record<'consumers' | 'endpoints' | 'steps', readonly Handler[]>>
>(SERVICES).flatMap(({ consumers = [], endpoints = [], steps = [] }) => [...consumers, ...endpoints, ...steps])

export type ServiceName = keyof typeof SERVICES
