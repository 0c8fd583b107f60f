import { turn } from './platform.ts'

/** Says that somebody is at work, so that time may not jump. Releasing twice is harmless. */
export class Lease {
  owner: string
  readonly #released: (lease: Lease) => void

  constructor(owner: string, released: (lease: Lease) => void) {
    this.owner = owner
    this.#released = released
  }

  release(): void {
    this.#released(this)
  }
}

/** Who is at work. */
export class Leases {
  /** How many were taken and released so far: progress, for who waits. */
  changes = 0
  readonly #held = new Set<Lease>()
  /** Told when one is released. */
  readonly #onRelease: () => void
  #taken = 0

  constructor(onRelease: () => void) {
    this.#onRelease = onRelease
  }

  get none(): boolean {
    return this.#held.size === 0
  }

  take(owner: string): Lease {
    this.#taken += 1
    this.changes += 1
    const lease = new Lease(owner, this.#released)
    this.#held.add(lease)
    return lease
  }

  owners(): string[] {
    return [...this.#held].map(({ owner }) => owner)
  }

  /** Two turns of the event loop in which nobody took one. */
  async quiet(): Promise<boolean> {
    for (let count = 0; count < 2; count++) {
      if (!this.none) return false
      const before = this.#taken
      await turn()
      if (this.#taken !== before) return false
    }
    return this.none
  }

  readonly #released = (lease: Lease): void => {
    if (!this.#held.delete(lease)) return
    this.changes += 1
    this.#onRelease()
  }
}
