import { RequestReturn, ReturnRequested } from '../../contracts/returns.ts'
import { worker } from '../../messaging/index.ts'
import { request, returns } from './return.ts'

export const handler = worker(
  import.meta,
  { id: 'returns.request-return', on: RequestReturn, stores: { returns }, publishes: [ReturnRequested] },
  async (wanted, unit) => {
    const { state } = await unit.returns.load(wanted.returnId)
    unit.returns.append(wanted.returnId, request(state, wanted))
  },
)
