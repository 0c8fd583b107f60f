const pattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)$/

/** An ISO-8601 date-time with an offset, in milliseconds since the epoch; `undefined` where the text is none. */
export function parseTimestamp(text: string): number | undefined {
  const parts = pattern.exec(text)
  if (!parts) return undefined
  const [, year, month, day, hour, minute, second = '00', fraction = '', offset = 'Z'] = parts
  const millis = Number(fraction.padEnd(3, '0').slice(0, 3))
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    millis,
  )
  const date = new Date(local)
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined
  return local - offsetOf(offset)
}

function offsetOf(offset: string): number {
  if (offset === 'Z') return 0
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6))
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000
}

/** The form in which the context object gives times. */
export const timestampText = (instant: number): string => new Date(instant).toISOString()
