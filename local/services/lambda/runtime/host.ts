import { wallTimer } from '../../../kernel/platform.ts'

/** How often, in real time, those who hold a place are looked at while others wait for one. */
const LOOK_MS = 100
/** A thread that is busy for less than this share of the time only waits for something. */
const IDLE_SHARE = 0.1

/** A place among the environments that may be busy at once. */
export interface Slot {
  /** The work waits, or goes on: only what runs counts. Going on never waits, so that nothing can lock up. */
  working(working: boolean): void
  /** How busy the work's thread was since the last question, from 0 to 1. */
  observe(utilization: () => number): void
  release(): void
}

interface Waiting {
  readonly nested: boolean
  readonly resolve: (slot: Slot) => void
}

class Place implements Slot {
  readonly #changed: () => void
  #utilization: (() => number) | undefined
  #works = true
  #seemsIdle = false
  #held = true

  constructor(changed: () => void) {
    this.#changed = changed
  }

  get counts(): boolean {
    return this.#held && this.#works && !this.#seemsIdle
  }

  get held(): boolean {
    return this.#held
  }

  working(working: boolean): void {
    this.#works = working
    this.#changed()
  }

  observe(utilization: () => number): void {
    this.#utilization = utilization
    utilization()
  }

  release(): void {
    this.#held = false
    this.#changed()
  }

  look(): void {
    if (this.#utilization) this.#seemsIdle = this.#utilization() < IDLE_SHARE
  }
}

/**
 * Bounds how many environments are at work on this machine at once. Whoever wants one waits for a place before it takes
 * work, as if AWS scaled slowly. An environment that waits (for a call it made, for a timer) takes up no place: functions
 * that call each other cannot lock up, and sleeping ones hold nobody back.
 */
export class Host {
  readonly #bound: number
  readonly #most: number
  readonly #places = new Set<Place>()
  readonly #waiting: Waiting[] = []
  #looking = false

  /** `bound` environments may run at once; `most` may be in the middle of an invocation, waiting ones among them. */
  constructor(bound: number, most: number) {
    this.#bound = bound
    this.#most = most
  }

  /** A place now, whether there is one or not. */
  take(): Slot {
    const place: Place = new Place(() => {
      if (!place.held) this.#places.delete(place)
      this.#serve()
    })
    this.#places.add(place)
    return place
  }

  /** A place as soon as there is one, in the order asked. A `nested` invocation is one that a waiting environment waits for. */
  wait(nested = false): Promise<Slot> {
    if (this.#waiting.length === 0 && this.#free(nested)) return Promise.resolve(this.take())
    return new Promise((resolve) => {
      this.#waiting.push({ nested, resolve })
      this.#serve()
      this.#look()
    })
  }

  #free(nested: boolean): boolean {
    if (!nested && this.#places.size >= this.#most) return false
    let busy = 0
    for (const place of this.#places) if (place.counts) busy += 1
    return busy < this.#bound
  }

  /** Nested ones may pass those that wait for memory. */
  #serve(): void {
    for (;;) {
      const next = this.#waiting.findIndex(({ nested }) => this.#free(nested))
      if (next < 0) return
      this.#waiting.splice(next, 1)[0]?.resolve(this.take())
    }
  }

  /** Real time shows who waits only from outside; on virtual time workers say so themselves. */
  #look(): void {
    if (this.#looking || this.#waiting.length === 0) return
    this.#looking = true
    wallTimer(LOOK_MS, () => {
      this.#looking = false
      for (const place of this.#places) place.look()
      this.#serve()
      this.#look()
    })
  }
}
