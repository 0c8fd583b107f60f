import * as z from 'zod'
import { CustomerId } from '../../contracts/lines.ts'
import { OrderId } from '../../contracts/orders.ts'
import { store } from '../../messaging/index.ts'

/** What a customer was told: one notice for an order. */
export const Notice = z.object({
  orderId: OrderId,
  customerId: CustomerId.optional(),
  country: z.string(),
  units: z.int().positive(),
  sentAt: z.iso.datetime(),
})

export const notices = store('notice', { schema: Notice, key: (notice) => notice.orderId })
