/** What a log group's input transformer makes. */
export interface LogEvent {
  /** Milliseconds since 1970; absent where the text is no time. */
  readonly timestamp: number | undefined
  readonly message: string
}

/** Reads `{"timestamp": ..., "message": ...}` with texts in both; `undefined` where the text is anything else. */
export function logEventOf(text: string): LogEvent | undefined {
  const value = parsed(text)
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return undefined
  const { timestamp, message } = value as Readonly<Record<string, unknown>>
  if (typeof timestamp !== 'string' || typeof message !== 'string') return undefined
  const instant = /^\d+$/.test(timestamp) ? Number(timestamp) : Date.parse(timestamp)
  return { timestamp: Number.isNaN(instant) ? undefined : instant, message }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
