import * as z from 'zod/mini'
import { Positive } from '../../contracts/fields.ts'
import { CustomerId } from '../../contracts/lines.ts'
import { OrderId } from '../../contracts/orders.ts'
import { store } from '../../messaging/index.ts'

/** What a customer was told: one notice for an order. */
export const Notice = z.object({
  orderId: OrderId,
  customerId: z.optional(CustomerId),
  country: z.string(),
  units: Positive,
  sentAt: z.iso.datetime(),
})

export const notices = store('notice', { schema: Notice, key: (notice) => notice.orderId })
