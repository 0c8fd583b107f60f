/** Duplicates of a FIFO queue's message are accepted and not delivered for so long after it was sent. */
const WINDOW_MS = 5 * 60_000

/** What the first send was answered with, and its duplicates are. */
export interface FirstSend {
  readonly id: string
  readonly messageId: string
  readonly sequenceNumber: string
  readonly sentAt: number
}

/** A FIFO queue's memory of deduplication ids. It outlives the messages: a deleted message still has duplicates. */
export class Deduplication {
  readonly #sends = new Map<string, FirstSend>()
  #order: FirstSend[] = []
  #oldest = 0

  /** The send of the last five minutes with this id, if any. */
  find(id: string, now: number): FirstSend | undefined {
    this.#forget(now)
    return this.#sends.get(id)
  }

  /** Only for an id that `find` did not find. */
  remember(send: FirstSend): void {
    this.#sends.set(send.id, send)
    this.#order.push(send)
  }

  clear(): void {
    this.#sends.clear()
    this.#order = []
    this.#oldest = 0
  }

  #forget(now: number): void {
    for (let send = this.#order[this.#oldest]; send; send = this.#order[this.#oldest]) {
      if (send.sentAt + WINDOW_MS > now) break
      this.#sends.delete(send.id)
      this.#oldest += 1
    }
    if (this.#oldest < 1_024 || this.#oldest * 2 < this.#order.length) return
    this.#order = this.#order.slice(this.#oldest)
    this.#oldest = 0
  }
}
