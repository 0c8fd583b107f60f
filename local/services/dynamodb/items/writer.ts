import type { Database } from '../store/database.ts'
import { sameKey, storedKey } from '../store/keys.ts'
import type { Streams } from '../streams/streams.ts'
import type { Index } from '../tables/schema.ts'
import { sameItem } from '../values/compare.ts'
import { normalNumber } from '../values/number.ts'
import type { Item } from '../values/value.ts'
import type { Change } from './plan.ts'

/** Who and what caused a write. */
export interface Origin {
  /** Journal entry of the call. */
  readonly cause?: number | undefined
  /** Whether the time to live expired, rather than a caller wrote. */
  readonly expiry?: boolean
}

/** Puts changes into the database: rows, index entries and stream records, all or none. */
export class Writer {
  readonly #database: Database
  readonly #streams: Streams

  constructor(database: Database, streams: Streams) {
    this.#database = database
    this.#streams = streams
  }

  apply(changes: readonly Change[], origin: Origin): void {
    const only = changes[0]
    if (changes.length === 1 && only && only.table.indexes.length === 0 && !this.#streams.isEnabled(only.table)) {
      this.#applyOne(only, origin)
      return
    }
    const { newest } = this.#streams
    try {
      this.#database.atomically(() => {
        for (const change of changes) this.#applyOne(change, origin)
      })
    } catch (error) {
      this.#streams.undo(newest)
      throw error
    }
    this.#streams.announce()
  }

  #applyOne(change: Change, origin: Origin): void {
    const { table, key, old, next } = change
    let row = old?.row.row
    if (next) {
      const contents = { item: next.text, size: next.size, ttl: expiryOf(change) }
      if (old) table.store.update(old.row, contents)
      else row = table.store.insert(key, contents)
    } else if (old) table.store.delete(old.row)
    else return
    for (const index of table.indexes) reindex(index, change, row as number)
    this.#record(change, origin)
  }

  #record(change: Change, origin: Origin): void {
    const { table, old, next } = change
    if (!this.#streams.isEnabled(table)) return
    // A write that changes nothing leaves no record, as recorded from AWS.
    if (old && next && (old.row.item === next.text || sameItem(old.item, next.item))) return
    this.#streams.append(change, origin)
  }
}

/** The second at which the item expires: only a number in the table's TTL attribute counts. */
function expiryOf({ table, next }: Change): number | null {
  const ttl = table.state.ttl
  return ttl?.status === 'ENABLED' && next ? expirySecond(next.item, ttl.attribute) : null
}

export function expirySecond(item: Item, attribute: string): number | null {
  const number = Object.hasOwn(item, attribute) ? item[attribute]?.N : undefined
  if (number === undefined) return null
  const second = Math.floor(Number(normalNumber(number, 'current')))
  return Number.isSafeInteger(second) ? second : null
}

function reindex(index: Index, { table, key, old, next }: Change, row: number): void {
  // An index that is being made takes all items when it is ready.
  if (index.status === 'CREATING') return
  const before = old && storedKey(index.key, old.item)
  const after = next && storedKey(index.key, next.item)
  const entries = table.entries(index)
  if (before && after && sameKey(before, after)) {
    entries.resize(next.size - old.row.size)
    return
  }
  if (before) entries.delete(before, key, old.row)
  if (after) entries.insert(after, key, { row, size: next.size })
}
