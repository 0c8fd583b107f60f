import { isFifo } from '../names.ts'
import type { Letter } from './carriers/letter.ts'
import { type Destination, type Dispatch, FREIGHT } from './freight.ts'
import { groupIdOf } from './ids.ts'
import type { Outgoing } from './outgoing.ts'
import type { Carried, Unloaded } from './stream-record.ts'

/** A letter with its destination. */
export interface Addressed extends Letter {
  readonly destination: Destination
  readonly sequenceNumber: string
  readonly producer: string
  /** Where it is parked if it can never be delivered, and its place there. */
  readonly parkGroup: string
  readonly place: string
}

export interface Unpublishable {
  /** Absent where it has none. */
  readonly destination?: Destination
  /** Absent where it cannot be read. */
  readonly outgoing?: Outgoing
  readonly sequenceNumber: string
  readonly producer: string
  readonly parkGroup: string
  readonly place: string
  readonly body: string
  readonly code: string
  readonly reason: string
}

/** Gives each message its destinations; what does not belong to its producer, or has no destination, is sorted out. */
export function address(
  dispatch: Dispatch,
  unloaded: readonly Unloaded[],
  now: number,
): { letters: readonly Addressed[]; unpublishable: readonly Unpublishable[] } {
  const letters: Addressed[] = []
  const unpublishable: Unpublishable[] = []
  for (const record of unloaded) {
    if (record.unreadable) {
      const { raw, reason } = record.unreadable
      unpublishable.push({ ...without(record), body: raw, code: 'Malformed', reason })
    }
    for (const carried of record.messages) {
      const reason = strangeness(dispatch, record.producer, carried)
      const destinations = reason
        ? []
        : FREIGHT[carried.outgoing.kind](dispatch, { ...carried, producer: record.producer }, now)
      letters.push(...destinations.map((destination) => letterTo(destination, record, carried)))
      if (destinations.length > 0) continue
      const code = reason ? 'Quarantined' : 'NoDestination'
      const told = reason ?? `the relay knows no destination for '${carried.envelope.type}'`
      const { outgoing } = carried
      unpublishable.push({ ...without(record, carried.index), outgoing, body: outgoing.body, code, reason: told })
    }
  }
  return { letters, unpublishable }
}

/** Why a message does not belong to its producer. */
function strangeness(
  dispatch: Dispatch,
  producer: string,
  { envelope: { type }, outgoing }: Carried,
): string | undefined {
  const allowed = dispatch.manifest[producer]
  if (!allowed) return `'${producer}' is no consumer of this service`
  // What comes back to its own consumer need not be anything that this may send.
  if (outgoing.kind === 'retry')
    return dispatch.destinations.retries?.[producer] ? undefined : `'${producer}' does not declare delayed retries`
  return allowed.includes(type) ? undefined : `'${producer}' does not declare that it publishes or sends '${type}'`
}

function letterTo(destination: Destination, record: Unloaded, { outgoing, envelope, index }: Carried): Addressed {
  const group = isFifo(destination.address) ? groupIdOf(envelope.partitionkey) : undefined
  return {
    envelope,
    outgoing,
    bytes: Buffer.byteLength(outgoing.body) + PER_ENTRY_BYTES,
    ...(group !== undefined && { group }),
    destination,
    sequenceNumber: record.sequenceNumber,
    producer: record.producer,
    parkGroup: `${nameOf(destination.address)}#${group ?? envelope.type}`,
    place: placeOf(record.sequenceNumber, index),
  }
}

/** What a batch call counts beside the body: source, type, time, trace, ids. */
const PER_ENTRY_BYTES = 512

const without = ({ sequenceNumber, producer }: Unloaded, index = 0) => ({
  sequenceNumber,
  producer,
  parkGroup: 'quarantine',
  place: placeOf(sequenceNumber, index),
})

/** Sequence numbers grow in value, not in text: padded, they sort. */
const placeOf = (sequenceNumber: string, index: number): string =>
  `${sequenceNumber.padStart(40, '0')}#${String(index).padStart(3, '0')}`

const nameOf = (address: string): string => address.split(/[:/]/).at(-1) ?? address
