import type { StatementSync } from 'node:sqlite'
import type { Database } from './database.ts'
import type { StoredKey } from './keys.ts'
import { type Total, Totals } from './totals.ts'

/** The entries of one secondary index: its key and its table's key, in order, each with the item's row. */
export class IndexStore {
  readonly #database: Database
  readonly name: string
  readonly #insert: StatementSync
  readonly #delete: StatementSync
  readonly #totals: Totals

  constructor(database: Database, table: string, number: number) {
    this.#database = database
    this.name = `${table}_i${number}`
    const i = this.name
    database.exec(`
      CREATE TABLE IF NOT EXISTS ${i} (pk BLOB NOT NULL, sk BLOB NOT NULL, tpk BLOB NOT NULL, tsk BLOB NOT NULL,
        row INTEGER NOT NULL, PRIMARY KEY (pk, sk, tpk, tsk)) WITHOUT ROWID`)
    this.#insert = database.statement(`INSERT INTO ${i} (pk, sk, tpk, tsk, row) VALUES (?, ?, ?, ?, ?)`)
    this.#delete = database.statement(`DELETE FROM ${i} WHERE pk = ? AND sk = ? AND tpk = ? AND tsk = ?`)
    const sql = `SELECT COUNT(*) AS count, COALESCE(SUM(size), 0) AS size FROM ${i} JOIN ${table} USING (row)`
    this.#totals = new Totals(database, () => database.statement(sql).get() as unknown as Total)
  }

  /** `size` is the item's. */
  insert(entry: StoredKey, item: StoredKey, { row, size }: { readonly row: number; readonly size: number }): void {
    this.#insert.run(entry.pk, entry.sk, item.pk, item.sk, row)
    this.#totals.add(1, size)
  }

  delete(entry: StoredKey, item: StoredKey, { size }: { readonly size: number }): void {
    // An item from before the index may have a key that no index takes.
    const { changes } = this.#delete.run(entry.pk, entry.sk, item.pk, item.sk)
    if (changes > 0) this.#totals.add(-1, -size)
  }

  /** An item changed its size and stays where it is. */
  resize(by: number): void {
    this.#totals.add(0, by)
  }

  /** Number of entries, and the bytes of their items: an upper bound of what the index holds where it projects less. */
  totals(): Total {
    return this.#totals.get()
  }

  drop(): void {
    this.#database.exec(`DROP TABLE IF EXISTS ${this.name}`)
  }
}
