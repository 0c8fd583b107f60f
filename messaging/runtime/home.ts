import type { Envelope } from '../envelope.ts'
import type { QueueDefinition } from '../queue-handler.ts'
import { chunkKey, chunkPrefix, MARK_LIFETIME_SECONDS, storeKey, type TableKey, TTL } from '../table-layout.ts'
import type { Found, Ledger } from './ledger.ts'
import { added, entryOf, holds, mayBeSpilled, newestOf, ringAttributes, ringIn, timeOf } from './ring.ts'
import { versionIn } from './store-handle.ts'
import { attributes, type Item, type Table } from './table.ts'

/** The item that a message concerns, where its mark is kept, and the message's entry in it. */
export interface Home {
  readonly key: TableKey
  readonly entry: Buffer
}

/** Where this consumer keeps the mark of a message; `undefined`: in an item of its own. */
export function homeOf({ declaration: { id, marksIn } }: QueueDefinition, envelope: Envelope): Home | undefined {
  if (marksIn === undefined) return undefined
  const entry = entryOf(id, envelope.id, Date.parse(envelope.time))
  return { key: storeKey(marksIn, envelope.partitionkey), entry }
}

/** What a unit changes in its message's home beside the item's content. */
export interface HomeMark {
  readonly found: Found
  /** The item's memory with this message. */
  readonly memory: Item
  /** The older half of a full memory, as an item of its own. */
  readonly chunk: Item | undefined
}

/** Looks whether the message was handled, and makes its mark. Reads the home where the unit has not. */
export async function markAtHome(home: Home, ledger: Ledger, table: Table, now: number): Promise<HomeMark | 'handled'> {
  const found = ledger.foundAt(home.key) ?? (await look(home, table))
  if (await isIn(home, found.item, table, now)) return 'handled'
  const { ring, spilled } = added(ringIn(found.item), home.entry)
  return { found, memory: ringAttributes(ring), chunk: spilled.length > 0 ? chunkOf(home, spilled, now) : undefined }
}

/** Whether a message whose last answer was lost had been handled all the same. */
export async function handledAtHome(home: Home, table: Table, now: number): Promise<boolean> {
  return isIn(home, (await look(home, table)).item, table, now)
}

async function look({ key }: Home, table: Table): Promise<Found> {
  const item = await table.get(key, true)
  return { key, item, version: versionIn(item), checked: true }
}

async function isIn({ key, entry }: Home, item: Item | undefined, table: Table, now: number): Promise<boolean> {
  const ring = ringIn(item)
  if (holds(ring, entry)) return true
  if (!mayBeSpilled(ring, entry)) return false
  // Its chunk's newest message is not older than itself.
  const chunks = await table.queryFrom(key.pk, chunkPrefix, chunkKey(key, timeOf(entry), '').sk)
  return chunks.some((chunk) => isAlive(chunk, now) && holds(ringIn(chunk), entry))
}

/** DynamoDB deletes late: until then time alone decides. */
const isAlive = (item: Item, now: number): boolean => Number(item[TTL]?.N ?? 0) * 1000 > now

function chunkOf({ key }: Home, spilled: readonly Buffer[], now: number): Item {
  const first = spilled[0]?.toString('hex') ?? ''
  return {
    ...attributes(chunkKey(key, newestOf(spilled), first)),
    ...ringAttributes({ entries: spilled, floor: undefined }),
    [TTL]: { N: String(Math.floor(now / 1000) + MARK_LIFETIME_SECONDS) },
  }
}
