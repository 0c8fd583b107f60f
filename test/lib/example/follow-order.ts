import { consumer } from '../../../messaging/index.ts'
import { OrderChanged } from './contracts.ts'
import { seen } from './seen.ts'

export const handler = consumer(
  import.meta,
  {
    id: 'shipping.follow-order',
    on: OrderChanged,
    where: { country: ['EIRE'] },
    stores: { seen },
    delivery: { ordered: true },
  },
  ({ orderId }, unit) => unit.seen.save({ by: 'follow-order', orderId }),
)
