import type { Clock, Lease } from './clock.ts'

/** Work that holds the clock from its beginning to its end, but for its waits. Ending it twice is harmless. */
export class Work {
  readonly #clock: Clock
  #lease: Lease

  constructor(clock: Clock, lease: Lease) {
    this.#clock = clock
    this.#lease = lease
  }

  /** Names the work anew, as soon as it is known what it is. */
  is(owner: string): void {
    this.#lease.owner = owner
  }

  /** Lets the clock go on until the wait is over. */
  async whileWaiting<T>(wait: Promise<T>): Promise<T> {
    const { owner } = this.#lease
    this.#lease.release()
    try {
      return await wait
    } finally {
      this.#lease = this.#clock.lease(owner)
    }
  }

  end(): void {
    this.#lease.release()
  }
}
