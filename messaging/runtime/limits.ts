import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { TooLarge } from '../failure.ts'
import { itemSize } from './item-size.ts'

/** Of one TransactWriteItems. */
export const MAX_ACTIONS = 100
export const MAX_BYTES = 4 * 1024 * 1024
const MAX_ITEM_BYTES = 400 * 1024
/** Of a message that is parked: the reason (4,000 characters) and the facts stand in its item, too. */
export const PARKABLE_BYTES = 380 * 1024

/**
 * The stream's limit, 6 MB a batch for Lambda, needs no check: a record is one item, escaped at most six times its size.
 * @throws TooLarge with both figures, before DynamoDB would refuse with less to say
 */
export function assertFits(actions: readonly TransactWriteItem[]): void {
  if (actions.length > MAX_ACTIONS)
    throw new TooLarge(
      'actions in one unit',
      actions.length,
      MAX_ACTIONS,
      'split the work into messages of fewer items',
    )
  const sizes = actions.map((action) => itemSize(action.Put?.Item ?? {}))
  const largest = Math.max(0, ...sizes)
  assertItemFits(actions[sizes.indexOf(largest)]?.Put?.Item?.pk?.S ?? '', largest)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (total > MAX_BYTES)
    throw new TooLarge('one unit in bytes', total, MAX_BYTES, 'split the work into smaller messages')
}

/** @throws TooLarge */
export function assertItemFits(pk: string, bytes: number): void {
  if (bytes > MAX_ITEM_BYTES)
    throw new TooLarge(`item '${pk}' in bytes`, bytes, MAX_ITEM_BYTES, 'keep less in one item')
}
