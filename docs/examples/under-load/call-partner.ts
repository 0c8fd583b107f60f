import { rate, worker } from '../../../messaging/index.ts'
import { CallPartner, done, entryOf } from './contracts.ts'

export const handler = worker(
  import.meta,
  {
    id: 'work.call-partner',
    on: CallPartner,
    stores: { done },
    delivery: { concurrency: 5, rate: rate(20, '1s', { burst: 5 }) },
  },
  ({ id }, unit, { envelope }) => unit.done.save(entryOf('called', id, envelope)),
)
