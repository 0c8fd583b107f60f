/** A wall clock reading: what a clock on the wall of a time zone shows. */
export interface WallTime {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** @throws RangeError for a zone that IANA does not know */
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(zone, format)
  }
  return format
}

export function isZone(zone: string): boolean {
  try {
    formatOf(zone)
    return true
  } catch {
    return false
  }
}

export function wallTimeAt(instant: number, zone: string): WallTime {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  }
}

const asUtc = ({ year, month, day, hour, minute, second }: WallTime): number =>
  Date.UTC(year, month - 1, day, hour, minute, second)

/** The first instant at which the zone's clocks show this; `undefined` where they skip it in spring. */
export function firstInstantOf(wall: WallTime, zone: string): number | undefined {
  const naive = asUtc(wall)
  const candidates = [-1, 0, 1]
    .map((days) => naive - offsetAt(naive + days * 86_400_000, zone))
    .filter((instant) => asUtc(wallTimeAt(instant, zone)) === naive)
  return candidates.length === 0 ? undefined : Math.min(...candidates)
}

/** How far the zone's clocks are ahead of UTC at the instant, in milliseconds. */
const offsetAt = (instant: number, zone: string): number => asUtc(wallTimeAt(instant, zone)) - instant
