import * as z from 'zod'
import { event } from '../messaging/index.ts'
import { OrderId } from './orders.ts'

/** The customer has been told that the goods are on their way. */
export const ShippingNoticeSent = event('shipping.ShippingNoticeSent', {
  schema: z.object({ orderId: OrderId, country: z.string(), units: z.int().positive() }),
  key: (notice) => notice.orderId,
})
