import { AwsError } from '../../../errors.ts'
import type { Kernel } from '../../../kernel/kernel.ts'
import { StateFailure } from '../execution/failure.ts'
import type { Json } from '../language/json.ts'

/** A task that waits for whoever has its token. */
export interface WaitingTask {
  readonly token: string
  readonly answered: Promise<Json>
  /** Told of each heartbeat. */
  onHeartbeat: () => void
  /** Nobody waits any more: later answers are refused. */
  close(): void
}

interface Entry {
  readonly task: WaitingTask
  readonly giver: string
  settle(answer: { readonly output: Json } | { readonly failure: StateFailure }): void
}

const invalidToken = (): AwsError => new AwsError('InvalidToken', "Invalid Token: 'Invalid token'")

/** Task tokens; those of tasks that are over are known still, and refused in other words than unknown ones. */
export class Tokens {
  readonly #kernel: Kernel
  readonly #waiting = new Map<string, Entry>()
  /** With what gave each out. */
  readonly #over = new Map<string, string>()

  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  /** A token for a task of the state machine or activity. */
  issue(giver: string): WaitingTask {
    const token = Array.from({ length: 12 }, () => this.#kernel.random.hex('states task token')).join('')
    const text = `AQC${Buffer.from(token, 'hex').toString('base64')}`
    let settle: Entry['settle'] = () => undefined
    const answered = new Promise<Json>((resolve, reject) => {
      settle = (answer) => ('output' in answer ? resolve(answer.output) : reject(answer.failure))
    })
    answered.catch(() => undefined)
    const task: WaitingTask = { token: text, answered, onHeartbeat: () => undefined, close: () => this.#close(text) }
    this.#waiting.set(text, { task, giver, settle })
    return task
  }

  /** @throws AwsError InvalidToken, TaskTimedOut */
  succeed(token: string, output: Json): void {
    this.#take(token).settle({ output })
  }

  /** @throws AwsError InvalidToken, TaskTimedOut */
  fail(token: string, error: string | undefined, cause: string | undefined): void {
    this.#take(token).settle({ failure: new StateFailure(error, cause) })
  }

  /** @throws AwsError InvalidToken, TaskTimedOut */
  beat(token: string): void {
    this.#find(token).task.onHeartbeat()
  }

  /** @throws AwsError InvalidToken where no task ever had it */
  requireIssued(token: string): void {
    if (this.giverOf(token) === undefined) throw invalidToken()
  }

  /** The state machine or activity that gave the token out: what an answer needs permission on. */
  giverOf(token: string): string | undefined {
    return this.#waiting.get(token)?.giver ?? this.#over.get(token)
  }

  #take(token: string): Entry {
    const entry = this.#find(token)
    this.#close(token)
    return entry
  }

  #find(token: string): Entry {
    const entry = this.#waiting.get(token)
    if (entry) return entry
    if (this.#over.has(token))
      throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'")
    throw invalidToken()
  }

  #close(token: string): void {
    const entry = this.#waiting.get(token)
    if (!entry) return
    this.#waiting.delete(token)
    this.#over.set(token, entry.giver)
  }
}
