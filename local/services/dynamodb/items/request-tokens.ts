import { AwsError } from '../../../errors.ts'

/** A ClientRequestToken stands for its request so long after it was used. */
const WINDOW_MS = 600_000

interface Used {
  readonly at: number
  readonly request: string
}

/** The tokens of the last ten minutes' transactions. */
export class RequestTokens {
  readonly #now: () => number
  readonly #used = new Map<string, Used>()

  constructor(now: () => number) {
    this.#now = now
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

  remember(token: string, request: string): void {
    this.#used.set(token, { at: this.#now(), request })
  }

  /** The map is in order of time: the old are in front. */
  #forgetOld(): void {
    const horizon = this.#now() - WINDOW_MS
    for (const [token, { at }] of this.#used) {
      if (at > horizon) return
      this.#used.delete(token)
    }
  }
}
