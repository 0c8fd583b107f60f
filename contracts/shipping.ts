import * as z from 'zod/mini'
import { event, step } from '../messaging/index.ts'
import { Positive } from './fields.ts'
import { CustomerId } from './lines.ts'
import { OrderId } from './orders.ts'

/** Hands the goods to the carrier and tells the customer. From then on nobody calls them back. */
export const ArrangeShipping = step('shipping.ArrangeShipping', {
  input: z.object({
    orderId: OrderId,
    customerId: z.optional(CustomerId),
    country: z.string(),
    units: Positive,
  }),
  undo: 'impossible',
})

/** The customer has been told that the goods are on their way. */
export const ShippingNoticeSent = event('shipping.ShippingNoticeSent', {
  schema: z.object({ orderId: OrderId, country: z.string(), units: Positive }),
  key: (notice) => notice.orderId,
})
