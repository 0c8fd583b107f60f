import { bestEffort, consumer } from '../../../messaging/index.ts'
import { RowsImported } from './contracts.ts'

/** A line in the log for each import. One that is missing is no harm; one that is there twice would make a customer pay twice. */
export const handler = consumer(
  import.meta,
  { id: 'work.meter-rows', on: RowsImported, delivery: bestEffort({ concurrency: 2 }) },
  ({ id, customer }, _unit, { logger }) => logger.info('metered', { import: id, customer }),
)
