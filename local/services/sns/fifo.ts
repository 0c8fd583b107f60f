import { hash } from 'node:crypto'
import type { Kernel } from '../../kernel/kernel.ts'

const WINDOW_MS = 300_000

interface Accepted {
  readonly at: number
  readonly messageId: string
  readonly sequenceNumber: string
}

/** What a FIFO topic remembers: the sequence, and what it accepted within the last five minutes. */
export class FifoState {
  readonly #kernel: Kernel
  readonly #accepted = new Map<string, Accepted>()
  #sequence = 0n

  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  /** What the same deduplication id brought within the window. `key` holds the group where it counts. */
  duplicate(key: string): Accepted | undefined {
    const now = this.#kernel.clock.now()
    // In order of acceptance: what is too old is at the front. Expiry needs no timer.
    for (const [id, { at }] of this.#accepted) {
      if (at > now - WINDOW_MS) break
      this.#accepted.delete(id)
    }
    return this.#accepted.get(key)
  }

  accept(key: string, messageId: string): string {
    this.#sequence += 1n
    const sequenceNumber = (10_000_000_000_000_000_000n + this.#sequence).toString()
    this.#accepted.delete(key)
    this.#accepted.set(key, { at: this.#kernel.clock.now(), messageId, sequenceNumber })
    return sequenceNumber
  }
}

export const contentDeduplicationId = (body: string): string => hash('sha256', body, 'hex')
