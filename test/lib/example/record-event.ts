import { consumer, everyEvent } from '../../../messaging/index.ts'
import { seen } from './seen.ts'

export const handler = consumer(
  import.meta,
  { id: 'journal.record-event', on: everyEvent, stores: { seen } },
  (_, unit, { envelope }) => unit.seen.save({ by: envelope.type, orderId: envelope.partitionkey }),
)
