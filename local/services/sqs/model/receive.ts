import type { Message } from './message.ts'

/** A message as one receive handed it out. */
export interface Delivery {
  readonly message: Message
  readonly receiptHandle: string
  readonly receiveCount: number
}

export interface ReceiveRequest {
  readonly max: number
  /** Milliseconds. */
  readonly visibilityTimeout: number
  /** Of FIFO queues: a repetition within five minutes gives the same messages. */
  readonly attemptId?: string | undefined
  /** Journal entry of the call. */
  readonly cause: number
}
