import { PointsEarned } from '../../contracts/loyalty.ts'
import { OrderConfirmed } from '../../contracts/orders.ts'
import { consumer } from '../../messaging/index.ts'
import { accounts, earn } from './account.ts'

export const handler = consumer(
  import.meta,
  {
    id: 'loyalty.earn-points',
    on: OrderConfirmed,
    where: { customerId: [{ exists: true }] },
    stores: { accounts },
    publishes: [PointsEarned],
  },
  async (order, unit) => {
    if (order.customerId === undefined) return
    await unit.accounts.load(order.customerId)
    unit.accounts.append(order.customerId, earn(order))
  },
)
