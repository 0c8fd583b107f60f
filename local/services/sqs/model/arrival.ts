import type { Message, NewMessage } from './message.ts'

/** A message on its way into a queue: from a sender, from a queue that gave it up, or back from a dead-letter queue. */
export interface Arrival {
  readonly messageId: string
  readonly content: NewMessage
  readonly sentAt: number
  /** Milliseconds until it shows. */
  readonly delay: number
  readonly receiveCount?: number
  readonly firstReceivedAt?: number | undefined
  /** ARN of the queue that gave it up. */
  readonly source?: string
  /** Journal entry of its latest step elsewhere. */
  readonly entry?: number
}

interface Place {
  readonly place: number
  readonly rank: number
  readonly fifo: boolean
  readonly now: number
}

/** AWS's sequence numbers have 20 digits and grow in steps. */
const sequenceNumberOf = (place: number): string => `188${String(place * 256).padStart(17, '0')}`

/** The message that an arrival becomes in its queue; it stands nowhere yet. */
export const arrivedMessage = (arrival: Arrival, { place, rank, fifo, now }: Place): Message => ({
  place,
  rank,
  messageId: arrival.messageId,
  content: arrival.content,
  sequenceNumber: fifo ? sequenceNumberOf(place) : undefined,
  sentAt: arrival.sentAt,
  arrivedAt: now,
  deadLetterSource: arrival.source,
  receiveCount: arrival.receiveCount ?? 0,
  receivesHere: 0,
  firstReceivedAt: arrival.firstReceivedAt,
  lastReceivedAt: 0,
  standing: 'gone',
  visibleAt: now + arrival.delay,
  entry: arrival.entry ?? arrival.content.cause,
})
