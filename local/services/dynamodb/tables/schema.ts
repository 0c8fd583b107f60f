import type { KeyType } from '../values/value.ts'

export interface KeyAttribute {
  readonly name: string
  readonly type: KeyType
}

/** A table has one HASH attribute and one RANGE attribute or none; a global index may have four of each. */
export interface KeySchema {
  readonly hash: readonly [KeyAttribute, ...KeyAttribute[]]
  readonly range: readonly KeyAttribute[]
}

export const keyAttributes = (key: KeySchema): readonly KeyAttribute[] =>
  key.range.length === 0 ? key.hash : [...key.hash, ...key.range]

export interface Projection {
  readonly type: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'
  readonly nonKey: readonly string[]
}

export interface Throughput {
  readonly read: number
  readonly write: number
}

export interface Index {
  readonly kind: 'global' | 'local'
  readonly name: string
  readonly key: KeySchema
  readonly projection: Projection
  status: 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING'
  throughput: Throughput
  /** Attributes that the index holds of an item; `undefined` for all. */
  readonly attributes: ReadonlySet<string> | undefined
  /** Number of the index's rows' table in the database. */
  readonly number: number
}

/** The attributes that an index of a table holds. */
export function projectedAttributes(
  table: KeySchema,
  key: KeySchema,
  projection: Projection,
): ReadonlySet<string> | undefined {
  if (projection.type === 'ALL') return undefined
  const keys = [...keyAttributes(table), ...keyAttributes(key)].map(({ name }) => name)
  return new Set([...keys, ...projection.nonKey])
}
