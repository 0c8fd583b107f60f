import * as z from 'zod/mini'
import { store } from '../../messaging/index.ts'

/** One event as it passed the bus: what, about whom, when, and because of which message. */
export const Entry = z.object({
  correlationId: z.string(),
  eventId: z.string(),
  causationId: z.optional(z.string()),
  type: z.string(),
  source: z.string(),
  /** The contract's key: an order's, a return's or a customer's id. */
  subject: z.string(),
  time: z.iso.datetime(),
  data: z.unknown(),
})

/** By correlation id, in the order of time. */
export const entries = store('entry', {
  schema: Entry,
  key: (entry) => [entry.correlationId, `${entry.time}#${entry.eventId}`] as const,
})
