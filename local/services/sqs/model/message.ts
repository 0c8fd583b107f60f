import { hash } from 'node:crypto'
import type { MessageAttributeValue } from '@aws-sdk/client-sqs'
import type { BodyText } from '../shared-text.ts'

/** Where a message stands: AWS counts the first three apart; a `gone` message only waits to be dropped from heaps. */
export type Standing = 'delayed' | 'visible' | 'in-flight' | 'gone'

/** What a sender gave, checked and measured. */
export interface NewMessage {
  readonly body: BodyText
  /** Made when it is first asked for: of what a topic fans out nobody may ever ask. Read it by `md5OfBody`. */
  md5: string | undefined
  /** Bytes, attributes included. */
  readonly size: number
  readonly attributes: Readonly<Record<string, MessageAttributeValue>> | undefined
  readonly senderId: string
  readonly traceHeader: string | undefined
  readonly groupId: string | undefined
  /** Of FIFO queues only: given, or the SHA-256 of the body. */
  readonly deduplicationId: string | undefined
  /** Delay of this message alone, milliseconds; without it the queue's. */
  readonly delay: number | undefined
  /** Journal entry of the call that sent it. */
  readonly cause: number
}

/** MD5 of the body, hexadecimal. */
export function md5OfBody(content: NewMessage): string {
  content.md5 ??= hash('md5', `${content.body}`, 'hex')
  return content.md5
}

/** A message in a queue. */
export interface Message {
  /** Place among the messages that the queue ever held; receipt handles name it. */
  readonly place: number
  readonly messageId: string
  readonly content: NewMessage
  /** Digits of FIFO queues' sequence number. */
  readonly sequenceNumber: string | undefined
  /** Instant from which retention counts. */
  readonly sentAt: number
  /** Instant at which this queue took it in. */
  readonly arrivedAt: number
  readonly deadLetterSource: string | undefined
  /** Receives in this queue and those it was dead-lettered from. */
  receiveCount: number
  /** Receives in this queue alone, which its redrive policy counts. */
  receivesHere: number
  firstReceivedAt: number | undefined
  lastReceivedAt: number
  standing: Standing
  /** Of a delayed or in-flight message: the instant at which it becomes visible. */
  visibleAt: number
  /** Order of service in a standard queue. */
  rank: number
  /** Journal entry of its latest step. */
  entry: number
}
