import type { MessageAttribute } from './topic.ts'

/** A message that a topic has accepted. */
export interface TopicMessage {
  readonly id: string
  readonly published: number
  /** Size of its text and attributes. */
  readonly bytes: number
  readonly subject: string | undefined
  readonly attributes: ReadonlyMap<string, MessageAttribute>
  /** The body for a protocol: they differ only with MessageStructure `json`. */
  bodyFor(protocol: string): string
  readonly groupId: string | undefined
  readonly deduplicationId: string | undefined
  /** Of a FIFO topic. */
  readonly sequenceNumber: string | undefined
  /** Whether it comes from the topic's archive. */
  readonly replayed?: boolean
  readonly traceHeader: string | undefined
  /** Journal entry of the call that published it. */
  readonly cause: number | undefined
}
