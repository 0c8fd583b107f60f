import type { ItemCollectionMetrics } from '@aws-sdk/client-dynamodb'
import type { Value } from '../values/value.ts'
import type { Change } from './plan.ts'

const GIGABYTE = 1024 ** 3

/** Size of the item collection of a write, where the request asked for it and the table has local indexes. */
export function collectionMetrics(
  asked: string | undefined,
  { table, key, given }: Change,
): ItemCollectionMetrics | undefined {
  if (asked !== 'SIZE' || !table.indexes.some(({ kind }) => kind === 'local')) return undefined
  const { name } = table.key.hash[0]
  const size = Math.floor(table.store.partitionSize(key.pk) / GIGABYTE)
  return { ItemCollectionKey: { [name]: given[name] as Value }, SizeEstimateRangeGB: [size, size + 1] }
}
