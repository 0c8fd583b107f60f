import type { KeySchema } from '../tables/schema.ts'

export type StreamView = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES'

/** A piece of a stream: the records from `start` on, to `end` once it is closed. */
export interface Shard {
  readonly id: string
  readonly parent?: string
  readonly start: number
  end?: number
}

/** Everything about a stream but its records: plain data, so that it can be kept. */
export interface StreamState {
  readonly number: number
  readonly arn: string
  readonly label: string
  readonly tableName: string
  readonly tableNumber: number
  readonly key: KeySchema
  readonly view: StreamView
  readonly createdAt: number
  status: 'ENABLED' | 'DISABLED'
  shards: Shard[]
  /** When the open shard was opened. */
  shardSince: number
}

/** A stream's record as it lies in the database; images are items' texts. */
export interface StoredRecord {
  readonly seq: number
  readonly at: number
  readonly event: 'INSERT' | 'MODIFY' | 'REMOVE'
  readonly keys: string
  readonly next: string | null
  readonly old: string | null
  readonly size: number
  readonly expiry: number
  readonly cause: number | null
}

const SEQUENCE_BASE = 100_000_000_000_000_000_000n

/** As AWS numbers records: decimal digits, always as many, so that text and number order agree. */
export const sequenceNumber = (seq: number): string => String(SEQUENCE_BASE + BigInt(seq))

/** The reverse; `undefined` for what no stream gave out. */
export function seqOf(text: string): number | undefined {
  if (!/^[0-9]{21,40}$/.test(text)) return undefined
  const seq = BigInt(text) - SEQUENCE_BASE
  return seq >= 0n && seq <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seq) : undefined
}
