import * as z from 'zod'
import { event } from '../messaging/index.ts'
import { CustomerId } from './lines.ts'
import { OrderId } from './orders.ts'
import { ReturnId } from './returns.ts'

const points = z.int().nonnegative()

export const PointsEarned = event('loyalty.PointsEarned', {
  schema: z.object({ customerId: CustomerId, orderId: OrderId, points }),
  key: (earned) => earned.customerId,
})

export const PointsTakenBack = event('loyalty.PointsTakenBack', {
  schema: z.object({ customerId: CustomerId, returnId: ReturnId, points }),
  key: (taken) => taken.customerId,
})
