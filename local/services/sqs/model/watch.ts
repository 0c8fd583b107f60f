import type { Clock, Timer } from '../../../kernel/clock.ts'

/** What a watch must know of its queue. */
interface Watched {
  /** Whether a receive now would find something. */
  receivable(): boolean
  /** The next instant at which a hidden message shows. */
  nextChange(): number | undefined
  /** Lets messages show whose time has come. */
  refresh(): void
}

interface Waiter {
  /** Tries to receive; the wait is over when something is found. */
  attempt(): void
  fail(reason: Error): void
}

/**
 * Tells those who wait when a queue has something for them: long polls first, in the order of their arrival, then
 * listeners. Only while somebody waits or listens does a timer stand at the next instant that can change the answer.
 */
export class Watch {
  readonly #clock: Clock
  readonly #name: string
  readonly #queue: Watched
  readonly #waiters = new Set<Waiter>()
  readonly #listeners = new Set<() => void>()
  #timer: Timer | undefined
  #news = false
  #settling = false

  constructor(clock: Clock, arn: string, queue: Watched) {
    this.#clock = clock
    this.#name = arn.slice(arn.lastIndexOf(':') + 1)
    this.#queue = queue
  }

  /** Notes that a message has become receivable, perhaps. */
  changed(): void {
    this.#news = true
  }

  /** To be called at the end of whatever may have changed the queue: tells what is new and sets the timer. */
  settle(): void {
    if (this.#settling) return
    this.#settling = true
    while (this.#news) {
      this.#news = false
      this.#tell()
    }
    this.#settling = false
    this.#arm()
  }

  /** Calls the listener from now on whenever messages become receivable; what is receivable already is not told. */
  listen(listener: () => void): void {
    this.#listeners.add(listener)
    this.#arm()
  }

  unlisten(listener: () => void): void {
    this.#listeners.delete(listener)
    this.#arm()
  }

  /** Attempts whenever something is new, until an attempt gives something, the time is over or the client hangs up. */
  wait<T>(milliseconds: number, signal: AbortSignal, attempt: () => T[]): Promise<T[]> {
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#waiters.delete(waiter)
        timer.cancel()
        signal.removeEventListener('abort', giveUp)
        this.#arm()
      }
      const giveUp = () => {
        end()
        resolve([])
      }
      const waiter: Waiter = {
        attempt: () => {
          const found = attempt()
          if (found.length === 0) return
          end()
          resolve(found)
        },
        fail: (reason) => {
          end()
          reject(reason)
        },
      }
      // Ends after whatever else the same instant brings: a message that shows now is still received.
      const timer = this.#clock.after(milliseconds, `sqs long poll ${this.#name}`, giveUp, { priority: 1 })
      signal.addEventListener('abort', giveUp, { once: true })
      this.#waiters.add(waiter)
      this.#arm()
    })
  }

  /** Ends every wait with the reason; the queue is gone. */
  close(reason: Error): void {
    for (const waiter of [...this.#waiters]) waiter.fail(reason)
    this.#listeners.clear()
    this.#arm()
  }

  #tell(): void {
    if (this.#waiters.size === 0 && this.#listeners.size === 0) return
    for (const waiter of [...this.#waiters]) {
      if (!this.#queue.receivable()) return
      waiter.attempt()
    }
    if (!this.#queue.receivable()) return
    for (const listener of [...this.#listeners]) listener()
  }

  #arm(): void {
    const due = this.#waiters.size > 0 || this.#listeners.size > 0 ? this.#queue.nextChange() : undefined
    if (this.#timer?.due === due) return
    this.#timer?.cancel()
    this.#timer =
      due === undefined
        ? undefined
        : this.#clock.at(due, `sqs visibility ${this.#name}`, () => {
            this.#timer = undefined
            this.#queue.refresh()
            this.settle()
          })
  }
}
