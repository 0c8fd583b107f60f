import type { Clock } from '../kernel/clock.ts'
import type { Lease } from '../kernel/leases.ts'

/** Header by which whoever holds the clock names its request, so that the gateway's hold can take over from its own. */
export const MARK_HEADER = 'x-penstock-request'

const FIRST_PART = 'outside'

/**
 * Somebody outside of the cloud who holds its clock whenever none of its requests is under way: what the cloud does
 * meanwhile does not depend on how fast the machine thinks. One request at a time.
 */
export interface OutsideClient {
  /** To be sent with each request. */
  readonly headers: Readonly<Record<string, string>>
  /** Lets go of the clock while it waits for the cloud to come to rest, say. */
  away<T>(wait: () => Promise<T>): Promise<T>
  /** Lets go of the clock for good. */
  close(): void
}

/** The outside clients of one cloud, by the marks of their requests. */
export class OutsideClients {
  readonly #clock: Clock
  readonly #leases = new Map<string, Lease>()
  #count = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  open(name: string): OutsideClient {
    this.#count += 1
    const mark = `${FIRST_PART}/${name}-${this.#count}`
    const take = () => this.#leases.set(mark, this.#clock.lease(mark))
    const release = () => {
      this.#leases.get(mark)?.release()
      this.#leases.delete(mark)
    }
    take()
    return {
      headers: { [MARK_HEADER]: mark },
      away: async (wait) => {
        release()
        try {
          return await wait()
        } finally {
          take()
        }
      },
      close: release,
    }
  }

  /** The gateway holds the clock for the request from now on. */
  requestBegun(mark: string): void {
    this.#leases.get(mark)?.release()
  }

  /** The answer is about to be written: its client holds the clock again. */
  requestAnswered(mark: string): void {
    if (this.#leases.has(mark)) this.#leases.set(mark, this.#clock.lease(mark))
  }
}
