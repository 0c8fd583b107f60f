import { consumer, everyEvent } from '../../../messaging/index.ts'

export const handler = consumer(import.meta, { id: 'journal.record-event', on: everyEvent }, () => {})
