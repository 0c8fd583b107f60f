import type { Clock } from '../../../kernel/clock.ts'

/** A task that no worker has yet. */
export interface OfferedTask {
  readonly token: string
  /** JSON text. */
  readonly input: string
  /** Told when a worker takes it. */
  taken(workerName: string | undefined): void
}

/** AWS answers a worker after this time without a task. */
const POLL_MILLISECONDS = 60_000

type Poll = (task: OfferedTask | undefined) => void

/** Tasks that wait for workers, and workers that wait for tasks; both in the order in which they came. */
export class ActivityQueue {
  readonly #tasks = new Set<OfferedTask>()
  readonly #polls = new Set<Poll>()
  readonly #clock: Clock
  readonly #name: string

  constructor(clock: Clock, name: string) {
    this.#clock = clock
    this.#name = name
  }

  /** Gives the task to the worker that waits longest, or keeps it until one comes or `signal` takes it back. */
  offer(task: OfferedTask, signal: AbortSignal): void {
    const [poll] = this.#polls
    if (poll) {
      poll(task)
      return
    }
    this.#tasks.add(task)
    signal.addEventListener('abort', () => this.#tasks.delete(task), { once: true })
  }

  /** The task that waits longest, or the next one; `undefined` after a minute, or when the worker hangs up. */
  take(signal: AbortSignal): OfferedTask | Promise<OfferedTask | undefined> {
    const [first] = this.#tasks
    if (!first) return this.#next(signal)
    this.#tasks.delete(first)
    return first
  }

  #next(signal: AbortSignal): Promise<OfferedTask | undefined> {
    return new Promise((resolve) => {
      const poll: Poll = (task) => {
        this.#polls.delete(poll)
        timer.cancel()
        signal.removeEventListener('abort', giveUp)
        resolve(task)
      }
      const giveUp = () => poll(undefined)
      const timer = this.#clock.after(POLL_MILLISECONDS, `states activity poll ${this.#name}`, giveUp, { priority: 1 })
      signal.addEventListener('abort', giveUp, { once: true })
      this.#polls.add(poll)
    })
  }
}
