import type { Message } from './message.ts'

/** A receipt handle's content: which receive of which message of which queue. */
export interface Receipt {
  /** 12 hexadecimal digits. */
  readonly queueId: string
  readonly place: number
  readonly receive: number
}

const PREFIX = 'AQEB'
const QUEUE_BYTES = 6
const PLACE_BYTES = 6
const BYTES = QUEUE_BYTES + PLACE_BYTES + 4

const scratch = Buffer.alloc(BYTES)

/** An opaque text, as AWS's handles are; a later receive of the same message has another. */
export function encodeReceipt(queueId: string, { place, receivesHere }: Message): string {
  scratch.write(queueId, 'hex')
  scratch.writeUIntBE(place, QUEUE_BYTES, PLACE_BYTES)
  scratch.writeUInt32BE(receivesHere, QUEUE_BYTES + PLACE_BYTES)
  return PREFIX + scratch.toString('base64')
}

/** `undefined` where the text was never a handle. */
export function decodeReceipt(handle: string): Receipt | undefined {
  if (!handle.startsWith(PREFIX)) return undefined
  const bytes = Buffer.from(handle.slice(PREFIX.length), 'base64')
  if (bytes.length !== BYTES) return undefined
  return {
    queueId: bytes.toString('hex', 0, QUEUE_BYTES),
    place: bytes.readUIntBE(QUEUE_BYTES, PLACE_BYTES),
    receive: bytes.readUInt32BE(QUEUE_BYTES + PLACE_BYTES),
  }
}
