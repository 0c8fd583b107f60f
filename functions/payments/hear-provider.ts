import { NoteAnswer, ProviderAnswer } from '../../contracts/payments.ts'
import { endpoint } from '../../messaging/index.ts'

/** The webhook: the payment provider tells what became of a charge that it did not answer at once. */
export const handler = endpoint(
  import.meta,
  {
    id: 'payments.hear-provider',
    route: 'POST /payments/answers',
    body: ProviderAnswer,
    idempotent: true,
    sends: [NoteAnswer],
  },
  async (request, unit) => {
    await unit.send(NoteAnswer, request.body)
    return { status: 202, body: {} }
  },
)
