import type { AwsError } from '../../../errors.ts'
import { invalid, invalidParameter } from '../errors.ts'
import { type StoredKey, storedKey } from '../store/keys.ts'
import { type Item, typeOf, utf8Length, type Value } from '../values/value.ts'
import { type Index, type KeyAttribute, type KeySchema, keyAttributes } from './schema.ts'
import type { Table } from './table.ts'

const MAX_HASH_BYTES = 2048
const MAX_RANGE_BYTES = 1024

/**
 * The key of an item to be written, and the rules of the table's and its indexes' keys.
 * @throws AwsError at the first rule that the item breaks
 */
export function keyOfItem(table: Table, item: Item): StoredKey {
  for (const attribute of keyAttributes(table.key)) {
    const value = own(item, attribute.name)
    if (!value) throw invalidParameter(`Missing the key ${attribute.name} in the item`)
    if (value[attribute.type] === undefined)
      throw invalidParameter(
        `Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeOf(value)}`,
      )
    checkNotEmpty(attribute, value)
    checkLength(attribute, value, attribute === table.key.hash[0])
  }
  if (table.indexes.length > 0) checkIndexKeys(table, item, emptyIndexKey)
  return storedKey(table.key, item) as StoredKey
}

/** As `keyOfItem`, in the words of a batch, which looks at the key before the item. */
export function keyOfBatchItem(table: Table, item: Item): StoredKey {
  const key = Object.fromEntries(
    keyAttributes(table.key).flatMap(({ name }) => (Object.hasOwn(item, name) ? [[name, item[name] as Value]] : [])),
  )
  keyOfLookup(table, key)
  return keyOfItem(table, item)
}

/**
 * The stored form of a request's `Key`.
 * @throws AwsError where it is not exactly the table's key
 */
export function keyOfLookup(table: Table, key: Item): StoredKey {
  const attributes = keyAttributes(table.key)
  if (Object.keys(key).length !== attributes.length) throw keyMismatch()
  for (const attribute of attributes) {
    const value = own(key, attribute.name)
    if (value?.[attribute.type] === undefined) throw keyMismatch()
    checkNotEmpty(attribute, value)
    checkLength(attribute, value, attribute === table.key.hash[0])
  }
  return storedKey(table.key, key) as StoredKey
}

/** The stored form of an item's key in an index; `undefined` where a value is missing, or is none that a key may have. */
export function indexKeyOf(key: KeySchema, item: Item): StoredKey | undefined {
  const fits = (attribute: KeyAttribute): boolean => {
    const value = own(item, attribute.name)
    if (value?.[attribute.type] === undefined || isEmpty(attribute, value)) return false
    return keyLength(attribute, value) <= (key.hash.includes(attribute) ? MAX_HASH_BYTES : MAX_RANGE_BYTES)
  }
  return keyAttributes(key).every(fits) ? storedKey(key, item) : undefined
}

export const OTHER_SCHEMA = 'The provided key element does not match the schema'

export const keyMismatch = (): AwsError => invalid(OTHER_SCHEMA)

/** The rules of the indexes' keys for what an update made. */
export function checkUpdatedIndexKeys(table: Table, item: Item): void {
  if (table.indexes.length > 0) checkIndexKeys(table, item, emptyUpdatedIndexKey)
}

const own = (item: Item, name: string): Value | undefined => (Object.hasOwn(item, name) ? item[name] : undefined)

function checkIndexKeys(
  table: Table,
  item: Item,
  emptyError: (index: Index, attribute: KeyAttribute) => AwsError,
): void {
  for (const index of byName(table.indexes))
    for (const attribute of keyAttributes(index.key)) {
      const value = own(item, attribute.name)
      if (!value) continue
      if (value[attribute.type] === undefined)
        throw invalidParameter(
          `Type mismatch for Index Key ${attribute.name} Expected: ${attribute.type} Actual: ${typeOf(value)} IndexName: ${index.name}`,
        )
      if (isEmpty(attribute, value)) throw emptyError(index, attribute)
      checkLength(attribute, value, index.key.hash.includes(attribute))
    }
}

/** AWS names the first index by its name. */
const byName = (indexes: readonly Index[]): readonly Index[] =>
  indexes.length < 2 ? indexes : [...indexes].sort((a, b) => (a.name < b.name ? -1 : 1))

const isEmpty = (attribute: KeyAttribute, value: Value): boolean =>
  attribute.type === 'S' ? value.S === '' : attribute.type === 'B' && value.B?.length === 0

const emptyText = (attribute: KeyAttribute): string =>
  `The AttributeValue for a key attribute cannot contain an empty ${attribute.type === 'S' ? 'string' : 'binary'} value.`

/** How the texts start of errors about empty keys, which a transaction reports before it begins. */
export const EMPTY_KEY = 'One or more parameter values are not valid.'

function checkNotEmpty(attribute: KeyAttribute, value: Value): void {
  if (isEmpty(attribute, value)) throw invalid(`${EMPTY_KEY} ${emptyText(attribute)} Key: ${attribute.name}`)
}

const emptyIndexKey = (index: Index, attribute: KeyAttribute) =>
  invalid(
    `${EMPTY_KEY} A value specified for a secondary index key is not supported. ${emptyText(attribute)} IndexName: ${index.name}, IndexKey: ${attribute.name}`,
  )

const emptyUpdatedIndexKey = (_index: Index, attribute: KeyAttribute) =>
  invalid(
    `${EMPTY_KEY} The update expression attempted to update a secondary index key to a value that is not supported. ${emptyText(attribute)}`,
  )

const keyLength = (attribute: KeyAttribute, value: Value): number =>
  attribute.type === 'S' ? utf8Length(value.S as string) : (value.B?.length ?? 0)

function checkLength(attribute: KeyAttribute, value: Value, isHash: boolean): void {
  const length = keyLength(attribute, value)
  if (isHash && length > MAX_HASH_BYTES)
    throw invalidParameter(`Size of hashkey has exceeded the maximum size limit of${MAX_HASH_BYTES} bytes`)
  if (!isHash && length > MAX_RANGE_BYTES)
    throw invalidParameter(`Aggregated size of all range keys has exceeded the size limit of ${MAX_RANGE_BYTES} bytes`)
}
