import type { HistoryEventType } from '@aws-sdk/client-sfn'
import type { Lease } from '../../../kernel/leases.ts'
import type { Json, JsonObject } from '../language/json.ts'
import type { Trial } from '../trial/trial.ts'
import { Aborted } from './failure.ts'
import type { EventDetails } from './history.ts'
import type { Run } from './run.ts'

/** Where a thread is: what a redrive takes up again. */
export interface Progress {
  readonly state: string
  readonly input: Json
  readonly variables: ReadonlyMap<string, Json>
  /** The state's branches or iterations, by index: the output of one that is done, the thread of another. */
  children: (Reached | undefined)[]
}

export type Reached = { readonly output: Json } | { readonly thread: Thread }

/** A state that was entered and not left yet. */
export interface OpenState {
  readonly type: string
  readonly enteredAt: number
}

/**
 * One line of control through an execution: the top level, a branch, a Map iteration. It has its own variables, its own
 * chain of events, and holds the clock while it works.
 */
export class Thread {
  readonly run: Run
  readonly variables: Map<string, Json>
  readonly signal: AbortSignal
  /** Id of the newest event of the chain. */
  previous: number
  /** The `Map` member of the context object. */
  readonly map: JsonObject | undefined
  /** Set where a state is tested on its own. */
  readonly trial: Trial | undefined
  readonly open: OpenState[] = []
  /** The state that the thread is in, or was in when it ended. */
  progress: Progress | undefined
  /** Where a redrive lets it begin; used up by the first state. */
  resume: Progress | undefined
  #lease: Lease | undefined

  constructor(
    run: Run,
    options: {
      previous: number
      variables: ReadonlyMap<string, Json>
      signal: AbortSignal
      map?: JsonObject | undefined
      resume?: Progress | undefined
      trial?: Trial
    },
  ) {
    this.run = run
    this.previous = options.previous
    this.variables = new Map(options.resume?.variables ?? options.variables)
    this.signal = options.signal
    this.map = options.map
    this.resume = options.resume
    this.trial = options.trial
  }

  /** Runs `work` holding the clock, but for what it does inside `waiting`. */
  async holding<T>(work: () => Promise<T>): Promise<T> {
    this.#hold()
    try {
      return await work()
    } finally {
      this.#lease?.release()
    }
  }

  /** Waits for time or for other's work. @throws Aborted as soon as the thread is told to stop */
  async waiting<T>(wait: Promise<T>): Promise<T> {
    this.checkAborted()
    this.#lease?.release()
    let stop: (() => void) | undefined
    const aborted = new Promise<never>((_, reject) => {
      stop = () => reject(new Aborted())
      this.signal.addEventListener('abort', stop, { once: true })
    })
    try {
      return await Promise.race([wait, aborted])
    } finally {
      if (stop) this.signal.removeEventListener('abort', stop)
      this.#hold()
    }
  }

  /** @throws Aborted */
  async sleep(milliseconds: number, label: string): Promise<void> {
    if (milliseconds <= 0) return
    await this.waiting(this.run.clock.sleep(milliseconds, label, { signal: this.signal }).catch(() => undefined))
  }

  /** Writes an event to the end of the chain. @throws Aborted */
  record(type: HistoryEventType, details?: EventDetails): number {
    this.previous = this.note(type, details)
    return this.previous
  }

  /** Writes an event that nothing follows from: the chain stays where it is. @throws Aborted */
  note(type: HistoryEventType, details?: EventDetails): number {
    this.checkAborted()
    return this.run.history.add(type, this.previous, details)
  }

  checkAborted(): void {
    if (this.signal.aborted) throw new Aborted()
  }

  #hold(): void {
    this.#lease = this.run.clock.lease(`states ${this.run.execution.name}`)
  }
}
