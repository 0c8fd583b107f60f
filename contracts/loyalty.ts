import * as z from 'zod/mini'
import { event } from '../messaging/index.ts'
import { Count } from './fields.ts'
import { CustomerId } from './lines.ts'
import { OrderId } from './orders.ts'
import { ReturnId } from './returns.ts'

export const PointsEarned = event('loyalty.PointsEarned', {
  schema: z.object({ customerId: CustomerId, orderId: OrderId, points: Count }),
  key: (earned) => earned.customerId,
})

export const PointsTakenBack = event('loyalty.PointsTakenBack', {
  schema: z.object({ customerId: CustomerId, returnId: ReturnId, points: Count }),
  key: (taken) => taken.customerId,
})
