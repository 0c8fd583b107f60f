import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb'
import { sameKey, storedKey } from '../store/keys.ts'
import type { Index } from '../tables/schema.ts'
import type { Table } from '../tables/table.ts'
import { itemSize } from '../values/check.ts'
import { sameItem } from '../values/compare.ts'
import type { Item } from '../values/value.ts'
import type { Change } from './plan.ts'

const WRITE_UNIT = 1024
const READ_UNIT = 4096

/** Units that a request used of one table. */
export class Units {
  table = 0
  readonly global = new Map<string, number>()
  readonly local = new Map<string, number>()

  addIndex(index: Index, units: number): void {
    const map = index.kind === 'global' ? this.global : this.local
    if (units > 0) map.set(index.name, (map.get(index.name) ?? 0) + units)
  }

  add(other: Units): void {
    this.table += other.table
    for (const [name, units] of other.global) this.global.set(name, (this.global.get(name) ?? 0) + units)
    for (const [name, units] of other.local) this.local.set(name, (this.local.get(name) ?? 0) + units)
  }

  get total(): number {
    let sum = this.table
    for (const units of this.global.values()) sum += units
    for (const units of this.local.values()) sum += units
    return sum
  }
}

/** Units of a write of so many bytes. */
export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_UNIT))

/** Units of a read of so many bytes, rounded up once. */
export const readUnits = (bytes: number, consistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / READ_UNIT)) * (consistent ? 1 : 0.5)

/** What a change costs: the larger of the item's two sizes, and what it changes in the indexes. */
export function changeUnits(change: Change, factor: number): Units {
  const units = new Units()
  units.table = factor * writeUnits(Math.max(change.old?.row.size ?? 0, change.next?.size ?? 0))
  for (const index of change.table.indexes) units.addIndex(index, factor * indexUnits(index, change))
  return units
}

/** An index pays only where what it holds changes; another key is a delete and an insert. */
function indexUnits(index: Index, { old, next }: Change): number {
  const before = old && indexed(index, old.item)
  const after = next && indexed(index, next.item)
  if (!before || !after) return before || after ? writeUnits(itemSize((before ?? after) as Item)) : 0
  const [oldKey, newKey] = [storedKey(index.key, before), storedKey(index.key, after)]
  if (oldKey && newKey && !sameKey(oldKey, newKey)) return writeUnits(itemSize(before)) + writeUnits(itemSize(after))
  return sameItem(before, after) ? 0 : writeUnits(Math.max(itemSize(before), itemSize(after)))
}

/** What an index holds of an item; `undefined` where the item lacks a key of the index. */
function indexed(index: Index, item: Item): Item | undefined {
  return storedKey(index.key, item) && projected(index, item)
}

export function projected(index: Index, item: Item): Item {
  if (!index.attributes) return item
  const out: Item = {}
  for (const name of index.attributes) if (Object.hasOwn(item, name)) out[name] = item[name] as Item[string]
  return out
}

/** The answer's ConsumedCapacity, where the request asked for it. */
export function consumedCapacity(
  asked: string | undefined,
  table: Table,
  units: Units,
  split?: 'read' | 'write',
): ConsumedCapacity | undefined {
  if (asked !== 'TOTAL' && asked !== 'INDEXES') return undefined
  const shape = (amount: number) => ({
    CapacityUnits: amount,
    ...(split === 'read' && { ReadCapacityUnits: amount }),
    ...(split === 'write' && { WriteCapacityUnits: amount }),
  })
  const maps = (map: ReadonlyMap<string, number>) =>
    map.size === 0 ? undefined : Object.fromEntries([...map].map(([name, amount]) => [name, shape(amount)]))
  const [global, local] = [maps(units.global), maps(units.local)]
  return {
    TableName: table.name,
    ...shape(units.total),
    ...(asked === 'INDEXES' && {
      Table: shape(units.table),
      ...(global && { GlobalSecondaryIndexes: global }),
      ...(local && { LocalSecondaryIndexes: local }),
    }),
  }
}
