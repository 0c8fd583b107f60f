import { AwsError } from '../../../errors.ts'
import { invalid } from '../errors.ts'
import { segmentStart, storedKey } from '../store/keys.ts'
import type { Position, Range } from '../store/range.ts'
import { keyOfLookup, OTHER_SCHEMA } from '../tables/key-checks.ts'
import { type Index, type KeyAttribute, keyAttributes } from '../tables/schema.ts'
import type { Table } from '../tables/table.ts'
import type { Item, Value } from '../values/value.ts'

/**
 * The position that an ExclusiveStartKey names. `why`: whether a key of another schema is told why it is none.
 * @throws AwsError where it is no key of the table or index
 */
export function startPosition(
  table: Table,
  index: Index | undefined,
  given: Item,
  { why }: { why: boolean },
): Position {
  const indexed = index ? keyAttributes(index.key) : []
  const names = new Set([...indexed, ...keyAttributes(table.key)].map(({ name }) => name))
  if (Object.keys(given).length !== names.size) throw badStart()
  for (const attribute of indexed) if (!hasKey(given, attribute)) throw badStart()
  const own = Object.fromEntries(keyAttributes(table.key).map(({ name }) => [name, given[name] as Value]))
  const item = lookup(table, own, why)
  if (!index) return item
  const entry = storedKey(index.key, given)
  if (!entry) throw badStart()
  return { ...entry, tpk: item.pk, tsk: item.sk }
}

function lookup(table: Table, own: Item, why: boolean): Position {
  try {
    return keyOfLookup(table, own)
  } catch (error) {
    if (error instanceof AwsError && error.message === OTHER_SCHEMA && !why) throw badStart()
    if (error instanceof AwsError) throw invalid(`The provided starting key is invalid: ${error.message}`)
    throw error
  }
}

const hasKey = (item: Item, { name, type }: KeyAttribute): boolean =>
  Object.hasOwn(item, name) && item[name]?.[type] !== undefined

const badStart = () => invalid('The provided starting key is invalid')

/** @throws AwsError where a query's start lies outside of what it reads */
export function checkWithinQuery(position: Position, range: Range, hasRangeCondition: boolean): void {
  if (Buffer.compare(position.pk, range.pk as Uint8Array) !== 0)
    throw invalid(
      hasRangeCondition
        ? 'The query can return at most one row and cannot be restarted'
        : 'The provided starting key is outside query boundaries based on provided conditions',
    )
  const below = range.lower && Buffer.compare(position.sk, range.lower.bytes) < (range.lower.inclusive ? 0 : 1)
  const above = range.upper && Buffer.compare(position.sk, range.upper.bytes) > (range.upper.inclusive ? 0 : -1)
  if (below || above) throw invalid('The provided starting key does not match the range key predicate')
}

/** The partitions of a scan's segment. */
export const segmentOf = (segment: number, total: number): readonly [Uint8Array, Uint8Array] => [
  segmentStart(segment, total),
  segmentStart(segment + 1, total),
]

/** @throws AwsError where a scan's start lies in another segment */
export function checkWithinSegment(position: Position, segment: number, total: number): void {
  const [from, to] = segmentOf(segment, total)
  if (Buffer.compare(position.pk, from) >= 0 && Buffer.compare(position.pk, to) < 0) return
  throw invalid(
    `The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ${total} Segment: ${segment}`,
  )
}
