import { PaymentRefunded, RefundReturn } from '../../contracts/payments.ts'
import { sagaStep } from '../../messaging/index.ts'
import { askProvider, PROVIDER } from './provider.ts'
import { decide, refunds } from './refund.ts'

export const handler = sagaStep(
  import.meta,
  {
    id: 'payments.refund-return',
    step: RefundReturn,
    stores: { refunds },
    publishes: [PaymentRefunded],
    uses: [PROVIDER],
  },
  {
    async act(back, unit, { signal }) {
      const { returnId, customerId, total: amount } = back
      const { state } = await unit.refunds.load(returnId)
      const asked = { key: `return-${returnId}`, reference: returnId, amount, customerId }
      const { refundId } = await askProvider((provider) => provider.refund(asked), signal)
      unit.refunds.append(returnId, decide(state, back, refundId))
      return { refundId }
    },
  },
)
