import type { LogEvent } from './event.ts'

/** A log stream: its events by time, the newest kept. */
export class LogStream {
  readonly name: string
  readonly arn: string
  readonly createdAt: number
  lastIngestedAt: number | undefined
  #events: LogEvent[] = []
  #first = 0

  constructor(name: string, arn: string, createdAt: number) {
    this.name = name
    this.arn = arn
    this.createdAt = createdAt
  }

  /** Takes events in; nearly always they come in the order of time. */
  append(events: readonly LogEvent[]): void {
    for (const event of events) {
      const last = this.#events.at(-1)
      this.#events.push(event)
      if (last && last.id > event.id && this.#events.length - this.#first > 1)
        this.#events = this.#live().sort((a, b) => (a.id < b.id ? -1 : 1))
    }
    this.lastIngestedAt = events.at(-1)?.ingestedAt ?? this.lastIngestedAt
  }

  /** Forgets the oldest event; answers the length of its message. */
  dropOldest(): number {
    const oldest = this.#events[this.#first]
    if (!oldest) return 0
    this.#first += 1
    if (this.#first > 1_024 && this.#first * 2 > this.#events.length) this.#live()
    return oldest.message.length
  }

  /** Events of the instant or later, oldest first. */
  since(instant: number): readonly LogEvent[] {
    const events = this.#live()
    const start = events.findIndex(({ timestamp }) => timestamp >= instant)
    return start < 0 ? [] : start === 0 ? events : events.slice(start)
  }

  get lastId(): string | undefined {
    return this.#events.at(-1)?.id
  }

  get bytes(): number {
    return this.#live().reduce((sum, { message }) => sum + message.length, 0)
  }

  #live(): LogEvent[] {
    if (this.#first > 0) {
      this.#events = this.#events.slice(this.#first)
      this.#first = 0
    }
    return this.#events
  }
}
