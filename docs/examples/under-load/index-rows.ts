import { consumer } from '../../../messaging/index.ts'
import { done, entryOf, RowsImported, work } from './contracts.ts'

/** Slow: what it has not done yet is nobody else's to wait for. */
export const handler = consumer(
  import.meta,
  { id: 'work.index-rows', on: RowsImported, stores: { done }, delivery: { concurrency: 2, batchSize: 1 } },
  async ({ id }, unit, { envelope }) => {
    await work()
    unit.done.save(entryOf('indexed', id, envelope))
  },
)
