import { AwsError } from '../../../errors.ts'
import type { Database } from '../store/database.ts'

/** A ClientRequestToken stands for its request so long after it was used. */
const WINDOW_MS = 600_000

interface Used {
  readonly at: number
  readonly request: string
}

/** The tokens of the last ten minutes' transactions. Where tables outlive the process, so do the tokens. */
export class RequestTokens {
  readonly #now: () => number
  readonly #database: Database | undefined
  readonly #used = new Map<string, Used>()

  /** `database`: where the tokens are kept beside the tables, if they are to outlive the process. */
  constructor(now: () => number, database: Database | undefined) {
    this.#now = now
    this.#database = database
    if (!database) return
    database.exec('CREATE TABLE IF NOT EXISTS request_tokens (token TEXT PRIMARY KEY, at INTEGER, request TEXT)')
    for (const { token, at, request } of database.statement('SELECT * FROM request_tokens ORDER BY at').all())
      this.#used.set(String(token), { at: Number(at), request: String(request) })
  }

  /**
   * Whether the request was carried out under the token before.
   * @throws AwsError where another request was
   */
  isRepeated(token: string, request: string): boolean {
    this.#forgetOld()
    const used = this.#used.get(token)
    if (!used) return false
    if (used.request !== request)
      throw new AwsError(
        'IdempotentParameterMismatchException',
        'Request parameters do not match those of a previous request with the same client token',
      )
    return true
  }

  /** Does the work under the token: a crash leaves both in the database or neither. */
  under<T>(token: string, request: string, work: () => T): T {
    const at = this.#now()
    const database = this.#database
    const done = !database
      ? work()
      : database.atomically(() => {
          const result = work()
          database.statement('INSERT OR REPLACE INTO request_tokens VALUES (?, ?, ?)').run(token, at, request)
          return result
        })
    this.#used.set(token, { at, request })
    return done
  }

  /** The map is in order of time: the old are in front. */
  #forgetOld(): void {
    const horizon = this.#now() - WINDOW_MS
    for (const [token, { at }] of this.#used) {
      if (at > horizon) return
      this.#used.delete(token)
      this.#database?.statement('DELETE FROM request_tokens WHERE token = ?').run(token)
    }
  }
}
