import type { HistoryEventType, HistoryEvent as SdkEvent } from '@aws-sdk/client-sfn'

/** An event as GetExecutionHistory answers it. */
export type HistoryEvent = SdkEvent

export type EventDetails = Omit<SdkEvent, 'id' | 'previousEventId' | 'timestamp' | 'type'>

/** A Standard execution has at most this many events; the last one tells that it failed. */
const MAX_EVENTS = 25_000

/** The history holds no further event. */
export class HistoryFull extends Error {
  override readonly name = 'HistoryFull'
}

/** What happened in an execution, in order. */
export class History {
  readonly events: HistoryEvent[] = []
  /** Told of every event, for the execution's log. */
  onEvent: ((event: HistoryEvent) => void) | undefined
  readonly #now: () => number
  readonly #limit: number

  constructor(now: () => number, limited: boolean) {
    this.#now = now
    this.#limit = limited ? MAX_EVENTS : Number.POSITIVE_INFINITY
  }

  /** Writes an event and returns its id. @throws HistoryFull */
  add(type: HistoryEventType, previousEventId: number, details: EventDetails = {}): number {
    if (this.events.length >= this.#limit - 1) throw new HistoryFull()
    return this.end(type, previousEventId, details)
  }

  /** Writes an execution's last event, for which there is always room. */
  end(type: HistoryEventType, previousEventId: number, details: EventDetails): number {
    const id = this.events.length + 1
    const event = { id, previousEventId, timestamp: new Date(this.#now()), type, ...details }
    this.events.push(event)
    this.onEvent?.(event)
    return id
  }
}

/** Nothing is cut from inputs and outputs: they are at most 256 KiB. */
export const whole = { truncated: false } as const
