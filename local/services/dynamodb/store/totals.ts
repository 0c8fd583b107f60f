import type { Database } from './database.ts'

/** Number of items, and the bytes of all of them. */
export interface Total {
  readonly count: number
  readonly size: number
}

/**
 * The total of a table or an index, counted when it is first asked for and kept from then on: to count a million items
 * takes a fifth of a second, and whoever waits for a table asks again and again.
 */
export class Totals {
  readonly #database: Database
  readonly #counted: () => Total
  #known: { count: number; size: number } | undefined
  #undone = 0

  constructor(database: Database, counted: () => Total) {
    this.#database = database
    this.#counted = counted
  }

  /** To be called after each write. */
  add(count: number, size: number): void {
    if (!this.#known) return
    this.#known.count += count
    this.#known.size += size
  }

  get(): Total {
    // A write that was undone may have been added.
    if (this.#undone !== this.#database.undone) this.#known = undefined
    this.#undone = this.#database.undone
    this.#known ??= { ...this.#counted() }
    return { ...this.#known }
  }
}
