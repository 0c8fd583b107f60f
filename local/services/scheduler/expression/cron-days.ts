import { type Allowed, parseField, parseValue, type Range } from './cron-field.ts'

export interface CalendarDay {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
}

/** Whether a schedule runs on a day. */
export type DayRule = (day: CalendarDay) => boolean

const WEEK: Range = { least: 1, most: 7, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] }
const MONTH_DAYS: Range = { least: 1, most: 31 }

const daysIn = ({ year, month }: CalendarDay): number => new Date(Date.UTC(year, month, 0)).getUTCDate()
/** 1 is Sunday. */
const weekdayOf = ({ year, month, day }: CalendarDay): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1

/** One of the two fields must be `?`; the other one decides. */
export function parseDays(dayOfMonth: string, dayOfWeek: string): DayRule | undefined {
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) return undefined
  return dayOfMonth === '?' ? parseDayOfWeek(dayOfWeek) : parseDayOfMonth(dayOfMonth)
}

function parseDayOfMonth(text: string): DayRule | undefined {
  if (text === 'L') return (day) => day.day === daysIn(day)
  if (text === 'LW') return (day) => day.day === nearestWeekday({ ...day, day: daysIn(day) })
  const near = /^(\d+)W$/.exec(text)?.[1]
  if (near !== undefined) {
    const wanted = parseValue(near, MONTH_DAYS)
    return wanted === undefined
      ? undefined
      : (day) => wanted <= daysIn(day) && day.day === nearestWeekday({ ...day, day: wanted })
  }
  const allowed = parseField(text, MONTH_DAYS)
  return allowed && ((day) => allowed.has(day.day))
}

/** The weekday (Monday to Friday) nearest to a day within its month. */
function nearestWeekday(day: CalendarDay): number {
  const weekday = weekdayOf(day)
  if (weekday === 7) return day.day === 1 ? 3 : day.day - 1
  if (weekday === 1) return day.day === daysIn(day) ? day.day - 2 : day.day + 1
  return day.day
}

function parseDayOfWeek(text: string): DayRule | undefined {
  if (text === 'L') return (day) => weekdayOf(day) === 7
  const last = /^(.+)L$/.exec(text)?.[1]
  if (last !== undefined) {
    const wanted = parseValue(last, WEEK)
    return wanted === undefined ? undefined : (day) => weekdayOf(day) === wanted && day.day + 7 > daysIn(day)
  }
  const [weekday = '', nth] = text.split('#')
  if (nth !== undefined) {
    const wanted = parseValue(weekday, WEEK)
    if (wanted === undefined || !/^[1-5]$/.test(nth)) return undefined
    return (day) => weekdayOf(day) === wanted && Math.ceil(day.day / 7) === Number(nth)
  }
  const allowed: Allowed | undefined = parseField(text, WEEK)
  return allowed && ((day) => allowed.has(weekdayOf(day)))
}
