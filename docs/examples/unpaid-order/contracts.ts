import * as z from 'zod'
import { command, store, timer } from '../../../messaging/index.ts'

const schema = z.object({ orderId: z.string() })
const key = ({ orderId }: { orderId: string }): string => orderId

export const PlaceOrder = command('orders.PlaceOrder', { schema, key })
export const PayOrder = command('orders.PayOrder', { schema, key })
/** Goes off half an hour after the order, unless it was paid. */
export const PaymentDue = timer('orders.PaymentDue', { schema, key })
/** Held for a day and more: no queue can do that. */
export const AskForReview = command('orders.AskForReview', { schema, key, maxDelay: '366d' })

export const orders = store('order', {
  schema: z.object({ orderId: z.string(), status: z.enum(['open', 'paid', 'cancelled']), log: z.array(z.string()) }),
  key: ({ orderId }) => orderId,
})
