import { PointsTakenBack } from '../../contracts/loyalty.ts'
import { PaymentRefunded } from '../../contracts/payments.ts'
import { consumer } from '../../messaging/index.ts'
import { accounts, takeBack } from './account.ts'

export const handler = consumer(
  import.meta,
  {
    id: 'loyalty.take-points-back',
    on: PaymentRefunded,
    where: { customerId: [{ exists: true }] },
    stores: { accounts },
    publishes: [PointsTakenBack],
  },
  async (refund, unit) => {
    if (refund.customerId === undefined) return
    await unit.accounts.load(refund.customerId)
    unit.accounts.append(refund.customerId, takeBack(refund))
  },
)
