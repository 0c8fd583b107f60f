import type { Clock, Timer } from '../../../kernel/clock.ts'

/** Lambda starts with five batches at once, takes up to 300 more a minute while messages are waiting, and stops at 1,250. */
const FIRST = 5
const PER_MINUTE = 300
const MOST = 1250

/** How many batches of a queue may be with the function at once. */
export class SqsScaling {
  readonly #clock: Clock
  readonly #label: string
  readonly #grown: () => void
  #busySince: number | undefined
  #timer: Timer | undefined

  /** `grown` is called when more batches may be taken while some were held back. */
  constructor(clock: Clock, label: string, grown: () => void) {
    this.#clock = clock
    this.#label = label
    this.#grown = grown
  }

  limit(maximum: number | undefined): number {
    const minutes = this.#busySince === undefined ? 0 : (this.#clock.now() - this.#busySince) / 60_000
    return Math.min(maximum ?? MOST, MOST, FIRST + Math.floor(PER_MINUTE * minutes))
  }

  /** All places are taken and messages may be waiting. */
  saturated(maximum: number | undefined): void {
    this.#busySince ??= this.#clock.now()
    if (this.#timer || this.limit(maximum) >= (maximum ?? MOST)) return
    this.#timer = this.#clock.after(1_000, this.#label, () => {
      this.#timer = undefined
      this.#grown()
    })
  }

  /** The queue gave nothing more: the next burst starts anew. */
  drained(): void {
    this.#busySince = undefined
    this.stop()
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }
}
