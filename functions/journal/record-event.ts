import { consumer, everyEvent, only } from '../../messaging/index.ts'
import { entries } from './entry.ts'

export const handler = consumer(
  import.meta,
  { id: 'journal.record-event', on: everyEvent, stores: { entries: only(entries, 'save') } },
  (data, unit, { envelope }) => {
    const { id: eventId, causationid: causationId, correlationid: correlationId } = envelope
    const { type, source, partitionkey: subject, time } = envelope
    unit.entries.save({ correlationId, eventId, causationId, type, source, subject, time, data })
  },
)
