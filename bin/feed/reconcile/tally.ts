/** What a service holds of one kind of effect, by whom it concerns (an order's or a return's id). */
export interface Held {
  /** How often the effect is there. */
  readonly times: number
  /** Pence, units or points, over all times. */
  readonly amount: number
}

export class Tally {
  readonly #held = new Map<string, Held>()

  add(id: string, amount: number, times = 1): void {
    const before = this.of(id)
    this.#held.set(id, { times: before.times + times, amount: before.amount + amount })
  }

  of(id: string): Held {
    return this.#held.get(id) ?? { times: 0, amount: 0 }
  }

  /** Ids of which anything is held. */
  get ids(): readonly string[] {
    return [...this.#held].filter(([, { times }]) => times > 0).map(([id]) => id)
  }
}
