import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

/**
 * What begins, ends and undoes an atomic write. In memory the whole life of the database is one transaction, and a
 * write is a savepoint in it: to end a transaction, SQLite visits every page that is not in a file, which would make
 * each write of a large table take milliseconds.
 */
const inFile = { begin: 'BEGIN', end: 'COMMIT', undo: 'ROLLBACK' }
const inMemory = { begin: 'SAVEPOINT write', end: 'RELEASE write', undo: 'ROLLBACK TO write; RELEASE write' }

/** The database under the tables: in memory, or a file in the folder that outlives the process. */
export class Database {
  readonly #sqlite: DatabaseSync
  readonly #words: typeof inFile
  readonly #statements = new Map<string, StatementSync>()
  #writing = false
  #undone = 0

  constructor(folder: string | undefined) {
    if (folder !== undefined) mkdirSync(folder, { recursive: true })
    this.#sqlite = new DatabaseSync(folder === undefined ? ':memory:' : join(folder, 'dynamodb.sqlite'))
    this.#words = folder === undefined ? inMemory : inFile
    this.#sqlite.exec('PRAGMA page_size = 8192')
    if (folder === undefined) this.#sqlite.exec('BEGIN')
    // A process that dies loses nothing with a write-ahead log; only a machine that dies might, without its sync.
    else this.#sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536')
  }

  /** How many atomic writes were undone so far. */
  get undone(): number {
    return this.#undone
  }

  exec(sql: string): void {
    this.#sqlite.exec(sql)
  }

  /** A prepared statement, made once for each text. */
  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known) return known
    const made = this.#sqlite.prepare(sql)
    this.#statements.set(sql, made)
    return made
  }

  /** Runs `work` as one atomic write; what it throws undoes all of it. Within another one it is part of that. */
  atomically<T>(work: () => T): T {
    if (this.#writing) return work()
    this.statement(this.#words.begin).run()
    this.#writing = true
    try {
      const result = work()
      this.statement(this.#words.end).run()
      return result
    } catch (error) {
      this.#sqlite.exec(this.#words.undo)
      this.#undone += 1
      throw error
    } finally {
      this.#writing = false
    }
  }

  close(): void {
    this.#statements.clear()
    this.#sqlite.close()
  }
}
