import type { Message } from './message.ts'

/** A receipt handle's content: which receive of which message of which queue. */
export interface Receipt {
  readonly queueId: string
  readonly place: number
  readonly receive: number
}

const PREFIX = 'AQEB'

/** An opaque text, as AWS's handles are; a later receive of the same message has another. */
export const encodeReceipt = (queueId: string, message: Message): string =>
  PREFIX + Buffer.from(`${queueId}:${message.place}:${message.receivesHere}:${message.messageId}`).toString('base64')

/** `undefined` where the text was never a handle. */
export function decodeReceipt(handle: string): Receipt | undefined {
  if (!handle.startsWith(PREFIX)) return undefined
  const [queueId, place, receive, messageId] = Buffer.from(handle.slice(PREFIX.length), 'base64')
    .toString('latin1')
    .split(':')
  if (!queueId || !place || !receive || !messageId) return undefined
  return { queueId, place: Number(place), receive: Number(receive) }
}
