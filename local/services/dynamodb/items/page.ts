import type { Test } from '../expressions/condition.ts'
import type { Database } from '../store/database.ts'
import { type Range, readRange } from '../store/range.ts'
import { type Index, keyAttributes } from '../tables/schema.ts'
import type { Table } from '../tables/table.ts'
import { itemSize } from '../values/check.ts'
import { decodeItem } from '../values/codec.ts'
import type { Item } from '../values/value.ts'
import { projected, readUnits, Units } from './capacity.ts'

const PAGE_BYTES = 1024 * 1024

/** One page of a query or a scan to be read. */
export interface PageRequest {
  readonly table: Table
  readonly index: Index | undefined
  readonly range: Range
  readonly limit: number | undefined
  readonly consistent: boolean
  readonly filter: Test | undefined
  /** Whether a local index has to look the whole item up in the table. */
  readonly fetches: boolean
}

export interface Page {
  readonly items: Item[]
  readonly scanned: number
  readonly lastKey: Item | undefined
  readonly units: Units
}

/** Reads until the limit or a megabyte is reached, both counted before the filter. */
export function readPage(database: Database, request: PageRequest): Page {
  const { table, index } = request
  const items: Item[] = []
  let scanned = 0
  let bytes = 0
  let fetched = 0
  let last: Item | undefined
  let full = false
  const entries = index && table.entries(index).name
  for (const row of readRange(database, table.store.name, entries, request.range)) {
    const whole = decodeItem(row.item)
    const seen = index ? projected(index, whole) : whole
    scanned += 1
    bytes += seen === whole ? row.size : itemSize(seen)
    if (request.fetches) fetched += readUnits(row.size, request.consistent)
    last = whole
    const item = request.fetches ? whole : seen
    if (!request.filter || request.filter(item)) items.push(item)
    full = scanned === request.limit || bytes >= PAGE_BYTES
    if (full) break
  }
  const lastKey = full && last ? positionKey(table, index, last) : undefined
  return { items, scanned, lastKey, units: pageUnits(request, bytes, fetched) }
}

/** The attributes that say where an item lies: the table's key, and the index's. */
export function positionKey(table: Table, index: Index | undefined, item: Item): Item {
  const attributes = [...(index ? keyAttributes(index.key) : []), ...keyAttributes(table.key)]
  return Object.fromEntries(attributes.map(({ name }) => [name, item[name] as Item[string]]))
}

function pageUnits(request: PageRequest, bytes: number, fetched: number): Units {
  const units = new Units()
  const read = bytes === 0 ? readUnits(1, request.consistent) : readUnits(bytes, request.consistent)
  if (request.index) units.addIndex(request.index, read)
  else units.table = read
  units.table += fetched
  return units
}
