import type { StatementSync } from 'node:sqlite'
import type { Database } from './database.ts'
import { IndexStore } from './index-store.ts'
import type { StoredKey } from './keys.ts'
import { type Total, Totals } from './totals.ts'

/** An item as it lies in the database. */
export interface Row {
  readonly row: number
  readonly size: number
  readonly item: string
}

/** What is written of an item. `ttl` is the second at which it expires, where the table has a time to live. */
export interface Contents {
  readonly item: string
  readonly size: number
  readonly ttl: number | null
}

/** How many rows a walk through the whole table takes at once. */
const ROWS_AT_ONCE = 256

/** The rows of one table. Every number of a table is used once, so that a table made anew starts empty. */
export class TableStore {
  readonly #database: Database
  readonly #name: string
  readonly #find: StatementSync
  readonly #insert: StatementSync
  readonly #update: StatementSync
  readonly #delete: StatementSync
  readonly #rows: StatementSync
  readonly #totals: Totals

  constructor(database: Database, number: number) {
    this.#database = database
    this.#name = `t${number}`
    const t = this.#name
    database.exec(`
      CREATE TABLE IF NOT EXISTS ${t} (row INTEGER PRIMARY KEY, pk BLOB NOT NULL, sk BLOB NOT NULL,
        size INTEGER NOT NULL, ttl INTEGER, item TEXT NOT NULL);
      CREATE UNIQUE INDEX IF NOT EXISTS ${t}_key ON ${t} (pk, sk);
      CREATE INDEX IF NOT EXISTS ${t}_ttl ON ${t} (ttl) WHERE ttl IS NOT NULL;`)
    this.#find = database.statement(`SELECT row, size, item FROM ${t} WHERE pk = ? AND sk = ?`)
    this.#insert = database.statement(`INSERT INTO ${t} (pk, sk, size, ttl, item) VALUES (?, ?, ?, ?, ?)`)
    this.#update = database.statement(`UPDATE ${t} SET size = ?, ttl = ?, item = ? WHERE row = ?`)
    this.#delete = database.statement(`DELETE FROM ${t} WHERE row = ?`)
    this.#rows = database.statement(
      `SELECT row, size, item, pk, sk FROM ${t} WHERE row > ? ORDER BY row LIMIT ${ROWS_AT_ONCE}`,
    )
    const sql = `SELECT COUNT(*) AS count, COALESCE(SUM(size), 0) AS size FROM ${t}`
    this.#totals = new Totals(database, () => database.statement(sql).get() as unknown as Total)
  }

  get name(): string {
    return this.#name
  }

  find(key: StoredKey): Row | undefined {
    return this.#find.get(key.pk, key.sk) as Row | undefined
  }

  /** Gives the new row's number. */
  insert(key: StoredKey, contents: Contents): number {
    const { lastInsertRowid } = this.#insert.run(key.pk, key.sk, contents.size, contents.ttl, contents.item)
    this.#totals.add(1, contents.size)
    return Number(lastInsertRowid)
  }

  update(old: Row, contents: Contents): void {
    this.#update.run(contents.size, contents.ttl, contents.item, old.row)
    this.#totals.add(0, contents.size - old.size)
  }

  delete(old: Row): void {
    this.#delete.run(old.row)
    this.#totals.add(-1, -old.size)
  }

  totals(): Total {
    return this.#totals.get()
  }

  /** Bytes of all items of a partition. */
  partitionSize(pk: Uint8Array): number {
    const sql = `SELECT COALESCE(SUM(size), 0) AS size FROM ${this.#name} WHERE pk = ?`
    return (this.#database.statement(sql).get(pk) as { size: number }).size
  }

  /** Rows that lie in the table, in no certain order, a few at a time: all of a large table would not fit. */
  *rows(): Generator<Row & StoredKey> {
    let last: number | undefined = Number.MIN_SAFE_INTEGER
    while (last !== undefined) {
      const rows = this.#rows.all(last) as unknown as (Row & StoredKey)[]
      yield* rows
      last = rows.at(-1)?.row
    }
  }

  setTtl(row: number, ttl: number | null): void {
    this.#database.statement(`UPDATE ${this.#name} SET ttl = ? WHERE row = ?`).run(ttl, row)
  }

  /** The second at which the next item expires, not counting those that expired before `after`. */
  nextExpiry(after: number): number | undefined {
    const sql = `SELECT MIN(ttl) AS ttl FROM ${this.#name} WHERE ttl > ?`
    return (this.#database.statement(sql).get(after) as { ttl: number | null }).ttl ?? undefined
  }

  /** Keys of the items that expired after one second and not after another. */
  expired(after: number, until: number): StoredKey[] {
    const sql = `SELECT pk, sk FROM ${this.#name} WHERE ttl > ? AND ttl <= ? ORDER BY ttl, pk, sk`
    return this.#database.statement(sql).all(after, until) as unknown as StoredKey[]
  }

  index(number: number): IndexStore {
    return new IndexStore(this.#database, this.#name, number)
  }

  drop(): void {
    this.#database.exec(`DROP TABLE IF EXISTS ${this.#name}`)
  }
}
