import { createHash } from 'node:crypto'
import { FLOOR, RING } from '../table-layout.ts'
import type { Item } from './table.ts'

/**
 * The ids that an item remembers, as one binary value: 10 bytes of hash(consumer, message) and 6 bytes of the message's time each.
 * With 80 bits, two ids among a million are taken for one with a chance of one in 10^12.
 */
const HASH_BYTES = 10
const ENTRY_BYTES = 16
/** A full ring spills half. */
export const RING_CAPACITY = 64
const SPILLED = RING_CAPACITY / 2

export interface Ring {
  readonly entries: readonly Buffer[]
  /** Epoch milliseconds: of the newest message that was ever spilled. Who is newer is here or nowhere. */
  readonly floor: number | undefined
}

/** @param time of the message's envelope, epoch milliseconds: the same at every delivery */
export function entryOf(consumerId: string, messageId: string, time: number): Buffer {
  const entry = Buffer.alloc(ENTRY_BYTES)
  createHash('sha256')
    .update(JSON.stringify([consumerId, messageId]))
    .digest()
    .copy(entry, 0, 0, HASH_BYTES)
  entry.writeUIntBE(Math.max(0, time), HASH_BYTES, ENTRY_BYTES - HASH_BYTES)
  return entry
}

export function ringIn(item: Item | undefined): Ring {
  const bytes = Buffer.from(item?.[RING]?.B ?? [])
  const count = Math.floor(bytes.length / ENTRY_BYTES)
  const entries = Array.from({ length: count }, (_, n) => bytes.subarray(n * ENTRY_BYTES, (n + 1) * ENTRY_BYTES))
  const floor = item?.[FLOOR]?.N
  return { entries, floor: floor === undefined ? undefined : Number(floor) }
}

export const holds = ({ entries }: Ring, entry: Buffer): boolean =>
  entries.some((other) => other.compare(entry, 0, HASH_BYTES, 0, HASH_BYTES) === 0)

/** Whether a message may have been spilled, so that the ring alone cannot tell. */
export const mayBeSpilled = ({ floor }: Ring, entry: Buffer): boolean => floor !== undefined && timeOf(entry) <= floor

/** @returns the ring with the entry, and the oldest half where it was full. */
export function added(ring: Ring, entry: Buffer): { readonly ring: Ring; readonly spilled: readonly Buffer[] } {
  if (ring.entries.length < RING_CAPACITY) return { ring: { ...ring, entries: [...ring.entries, entry] }, spilled: [] }
  const byTime = [...ring.entries].sort((a, b) => timeOf(a) - timeOf(b))
  const spilled = byTime.slice(0, SPILLED)
  const floor = Math.max(ring.floor ?? 0, newestOf(spilled))
  return { ring: { entries: [...byTime.slice(SPILLED), entry], floor }, spilled }
}

export const timeOf = (entry: Buffer): number => entry.readUIntBE(HASH_BYTES, ENTRY_BYTES - HASH_BYTES)

export const newestOf = (entries: readonly Buffer[]): number => Math.max(...entries.map(timeOf))

export const ringAttributes = ({ entries, floor }: Ring): Item => ({
  [RING]: { B: Buffer.concat(entries) },
  ...(floor !== undefined && { [FLOOR]: { N: String(floor) } }),
})

/** Whoever replaces an item keeps what it remembers. */
export function remembered(item: Item | undefined): Item {
  const ring = item?.[RING]
  const floor = item?.[FLOOR]
  return { ...(ring && { [RING]: ring }), ...(floor && { [FLOOR]: floor }) }
}
