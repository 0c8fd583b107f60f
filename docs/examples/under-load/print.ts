import { worker } from '../../../messaging/index.ts'
import { done, entryOf, Print, work } from './contracts.ts'

export const handler = worker(
  import.meta,
  {
    id: 'work.print',
    on: Print,
    stores: { done },
    delivery: { concurrency: 4, lowConcurrency: 2, batchSize: 1 },
  },
  async ({ id }, unit, { envelope }) => {
    await work()
    unit.done.save(entryOf('print', id, envelope))
  },
)
