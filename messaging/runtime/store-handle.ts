import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import type { AnyStore, ReadOptions, StoreKey } from '../store.ts'
import { storeKey, type TableKey, VERSION } from '../table-layout.ts'
import type { Ledger } from './ledger.ts'
import { type Item, keyIn, placeOf, type Table } from './table.ts'
import { validateNow } from './validation.ts'

/** The attribute that holds a stored item, apart from the kit's own attributes. */
const CONTENT = 'item'

/** What an endpoint gets of a store. */
export function readableStore(store: AnyStore, table: Table) {
  return {
    async get(key: StoreKey, options?: ReadOptions): Promise<unknown> {
      return read(store, await table.get(storeKey(store.name, key), !options?.stale))
    },
    async getMany(keys: readonly StoreKey[], options?: ReadOptions): Promise<readonly unknown[]> {
      const places = keys.map((key) => storeKey(store.name, key))
      const items = await table.getMany(places, !options?.stale)
      return places.map((place) => read(store, items.get(placeOf(place))))
    },
    async query(partition: string, options?: ReadOptions): Promise<readonly unknown[]> {
      const items = await table.query(storeKey(store.name, partition).pk, '', !options?.stale)
      return items.map((item) => read(store, item))
    },
  }
}

/** What a consumer gets of a store: reads are remembered, writes wait for the commit and are seen by later reads. */
export function writableStore(store: AnyStore, table: Table, ledger: Ledger) {
  const keyOf = (key: StoreKey) => storeKey(store.name, key)
  /** What this unit knows of a place: its own write, or what it read. `undefined`: it has to be read. */
  const known = (key: TableKey, stale: boolean): { item: Item | undefined } | undefined => {
    const write = ledger.writes.get(placeOf(key))
    if (write) return { item: write.kind === 'put' ? write.content : undefined }
    const found = ledger.found.get(placeOf(key))
    return found && (stale || found.checked) ? { item: found.item } : undefined
  }
  const remember = (key: TableKey, item: Item | undefined, checked: boolean) =>
    ledger.saw({ key, item, checked, version: versionIn(item) })

  return {
    async get(place: StoreKey, { stale = false }: ReadOptions = {}): Promise<unknown> {
      ledger.assertOpen()
      const key = keyOf(place)
      const before = known(key, stale)
      if (before) return read(store, before.item)
      const item = await table.get(key, !stale)
      remember(key, item, !stale)
      return read(store, item)
    },
    async getMany(places: readonly StoreKey[], { stale = false }: ReadOptions = {}): Promise<readonly unknown[]> {
      ledger.assertOpen()
      const keys = places.map(keyOf)
      const unknown = keys.filter((key) => !known(key, stale))
      const items = await table.getMany(unknown, !stale)
      for (const key of unknown) remember(key, items.get(placeOf(key)), !stale)
      return keys.map((key) => read(store, known(key, stale)?.item))
    },
    async query(partition: string, { stale = false }: ReadOptions = {}): Promise<readonly unknown[]> {
      ledger.assertOpen()
      const { pk } = keyOf(partition)
      const items = await table.query(pk, '', !stale)
      for (const item of items) remember(keyIn(item), item, !stale)
      return withWrites(ledger, pk, items).map((item) => read(store, item))
    },
    save(wire: unknown): void {
      const item = validateNow(store.schema, wire, `item of store '${store.name}'`)
      const key = keyOf(store.keyOf(item))
      const content = { [CONTENT]: { M: marshall(wire, { removeUndefinedValues: true }) } }
      ledger.write({ kind: 'put', key, content, expected: ledger.found.get(placeOf(key))?.version })
    },
    delete(place: StoreKey): void {
      const key = keyOf(place)
      ledger.write({ kind: 'delete', key, expected: ledger.found.get(placeOf(key))?.version })
    },
  }
}

/** A stored item's own attributes. `undefined`: there is none, or it has been deleted and only remembers. */
export const contentIn = (item: Item | undefined): Item | undefined => {
  const content = item?.[CONTENT]
  return content && { [CONTENT]: content }
}

function read(store: AnyStore, item: Item | undefined): unknown {
  const content = item?.[CONTENT]?.M
  return content && validateNow(store.schema, unmarshall(content), `stored item of '${store.name}'`)
}

/** A partition's items as this unit would leave them. */
function withWrites(ledger: Ledger, pk: string, items: readonly Item[]): readonly Item[] {
  const rows = new Map(items.map((item) => [keyIn(item).sk, item]))
  for (const write of ledger.writes.values()) {
    if (write.key.pk !== pk) continue
    if (write.kind === 'put') rows.set(write.key.sk, write.content)
    else rows.delete(write.key.sk)
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item)
}

export const versionIn = (item: Item | undefined): number | undefined => {
  const version = item?.[VERSION]?.N
  return version === undefined ? undefined : Number(version)
}
