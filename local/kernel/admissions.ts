import type { Lease } from './leases.ts'

/** Somebody who waits for being admitted, one at a time. */
interface Queued {
  readonly owner: string
  readonly go: (lease: Lease) => void
}

/** The parties of a sequential run that wait for their turn: nobody, where the run is not sequential. */
export class Admissions {
  readonly #queued: Queued[] = []
  readonly #choose: ((count: number) => number) | undefined

  /** `choose` makes the run sequential: it draws who of `count` parties is admitted next. */
  constructor(choose: ((count: number) => number) | undefined) {
    this.#choose = choose
  }

  get sequential(): boolean {
    return this.#choose !== undefined
  }

  get waiting(): boolean {
    return this.#queued.length > 0
  }

  wait(owner: string): Promise<Lease> {
    return new Promise((go) => this.#queued.push({ owner, go }))
  }

  /** Admits one of those who wait, put in order by name: the order of arrival may be the machine's. */
  admitNext(lease: (owner: string) => Lease): boolean {
    if (!this.#choose || !this.waiting) return false
    this.#queued.sort((a, b) => (a.owner < b.owner ? -1 : a.owner > b.owner ? 1 : 0))
    const [next] = this.#queued.splice(this.#choose(this.#queued.length), 1)
    next?.go(lease(next.owner))
    return true
  }
}
