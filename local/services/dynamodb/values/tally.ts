/**
 * DynamoDB checks values in one of two generations of code, which word some errors differently. Recorded from AWS in
 * October 2026: the actions on one item, BatchGetItem and Query run the current one; BatchWriteItem, Scan and, in most
 * regions, the transactions run the older.
 */
export type Wording = 'current' | 'older'

/** What is learnt of an item while it is checked. */
export interface Tally {
  /** Bytes by DynamoDB's rules. */
  size: number
  /** Whether any value within is binary. */
  binary: boolean
  /** Whether a map within has a key without a name. */
  emptyName: boolean
  readonly wording: Wording
}

export const newTally = (wording: Wording): Tally => ({
  size: 0,
  binary: false,
  emptyName: false,
  wording,
})
