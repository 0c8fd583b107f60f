import * as z from 'zod'
import { command, event, step } from '../messaging/index.ts'
import { CustomerId, Lines } from './lines.ts'
import { Pence } from './money.ts'

export const OrderId = z.string().min(1).max(80)

/** What a client sends to POST /orders. */
export const OrderRequest = z.strictObject({
  /** The client's own number for the order, such as an invoice number. */
  reference: z.string().min(1).max(80).optional(),
  /** Without it, a guest's order. */
  customerId: CustomerId.optional(),
  country: z.string().min(1).max(60),
  /** When the customer ordered, where that is not now. */
  orderedAt: z.iso.datetime().optional(),
  lines: Lines,
})

export const PlaceOrder = command('orders.PlaceOrder', {
  schema: OrderRequest.extend({ orderId: OrderId }),
  key: (order) => order.orderId,
})

/** The events of an order come in its order: the read model folds them as they arrive. */
export const OrderPlaced = event('orders.OrderPlaced', {
  ordered: true,
  schema: OrderRequest.extend({ orderId: OrderId, total: Pence, units: z.int().positive() }),
  key: (order) => order.orderId,
})

/** What a saga knows of an order: enough for every step, and small. The lines stay with orders. */
export const OrderInBrief = z.object({
  orderId: OrderId,
  customerId: CustomerId.optional(),
  country: z.string(),
  total: Pence,
  units: z.int().positive(),
})

/**
 * Has inventory set aside all of an order's goods, or none. It is undone by cancelling the order, on which inventory gives the goods
 * back.
 */
export const ReserveGoods = step('orders.ReserveGoods', { input: z.object({ orderId: OrderId }), callback: true })

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
