import { worker } from '../../../messaging/index.ts'
import { done, entryOf, ImportRows, RowsImported, work } from './contracts.ts'

export const handler = worker(
  import.meta,
  {
    id: 'work.import-rows',
    on: ImportRows,
    stores: { done },
    publishes: [RowsImported],
    delivery: { concurrency: 4, batchSize: 1 },
  },
  async (rows, unit, { envelope }) => {
    await work()
    unit.done.save(entryOf('import', rows.id, envelope))
    unit.publish(RowsImported, rows)
  },
)
