import * as z from 'zod'
import { event } from '../messaging/index.ts'
import { CustomerId } from './lines.ts'
import { Pence } from './money.ts'
import { OrderId } from './orders.ts'
import { ReturnId } from './returns.ts'

export const PaymentTaken = event('payments.PaymentTaken', {
  schema: z.object({ orderId: OrderId, amount: Pence, chargeId: z.string() }),
  key: (payment) => payment.orderId,
})

export const PaymentDeclined = event('payments.PaymentDeclined', {
  schema: z.object({ orderId: OrderId, amount: Pence, reason: z.string() }),
  key: (payment) => payment.orderId,
})

export const PaymentRefunded = event('payments.PaymentRefunded', {
  schema: z.object({
    returnId: ReturnId,
    customerId: CustomerId.optional(),
    amount: Pence,
    refundId: z.string(),
  }),
  key: (refund) => refund.returnId,
})
