import type { Envelope } from '../envelope.ts'
import { OUT, PARTITION_KEY, PRODUCER } from '../table-layout.ts'
import { FREIGHT } from './freight.ts'
import type { Outgoing } from './outgoing.ts'
import { envelopeIn } from './received.ts'
import type { Item } from './table.ts'

/** A record of a DynamoDB stream with new images, as Lambda's poller hands it over. */
export interface StreamRecord {
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE'
  readonly dynamodb: {
    readonly SequenceNumber: string
    /** Epoch seconds. */
    readonly ApproximateCreationDateTime?: number
    readonly NewImage?: Item
  }
}

/** Epoch milliseconds, to the second. 0 where the record does not tell. */
export const instantOf = ({ dynamodb }: StreamRecord): number => (dynamodb.ApproximateCreationDateTime ?? 0) * 1000

/** One message that an item's new image carries. */
export interface Carried {
  readonly outgoing: Outgoing
  readonly envelope: Envelope
  /** Position in the image. */
  readonly index: number
}

export interface Unloaded {
  readonly sequenceNumber: string
  /** Id of the consumer that wrote it, as far as its row tells. */
  readonly producer: string
  readonly messages: readonly Carried[]
  /** Why the image's messages cannot be read, and the raw text. */
  readonly unreadable?: { readonly reason: string; readonly raw: string }
}

/** What a record has for the outside; `undefined` for the many that have nothing. */
export function unload({ dynamodb: { NewImage, SequenceNumber } }: StreamRecord): Unloaded | undefined {
  const raw = NewImage?.[OUT]?.S
  if (!NewImage || raw === undefined) return undefined
  const from = { sequenceNumber: SequenceNumber, producer: producerOf(NewImage) }
  try {
    const outgoing: readonly Outgoing[] = JSON.parse(raw)
    return { ...from, messages: outgoing.map(carried) }
  } catch (error) {
    return {
      ...from,
      messages: [],
      unreadable: { reason: error instanceof Error ? error.message : String(error), raw },
    }
  }
}

function carried(outgoing: Outgoing, index: number): Carried {
  if (!Object.hasOwn(FREIGHT, outgoing.kind)) throw new TypeError(`the relay ships no '${outgoing.kind}'`)
  return { outgoing, envelope: envelopeIn(outgoing.body), index }
}

/** IAM lets a consumer write marks, outbox rows and counts of attempts under its own id only; a head says who wrote it last. */
function producerOf(image: Item): string {
  const [kind, consumerId = ''] = (image[PARTITION_KEY]?.S ?? '').split('#')
  return kind === 'mark' || kind === 'out' || kind === 'tries' ? consumerId : (image[PRODUCER]?.S ?? '')
}
