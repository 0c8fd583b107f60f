import { consumer } from '../../../messaging/index.ts'
import { OrderChanged } from './contracts.ts'

export const handler = consumer(
  import.meta,
  { id: 'shipping.follow-order', on: OrderChanged, where: { country: ['EIRE'] }, delivery: { ordered: true } },
  () => {},
)
