import type { Envelope } from '../envelope.ts'
import { envelopeIn, type QueueRecord } from './received.ts'

/** A record with its envelope, or with the reason why there is none. */
export interface Opened {
  readonly record: QueueRecord
  readonly envelope: Envelope | undefined
  readonly malformed: unknown
}

export function open(record: QueueRecord): Opened {
  try {
    return { record, envelope: envelopeIn(record.body), malformed: undefined }
  } catch (malformed) {
    return { record, envelope: undefined, malformed }
  }
}

/** How often SQS has handed it over. It says nothing of attempts: a crash of a neighbour adds to it, too. */
export const receives = ({ record }: Opened): number => Number(record.attributes.ApproximateReceiveCount)

export const groupOf = ({ record }: Opened): string => record.attributes.MessageGroupId ?? record.messageId
