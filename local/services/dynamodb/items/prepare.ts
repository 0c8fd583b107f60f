import { invalid, invalidParameter } from '../errors.ts'
import type { Test } from '../expressions/condition.ts'
import type { BoundUpdate } from '../expressions/update.ts'
import { checkUpdatedIndexKeys, keyOfItem, keyOfLookup } from '../tables/key-checks.ts'
import { keyAttributes } from '../tables/schema.ts'
import type { Table } from '../tables/table.ts'
import { checkedItem, itemSize } from '../values/check.ts'
import { encodeItem } from '../values/codec.ts'
import { newTally, type Wording } from '../values/tally.ts'
import type { Item } from '../values/value.ts'
import type { NewItem, OldItem, Plan, Prepared } from './plan.ts'

export const MAX_ITEM_BYTES = 409_600

interface Options {
  readonly tableName: string
  readonly condition?: Test | undefined
  readonly showsOld?: boolean
}

/** Checks an item's values; its size and its table's rules come when a put of it is prepared and bound. */
export function newItem(item: Item, wording: Wording): NewItem {
  const tally = newTally(wording)
  const checked = checkedItem(item, tally)
  return { item: checked, text: encodeItem(checked, tally.binary), size: tally.size }
}

export function checkItemSize({ size }: NewItem): void {
  if (size > MAX_ITEM_BYTES) throw invalid('Item size has exceeded the maximum allowed size')
}

export function preparePut(item: NewItem, options: Options): Prepared {
  checkItemSize(item)
  return {
    tableName: options.tableName,
    bytes: () => item.size,
    bind: (table) => plan(table, keyOfItem(table, item.item), item.item, options, () => item),
  }
}

export function prepareDelete(key: Item, options: Options): Prepared {
  return {
    tableName: options.tableName,
    bytes: () => itemSize(key),
    bind: (table) => plan(table, keyOfLookup(table, key), key, options, () => undefined),
  }
}

export function prepareCheck(key: Item, options: Options): Prepared {
  return {
    tableName: options.tableName,
    bytes: () => itemSize(key),
    bind: (table) => plan(table, keyOfLookup(table, key), key, options, () => 'unchanged'),
  }
}

/** `isCharged`: whether the request itself must be within an item's size, as UpdateItem's must and a transaction's need not. */
export function prepareUpdate(
  key: Item,
  update: BoundUpdate | undefined,
  options: Options & { readonly isCharged: boolean },
): Prepared {
  return {
    tableName: options.tableName,
    bytes: () => itemSize(key) + (update?.charge() ?? 0),
    bind(table) {
      if (update) checkPaths(table, update)
      const stored = keyOfLookup(table, key)
      if (options.isCharged && update && update.charge() > MAX_ITEM_BYTES) throw tooLargeUpdate()
      return plan(table, stored, key, options, (old) =>
        old || (update?.creates ?? true) ? updated(table, key, update, old) : 'unchanged',
      )
    },
  }
}

function plan(table: Table, key: Plan['key'], given: Item, options: Options, next: Plan['next']): Plan {
  return { table, key, given, condition: options.condition, showsOld: options.showsOld ?? false, next }
}

const tooLargeUpdate = () => invalid('Item size to update has exceeded the maximum allowed size')

function updated(table: Table, key: Item, update: BoundUpdate | undefined, old: OldItem | undefined): NewItem {
  const before = old?.item ?? key
  const tally = newTally('current')
  const item = checkedItem(update ? update.apply(before) : before, tally)
  checkUpdatedIndexKeys(table, item)
  if (tally.size > MAX_ITEM_BYTES) throw tooLargeUpdate()
  return { item, text: encodeItem(item, tally.binary), size: tally.size }
}

/** An update may neither write the table's key nor reach into what an index has as its key. */
function checkPaths(table: Table, update: BoundUpdate): void {
  for (const { name } of keyAttributes(table.key))
    if (update.paths.some((path) => path[0] === name && path.length === 1))
      throw invalidParameter(`Cannot update attribute ${name}. This attribute is part of the key`)
  const nested = new Set(update.paths.filter((path) => path.length > 1).map((path) => path[0]))
  if (nested.size === 0) return
  const rule = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed:"
  for (const { name } of keyAttributes(table.key)) if (nested.has(name)) throw invalid(`${rule} Key: ${name}`)
  for (const index of table.indexes)
    for (const { name } of keyAttributes(index.key)) if (nested.has(name)) throw invalid(`${rule} IndexKey: ${name}`)
}

/** Checks the values of a request's `Key`. */
export function checkedKey(key: Item, wording: Wording): Item {
  return checkedItem(key, newTally(wording))
}
