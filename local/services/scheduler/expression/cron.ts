import { type DayRule, parseDays } from './cron-days.ts'
import { type Allowed, parseField } from './cron-field.ts'
import { firstInstantOf, type WallTime, wallTimeAt } from './zone.ts'

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const LAST_YEAR = 2199

/** A parsed `cron(minutes hours day-of-month month day-of-week year)`; without a year, any year. */
export interface Cron {
  readonly minutes: Allowed
  readonly hours: Allowed
  readonly months: Allowed
  readonly years: Allowed
  readonly days: DayRule
}

export function parseCron(text: string): Cron | undefined {
  const fields = text.split(' ')
  if (fields.length !== 6 && fields.length !== 5) return undefined
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = '*'] = fields
  const minutes = parseField(minute, { least: 0, most: 59 })
  const hours = parseField(hour, { least: 0, most: 23 })
  const months = parseField(month, { least: 1, most: 12, names: MONTHS })
  const years = parseField(year, { least: 1970, most: LAST_YEAR })
  const days = parseDays(dayOfMonth, dayOfWeek)
  return minutes && hours && months && years && days ? { minutes, hours, months, years, days } : undefined
}

/**
 * The first instant after `after` at which the zone's clocks show a time that fits. A time that the clocks skip in spring
 * is skipped; one that they show twice in autumn counts once, the first time.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
 */
export function nextCron(cron: Cron, after: number, zone: string): number | undefined {
  const start = wallTimeAt(after, zone)
  let day = { year: start.year, month: start.month, day: start.day }
  while (day.year <= LAST_YEAR) {
    if (!cron.years.has(day.year)) day = { year: day.year + 1, month: 1, day: 1 }
    else if (!cron.months.has(day.month)) day = nextMonth(day)
    else {
      if (cron.days(day)) {
        const found = firstOfDay(cron, day, after, zone)
        if (found !== undefined) return found
      }
      day = nextDay(day)
    }
  }
  return undefined
}

function firstOfDay(
  cron: Cron,
  day: Pick<WallTime, 'year' | 'month' | 'day'>,
  after: number,
  zone: string,
): number | undefined {
  for (const hour of [...cron.hours].sort((a, b) => a - b))
    for (const minute of [...cron.minutes].sort((a, b) => a - b)) {
      const instant = firstInstantOf({ ...day, hour, minute, second: 0 }, zone)
      if (instant !== undefined && instant > after) return instant
    }
  return undefined
}

const nextMonth = ({ year, month }: Pick<WallTime, 'year' | 'month'>) =>
  month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 }

function nextDay({ year, month, day }: Pick<WallTime, 'year' | 'month' | 'day'>) {
  const next = new Date(Date.UTC(year, month - 1, day + 1))
  return { year: next.getUTCFullYear(), month: next.getUTCMonth() + 1, day: next.getUTCDate() }
}
