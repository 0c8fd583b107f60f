import type { Database } from './database.ts'
import type { StoredKey } from './keys.ts'
import type { Row } from './table-store.ts'

/** A bound of sort keys. */
export interface Bound {
  readonly bytes: Uint8Array
  readonly inclusive: boolean
}

/** Where an item lies: its key, and in an index also its table's key. */
export interface Position extends StoredKey {
  readonly tpk?: Uint8Array
  readonly tsk?: Uint8Array
}

/** What to read of a table or an index, in key order. */
export interface Range {
  /** One partition, or all. */
  readonly pk?: Uint8Array | undefined
  readonly lower?: Bound | undefined
  readonly upper?: Bound | undefined
  /** Partitions of a segment: from the first, up to but without the second. */
  readonly segment?: readonly [Uint8Array, Uint8Array] | undefined
  /** Only what comes after it, in the order of the read. */
  readonly after?: Position | undefined
  readonly descending?: boolean | undefined
}

/** Rows of a table, or of an index of it, in the range. Ending the iteration early frees the statement. */
export function readRange(
  database: Database,
  table: string,
  index: string | undefined,
  range: Range,
): IterableIterator<Row> {
  const source = index ?? table
  const conditions: string[] = []
  const values: Uint8Array[] = []
  const where = (sql: string, ...bound: Uint8Array[]) => {
    conditions.push(sql)
    values.push(...bound)
  }
  const { pk, lower, upper, segment, after } = range
  if (pk) where(`${source}.pk = ?`, pk)
  if (lower) where(`${source}.sk ${lower.inclusive ? '>=' : '>'} ?`, lower.bytes)
  if (upper) where(`${source}.sk ${upper.inclusive ? '<=' : '<'} ?`, upper.bytes)
  if (segment) where(`${source}.pk >= ? AND ${source}.pk < ?`, ...segment)
  const columns = [...(pk ? [] : ['pk']), 'sk', ...(index ? ['tpk', 'tsk'] : [])]
  if (after) {
    const start = columns.map((column) => after[column as keyof Position] as Uint8Array)
    const tuple = columns.map((column) => `${source}.${column}`).join(', ')
    where(`(${tuple}) ${range.descending ? '<' : '>'} (${columns.map(() => '?').join(', ')})`, ...start)
  }
  const direction = range.descending ? ' DESC' : ''
  const sql = [
    `SELECT ${table}.row AS row, ${table}.size AS size, ${table}.item AS item FROM ${source}`,
    ...(index ? [`JOIN ${table} ON ${table}.row = ${index}.row`] : []),
    ...(conditions.length > 0 ? [`WHERE ${conditions.join(' AND ')}`] : []),
    `ORDER BY ${columns.map((column) => `${source}.${column}${direction}`).join(', ')}`,
  ].join(' ')
  return database.statement(sql).iterate(...values) as IterableIterator<unknown> as IterableIterator<Row>
}
