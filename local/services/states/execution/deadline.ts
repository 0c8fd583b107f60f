import type { Clock, Timer } from '../../../kernel/clock.ts'
import { StateFailure } from './failure.ts'

/** A task's time and, for one that waits for a token, the time between its heartbeats. */
export class Deadline {
  /** Rejects with States.Timeout, which States.HeartbeatTimeout catches too where a heartbeat was missed. */
  readonly expired: Promise<never>
  readonly #clock: Clock
  readonly #label: string
  readonly #timeoutSeconds: number | undefined
  readonly #heartbeatSeconds: number | undefined
  #timeout: Timer | undefined
  #heartbeat: Timer | undefined
  #reject: (failure: StateFailure) => void = () => undefined

  constructor(
    clock: Clock,
    label: string,
    times: { readonly timeoutSeconds: number | undefined; readonly heartbeatSeconds: number | undefined },
  ) {
    this.#clock = clock
    this.#label = label
    this.#timeoutSeconds = times.timeoutSeconds
    this.#heartbeatSeconds = times.heartbeatSeconds
    this.expired = new Promise((_, reject) => {
      this.#reject = reject
    })
    this.expired.catch(() => undefined)
  }

  /** Both times count from the task's start: an activity's is when a worker takes it. */
  begin(): void {
    if (this.#timeoutSeconds !== undefined)
      this.#timeout = this.#clock.after(this.#timeoutSeconds * 1000, `states timeout of ${this.#label}`, () =>
        this.#reject(new StateFailure('States.Timeout', undefined)),
      )
    this.beat()
  }

  /** The heartbeat's time begins anew. */
  beat(): void {
    if (this.#heartbeatSeconds === undefined) return
    this.#heartbeat?.cancel()
    this.#heartbeat = this.#clock.after(this.#heartbeatSeconds * 1000, `states heartbeat of ${this.#label}`, () =>
      this.#reject(new StateFailure('States.Timeout', undefined, 'States.HeartbeatTimeout')),
    )
  }

  cancel(): void {
    this.#timeout?.cancel()
    this.#heartbeat?.cancel()
  }
}
