import type { StatementSync } from 'node:sqlite'
import type { Database } from '../store/database.ts'
import type { StoredRecord, StreamState } from './stream.ts'

/** The streams' records and descriptions in the database. Sequence numbers are one row of numbers for all streams. */
export class RecordStore {
  readonly #database: Database
  readonly #insert: StatementSync
  readonly #after: StatementSync
  readonly #oldest: StatementSync
  readonly #trim: StatementSync
  readonly #trimmed: StatementSync
  #seq: number

  constructor(database: Database) {
    this.#database = database
    database.exec(`
      CREATE TABLE IF NOT EXISTS records (seq INTEGER PRIMARY KEY, stream INTEGER NOT NULL, at INTEGER NOT NULL,
        event TEXT NOT NULL, keys TEXT NOT NULL, next TEXT, old TEXT, size INTEGER NOT NULL,
        expiry INTEGER NOT NULL, cause INTEGER);
      CREATE INDEX IF NOT EXISTS records_stream ON records (stream, seq);
      CREATE TABLE IF NOT EXISTS streams (number INTEGER PRIMARY KEY, state TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS trims (stream INTEGER PRIMARY KEY, seq INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS last_record (only_one INTEGER PRIMARY KEY, seq INTEGER NOT NULL);`)
    this.#insert = database.statement(
      'INSERT INTO records (seq, stream, at, event, keys, next, old, size, expiry, cause) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    this.#after = database.statement(
      'SELECT seq, at, event, keys, next, old, size, expiry, cause FROM records WHERE stream = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?',
    )
    this.#oldest = database.statement('SELECT at FROM records WHERE stream = ? ORDER BY seq LIMIT 1')
    this.#trim = database.statement('DELETE FROM records WHERE stream = ? AND at < ?')
    this.#trimmed = database.statement('SELECT seq FROM trims WHERE stream = ?')
    const newest = database.statement(
      'SELECT MAX(seq) AS seq FROM (SELECT seq FROM records UNION SELECT seq FROM last_record)',
    )
    this.#seq = (newest.get() as { seq: number | null }).seq ?? 0
  }

  /** Number of the newest record of all. */
  get newest(): number {
    return this.#seq
  }

  append(stream: number, record: Omit<StoredRecord, 'seq'>): number {
    this.#seq += 1
    const { at, event, keys, next, old, size, expiry, cause } = record
    this.#insert.run(this.#seq, stream, at, event, keys, next, old, size, expiry, cause)
    return this.#seq
  }

  /** Takes back numbers of records whose write was undone. */
  rewind(seq: number): void {
    this.#seq = seq
  }

  /** Records of a stream with numbers in (after, until], oldest first. */
  after(stream: number, after: number, until: number, limit: number): StoredRecord[] {
    return this.#after.all(stream, after, until, limit) as unknown as StoredRecord[]
  }

  /**
   * Drops a stream's records from before the instant; their numbers are not used again. Called at every read: a look at the
   * oldest record first, because the deletion walks through all of the stream's.
   */
  trim(stream: number, before: number): void {
    const oldest = this.#oldest.get(stream) as { at: number } | undefined
    if (oldest === undefined || oldest.at >= before) return
    this.#database.statement('INSERT OR REPLACE INTO last_record (only_one, seq) VALUES (1, ?)').run(this.#seq)
    this.#database
      .statement(
        'INSERT OR REPLACE INTO trims (stream, seq) SELECT stream, MAX(seq) FROM records WHERE stream = ? AND at < ?',
      )
      .run(stream, before)
    this.#trim.run(stream, before)
  }

  /** Number of the newest record that was dropped; 0 where none was. */
  trimmed(stream: number): number {
    return (this.#trimmed.get(stream) as { seq: number } | undefined)?.seq ?? 0
  }

  save(state: StreamState): void {
    this.#database
      .statement('INSERT OR REPLACE INTO streams (number, state) VALUES (?, ?)')
      .run(state.number, JSON.stringify(state))
  }

  forget(stream: number): void {
    this.trim(stream, Number.MAX_SAFE_INTEGER)
    this.#database.statement('DELETE FROM trims WHERE stream = ?').run(stream)
    this.#database.statement('DELETE FROM streams WHERE number = ?').run(stream)
  }

  load(): StreamState[] {
    const rows = this.#database.statement('SELECT state FROM streams ORDER BY number').all()
    return rows.map((row) => JSON.parse(row.state as string) as StreamState)
  }
}
