import { consumer } from '../../../messaging/index.ts'
import { OrderSeen } from './contracts.ts'
import { seen } from './seen.ts'

export const handler = consumer(
  import.meta,
  { id: 'shipping.watch-order', on: OrderSeen, where: { country: ['EIRE'] }, stores: { seen } },
  ({ orderId }, unit) => unit.seen.save({ by: 'watch-order', orderId }),
)
