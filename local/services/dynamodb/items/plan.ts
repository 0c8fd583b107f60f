import type { Test } from '../expressions/condition.ts'
import type { StoredKey } from '../store/keys.ts'
import type { Row } from '../store/table-store.ts'
import type { Table } from '../tables/table.ts'
import { decodeItem } from '../values/codec.ts'
import type { Item } from '../values/value.ts'

/** An item ready to be stored: its text and its size belong to it. */
export interface NewItem {
  readonly item: Item
  readonly text: string
  readonly size: number
}

/** An item as it lies in the table; decoded only when somebody looks. */
export class OldItem {
  readonly row: Row
  #item: Item | undefined

  constructor(row: Row) {
    this.row = row
  }

  get item(): Item {
    this.#item ??= decodeItem(this.row.item)
    return this.#item
  }
}

/** One checked write, or a check, of one item. */
export interface Plan {
  readonly table: Table
  readonly key: StoredKey
  /** The item or the key that the request gave. */
  readonly given: Item
  readonly condition: Test | undefined
  /** Whether a failed condition shows the item. */
  readonly showsOld: boolean
  /**
   * What the write makes of the item: `undefined` deletes it, `'unchanged'` only checks it.
   * @throws AwsError where the write does not fit the item
   */
  next(old: OldItem | undefined): NewItem | undefined | 'unchanged'
}

/** A write whose request has been checked; the table's own rules come when it is bound to its table. */
export interface Prepared {
  readonly tableName: string
  /** What of its request counts towards a transaction's size. */
  bytes(): number
  bind(table: Table): Plan
}

/** What a plan does to its item. */
export interface Change {
  readonly table: Table
  readonly key: StoredKey
  /** The item or the key that the request gave. */
  readonly given: Item
  readonly old: OldItem | undefined
  readonly next: NewItem | undefined
}
