import { consumer } from '../../../messaging/index.ts'
import { OrderSeen } from './contracts.ts'

export const handler = consumer(
  import.meta,
  { id: 'shipping.watch-order', on: OrderSeen, where: { country: ['EIRE'] } },
  () => {},
)
