import { RequestReturn, ReturnRequested } from '../../contracts/returns.ts'
import { returnSaga } from '../../contracts/sagas.ts'
import { worker } from '../../messaging/index.ts'
import { request, returns } from './return.ts'

export const handler = worker(
  import.meta,
  {
    id: 'returns.request-return',
    on: RequestReturn,
    stores: { returns },
    publishes: [ReturnRequested],
    sagas: { starts: [returnSaga] },
  },
  async (wanted, unit) => {
    const { returnId, customerId } = wanted
    const { state } = await unit.returns.load(returnId)
    const requested = request(state, wanted)
    unit.returns.append(returnId, requested)
    for (const { data } of requested) unit.startSaga(returnSaga, { returnId, customerId, total: data.total })
  },
)
