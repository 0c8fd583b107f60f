import * as z from 'zod/mini'
import { command, event, step } from '../messaging/index.ts'
import { CustomerId } from './lines.ts'
import { Pence } from './money.ts'
import { OrderId } from './orders.ts'
import { ReturnId } from './returns.ts'

/** Charges the customer once. It is undone by cancelling the charge under its key, whether it was taken or not. */
export const TakePayment = step('payments.TakePayment', {
  input: z.object({ orderId: OrderId, customerId: z.optional(CustomerId), total: Pence }),
  output: z.object({ chargeId: z.string() }),
  callback: true,
})

export const RefundReturn = step('payments.RefundReturn', {
  input: z.object({ returnId: ReturnId, customerId: z.optional(CustomerId), total: Pence }),
  output: z.object({ refundId: z.string() }),
  undo: 'impossible',
})

export const PaymentTaken = event('payments.PaymentTaken', {
  schema: z.object({ orderId: OrderId, amount: Pence, chargeId: z.string() }),
  key: (payment) => payment.orderId,
})

export const PaymentDeclined = event('payments.PaymentDeclined', {
  schema: z.object({ orderId: OrderId, amount: Pence, reason: z.string() }),
  key: (payment) => payment.orderId,
})

/** The payment's own bookkeeping: kept, not published. Without a refund there was nothing to pay back, and never will be. */
export const PaymentCancelled = event('payments.PaymentCancelled', {
  schema: z.object({ orderId: OrderId, refundId: z.optional(z.string()) }),
  key: (payment) => payment.orderId,
})

export const PaymentRefunded = event('payments.PaymentRefunded', {
  schema: z.object({
    returnId: ReturnId,
    customerId: z.optional(CustomerId),
    amount: Pence,
    refundId: z.string(),
  }),
  key: (refund) => refund.returnId,
})

const charged = { key: z.string(), reference: OrderId, amount: Pence }

/** What the payment provider tells POST /payments/answers when it answers a charge later. `reference` is the order's id. */
export const ProviderAnswer = z.discriminatedUnion('status', [
  z.object({ status: z.literal('taken'), chargeId: z.string(), ...charged }),
  z.object({ status: z.literal('declined'), reason: z.string(), ...charged }),
])

export type ProviderAnswer = z.infer<typeof ProviderAnswer>

/** Books what the provider told about a charge. */
export const NoteAnswer = command('payments.NoteAnswer', {
  schema: ProviderAnswer,
  key: (answer) => answer.reference,
})
