import { wallTimer } from '../../../kernel/platform.ts'

/** A place among the environments that may be busy at once. */
export interface Slot {
  /** The work waits, or goes on: only what runs counts. Going on never waits, so that nothing can lock up. */
  working(working: boolean): void
  release(): void
}

/** Real time that somebody who is being waited for waits at most. */
const PATIENCE_MS = 1_000

/**
 * Bounds how many environments are at work on this machine at once. Pollers and asynchronous invocations wait for a place
 * before they take work, as if AWS scaled slowly. A synchronous invocation made by a function never waits, and any other one
 * at most a second of real time: whoever asked for it may hold a place itself, and functions that call each other would lock up.
 */
export class Host {
  readonly #bound: number
  readonly #waiting: ((slot: Slot) => void)[] = []
  #busy = 0

  constructor(bound: number) {
    this.#bound = bound
  }

  get free(): boolean {
    return this.#busy < this.#bound && this.#waiting.length === 0
  }

  /** A place now, whether there is one or not. */
  take(): Slot {
    this.#busy += 1
    let counted = true
    let released = false
    return {
      working: (working) => {
        if (released || working === counted) return
        counted = working
        this.#busy += working ? 1 : -1
        if (!working) this.#serve()
      },
      release: () => {
        if (released) return
        released = true
        if (counted) this.#busy -= 1
        this.#serve()
      },
    }
  }

  /** A place as soon as there is one, in the order asked. */
  wait(): Promise<Slot> {
    if (this.free) return Promise.resolve(this.take())
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** A place soon, whether there is one then or not. */
  waitBriefly(): Promise<Slot> {
    if (this.free) return Promise.resolve(this.take())
    return new Promise((resolve) => {
      const served = (slot: Slot) => {
        cancel()
        resolve(slot)
      }
      const cancel = wallTimer(PATIENCE_MS, () => {
        this.#waiting.splice(this.#waiting.indexOf(served), 1)
        resolve(this.take())
      })
      this.#waiting.push(served)
    })
  }

  #serve(): void {
    while (this.#busy < this.#bound) {
      const next = this.#waiting.shift()
      if (!next) return
      next(this.take())
    }
  }
}
