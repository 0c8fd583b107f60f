import * as z from 'zod/mini'
import { command, event, step } from '../messaging/index.ts'
import { Positive, text } from './fields.ts'
import { CustomerId, Lines } from './lines.ts'
import { Pence } from './money.ts'

export const OrderId = text(80)

/** What a client sends to POST /orders. */
export const OrderRequest = z.strictObject({
  /** The client's own number for the order, such as an invoice number. */
  reference: z.optional(text(80)),
  /** Without it, a guest's order. */
  customerId: z.optional(CustomerId),
  country: text(60),
  /** When the customer ordered, where that is not now. */
  orderedAt: z.optional(z.iso.datetime()),
  lines: Lines,
})

export const PlaceOrder = command('orders.PlaceOrder', {
  schema: z.extend(OrderRequest, { orderId: OrderId }),
  key: (order) => order.orderId,
})

/** The events of an order come in its order: the read model folds them as they arrive. */
export const OrderPlaced = event('orders.OrderPlaced', {
  ordered: true,
  schema: z.extend(OrderRequest, { orderId: OrderId, total: Pence, units: Positive }),
  key: (order) => order.orderId,
})

/** What a saga knows of an order: enough for every step, and small. The lines stay with orders. */
export const OrderInBrief = z.object({
  orderId: OrderId,
  customerId: z.optional(CustomerId),
  country: z.string(),
  total: Pence,
  units: Positive,
})

/**
 * Has inventory set aside all of an order's goods, or none. It is undone by cancelling the order, on which inventory gives the goods
 * back; and always, for the order was placed before its saga began.
 */
export const ReserveGoods = step('orders.ReserveGoods', {
  input: z.object({ orderId: OrderId }),
  undo: 'always',
  callback: true,
})

export const ConfirmOrder = step('orders.ConfirmOrder', { input: z.object({ orderId: OrderId }), undo: 'impossible' })

export const OrderConfirmed = event('orders.OrderConfirmed', {
  ordered: true,
  schema: OrderInBrief,
  key: (order) => order.orderId,
})

export const OrderCancelled = event('orders.OrderCancelled', {
  ordered: true,
  schema: z.object({ orderId: OrderId, reason: z.string() }),
  key: (order) => order.orderId,
})
