import { consumer } from '../../../messaging/index.ts'
import { OrderPlaced } from './contracts.ts'

export const handler = consumer(
  import.meta,
  { id: 'shipping.ship-order', on: OrderPlaced, where: { country: ['EIRE'] }, delivery: { concurrency: 3 } },
  () => {},
)
