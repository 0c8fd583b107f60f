import { NoteAnswer, TakePayment } from '../../contracts/payments.ts'
import { sagaStep } from '../../messaging/index.ts'
import { cancel, payments } from './payment.ts'
import { askProvider, PROVIDER } from './provider.ts'

/** Made of the order's id: whatever is asked again asks for the same charge, and the provider gives its first answer. */
const chargeKey = (orderId: string): string => `order-${orderId}`

/**
 * Asks the provider, who answers in the call or later through the webhook: either way `note-answer` books it. Nobody knows whether a
 * charge that was asked for was taken, so undoing asks the provider, who does.
 */
export const handler = sagaStep(
  import.meta,
  { id: 'payments.take-payment', step: TakePayment, stores: { payments }, sends: [NoteAnswer], uses: [PROVIDER] },
  {
    async act({ orderId, customerId, total: amount }, unit, { signal }) {
      const charge = { key: chargeKey(orderId), reference: orderId, amount }
      const answer = await askProvider((provider) => provider.charge({ ...charge, customerId }), signal)
      if (answer.status !== 'pending') unit.send(NoteAnswer, { ...answer, ...charge })
    },
    async compensate({ input: { orderId } }, unit, { signal }) {
      const { state } = await unit.payments.load(orderId)
      const answer = await askProvider((provider) => provider.cancel(chargeKey(orderId)), signal)
      unit.payments.append(orderId, cancel(state, orderId, answer))
    },
  },
)
