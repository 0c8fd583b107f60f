import type { Kernel } from '../../kernel/kernel.ts'
import type { TopicMessage } from './message.ts'

const DAY_MS = 86_400_000

/** What a FIFO topic keeps of its messages while it has an archive policy. */
export class TopicArchive {
  readonly #kernel: Kernel
  #messages: TopicMessage[] = []
  #since: number | undefined
  #days = 0

  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  get active(): boolean {
    return this.#since !== undefined
  }

  /** Follows the topic's archive policy: `{}` or nothing ends the archive. */
  follow(policy: string | undefined): void {
    const days = Number(
      (JSON.parse(policy || '{}') as { MessageRetentionPeriod?: unknown }).MessageRetentionPeriod ?? 0,
    )
    this.#days = days
    if (days === 0) {
      this.#since = undefined
      this.#messages = []
    } else this.#since ??= this.#kernel.clock.now()
  }

  keep(message: TopicMessage): void {
    if (this.active) this.#messages.push(message)
  }

  /** The oldest instant from which a replay may start. */
  beginning(): number {
    return Math.max(this.#since ?? 0, this.#kernel.clock.now() - this.#days * DAY_MS)
  }

  /** The messages of a period, in order. Retention has no timer: what is too old is gone when somebody looks. */
  between(from: number, to: number): readonly TopicMessage[] {
    const oldest = this.beginning()
    this.#messages = this.#messages.filter(({ published }) => published >= oldest)
    return this.#messages.filter(({ published }) => published >= from && published <= to)
  }
}
