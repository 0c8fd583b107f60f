/** A log event. */
export interface LogEvent {
  /** 56 digits, in the order of time and then of arrival. */
  readonly id: string
  readonly timestamp: number
  readonly ingestedAt: number
  readonly message: string
}

export const eventId = (timestamp: number, count: number): string =>
  String(timestamp).padStart(16, '0') + String(count).padStart(40, '0')
