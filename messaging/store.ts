import type { SchemaInput, SchemaOutput, StandardSchema } from './standard-schema.ts'
import { assertStoreName } from './table-layout.ts'

/** An item is found by one string, or by a partition and a place in it (`[customerId, orderId]`). */
export type StoreKey = string | readonly [partition: string, sort: string]

/** Items of the service's table, each replaced as a whole under an optimistic version. */
export interface Store<Name extends string, Wire, Item, Key extends StoreKey> {
  readonly kind: 'store'
  readonly name: Name
  readonly schema: StandardSchema<Wire, Item>
  keyOf(item: Item): Key
}

export type AnyStore = Store<string, unknown, unknown, StoreKey>

export interface ReadOptions {
  /** The item may be out of date when the unit commits: it is read at half the price and not checked. @default false */
  readonly stale?: boolean
}

/** What an endpoint, which commits nothing, may do with a store. Reads are strongly consistent unless `stale`. */
export interface ReadableStore<Item, Key extends StoreKey> {
  get(key: Key, options?: ReadOptions): Promise<Item | undefined>
  /** Answers in the order of `keys`; any number of keys. */
  getMany(keys: readonly Key[], options?: ReadOptions): Promise<readonly (Item | undefined)[]>
  /** All items of a partition, by sort key. For stores with pair keys. */
  query: Key extends string
    ? { 'error: this store has no partitions: give it a pair as key': never }
    : (partition: string, options?: ReadOptions) => Promise<readonly Item[]>
}

/**
 * A store inside a unit. What was read without `stale` and is not written is checked at commit: if another unit changed it, the
 * handler runs again on fresh state. (`query` cannot see that an item was added to the partition meanwhile.)
 */
export interface WritableStore<Wire, Item, Key extends StoreKey> extends ReadableStore<Item, Key> {
  /** Replaces the item as it was read; inserts it if this unit did not find it. Saving blindly over an existing item fails. */
  save(item: Wire): void
  delete(key: Key): void
}

export function store<const N extends string, S extends StandardSchema, const K extends StoreKey>(
  name: N,
  options: {
    readonly schema: S
    /** Which item this is. Must depend on the item only. */
    key(item: NoInfer<SchemaOutput<S>>): K
  },
): Store<N, SchemaInput<S>, SchemaOutput<S>, Widened<K>> {
  assertStoreName(name)
  return {
    kind: 'store',
    name,
    schema: options.schema as StandardSchema<SchemaInput<S>, SchemaOutput<S>>,
    keyOf: (item) => options.key(item) as Widened<K>,
  }
}

type Widened<K extends StoreKey> = K extends string ? string : readonly [partition: string, sort: string]
