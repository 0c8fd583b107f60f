import type { Clock } from './clock.ts'
import type { Lease } from './leases.ts'

/**
 * Work that holds the clock to its end, but for its waits: from the start where it is given a lease, else as soon as it turns
 * out not to be done at once. Ending it twice is harmless.
 */
export class Work {
  readonly #clock: Clock
  #owner: string
  #lease: Lease | undefined
  #waits = false

  constructor(clock: Clock, owner: string, lease?: Lease) {
    this.#clock = clock
    this.#owner = owner
    this.#lease = lease
  }

  /** Names the work anew, as soon as it is known what it is. */
  is(owner: string): void {
    this.#owner = owner
    if (this.#lease) this.#lease.owner = owner
  }

  /** Holds the clock from now on, or after the wait that it is in. */
  hold(): void {
    if (!this.#waits) this.#lease ??= this.#clock.lease(this.#owner)
  }

  /** Lets the clock go on until the wait is over. */
  async whileWaiting<T>(wait: Promise<T>): Promise<T> {
    this.end()
    this.#waits = true
    try {
      return await wait
    } finally {
      this.#waits = false
      this.hold()
    }
  }

  end(): void {
    this.#lease?.release()
    this.#lease = undefined
  }
}
