import { PaymentRefunded } from '../../contracts/payments.ts'
import { ReturnRequested } from '../../contracts/returns.ts'
import { consumer } from '../../messaging/index.ts'
import { askProvider, PATIENTLY, PROVIDER } from './provider.ts'
import { decide, refunds } from './refund.ts'

export const handler = consumer(
  import.meta,
  {
    id: 'payments.refund-return',
    on: ReturnRequested,
    stores: { refunds },
    publishes: [PaymentRefunded],
    uses: [PROVIDER],
    delivery: PATIENTLY,
  },
  async (request, unit, { signal }) => {
    const { returnId, customerId, total: amount } = request
    const { state } = await unit.refunds.load(returnId)
    if (state.status !== 'none') return
    const asked = { key: `return-${returnId}`, reference: returnId, amount, customerId }
    const { refundId } = await askProvider((provider) => provider.refund(asked), signal)
    unit.refunds.append(returnId, decide(state, request, refundId))
  },
)
