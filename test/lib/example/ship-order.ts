import { consumer } from '../../../messaging/index.ts'
import { OrderPlaced } from './contracts.ts'
import { seen } from './seen.ts'

export const handler = consumer(
  import.meta,
  {
    id: 'shipping.ship-order',
    on: OrderPlaced,
    where: { country: ['EIRE'] },
    stores: { seen },
    delivery: { concurrency: 3 },
  },
  ({ orderId }, unit) => unit.seen.save({ by: 'ship-order', orderId }),
)
