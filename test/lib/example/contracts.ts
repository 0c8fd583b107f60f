import * as z from 'zod'
import { command, event } from '../../../messaging/index.ts'

const schema = z.object({ orderId: z.string(), country: z.string() })
const key = ({ orderId }: { orderId: string }): string => orderId

export const PlaceOrder = command('orders.PlaceOrder', { schema, key })
export const OrderPlaced = event('orders.OrderPlaced', { schema, key })
export const OrderChanged = event('orders.OrderChanged', { schema, key, ordered: true })
export const OrderSeen = event('orders.OrderSeen', { schema, key, route: 'direct' })
export const NotifyCustomer = command('shipping.NotifyCustomer', { schema, key })
