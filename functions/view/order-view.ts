import * as z from 'zod/mini'
import { Positive } from '../../contracts/fields.ts'
import { CustomerId, Lines } from '../../contracts/lines.ts'
import { Pence } from '../../contracts/money.ts'
import { type OrderCancelled, type OrderConfirmed, OrderId, type OrderPlaced } from '../../contracts/orders.ts'
import { type MessageOf, Retry, store } from '../../messaging/index.ts'

/** An order as a customer sees it. */
export const OrderView = z.object({
  orderId: OrderId,
  reference: z.optional(z.string()),
  customerId: z.optional(CustomerId),
  country: z.string(),
  orderedAt: z.iso.datetime(),
  status: z.enum(['placed', 'confirmed', 'cancelled']),
  /** Why it was cancelled. */
  reason: z.optional(z.string()),
  total: Pence,
  units: Positive,
  lines: Lines,
  /** How many of the order's events it shows. */
  version: Positive,
})
export type OrderView = z.infer<typeof OrderView>

export const views = store('order', { schema: OrderView, key: (view) => view.orderId })

/** Which orders a customer has. Written once for an order, so that a change of status need not touch it. */
export const customerOrders = store('customer', {
  schema: z.object({ customerId: CustomerId, orderId: OrderId }),
  key: (entry) => [entry.customerId, entry.orderId] as const,
})

type OrderMessage = MessageOf<typeof OrderPlaced | typeof OrderConfirmed | typeof OrderCancelled>

/**
 * The view after an event, or undefined when it shows that event already.
 * @param seq the event's place among its order's events, from 1
 * @throws Retry when an event before it is still to come
 */
export function project(
  view: OrderView | undefined,
  message: OrderMessage,
  seq: number,
  time: string,
): OrderView | undefined {
  const shown = view?.version ?? 0
  if (seq <= shown) return undefined
  if (seq > shown + 1)
    throw new Retry(`event ${seq} of order ${message.data.orderId} came after event ${shown}`, { code: 'Gap' })
  if (message.type === 'orders.OrderPlaced')
    return { ...message.data, orderedAt: message.data.orderedAt ?? time, status: 'placed', version: seq }
  if (view === undefined) throw new Error(`order ${message.data.orderId} begins with ${message.type}`)
  return message.type === 'orders.OrderConfirmed'
    ? { ...view, status: 'confirmed', version: seq }
    : { ...view, status: 'cancelled', reason: message.data.reason, version: seq }
}

/** What a list of orders shows of each. */
export function summary({ lines, ...rest }: OrderView) {
  return { ...rest, lines: lines.length }
}
