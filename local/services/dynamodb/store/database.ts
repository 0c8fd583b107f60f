import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** The database under the tables: in memory, or a file in the folder that outlives the process. */
export class Database {
  readonly #sqlite: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  #depth = 0

  constructor(folder: string | undefined) {
    if (folder !== undefined) mkdirSync(folder, { recursive: true })
    this.#sqlite = new DatabaseSync(folder === undefined ? ':memory:' : join(folder, 'dynamodb.sqlite'))
    // A process that dies loses nothing with a write-ahead log; only a machine that dies might, without its sync.
    this.#sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536')
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
    if (this.#depth > 0) return work()
    this.statement('BEGIN').run()
    this.#depth = 1
    try {
      const result = work()
      this.statement('COMMIT').run()
      return result
    } catch (error) {
      this.#sqlite.exec('ROLLBACK')
      throw error
    } finally {
      this.#depth = 0
    }
  }

  close(): void {
    this.#statements.clear()
    this.#sqlite.close()
  }
}
