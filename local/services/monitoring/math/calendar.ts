import { isArray, isSeries, mapSeries, type Value } from './values.ts'

const parts: Readonly<Record<string, (at: Date) => number>> = {
  MINUTE: (at) => at.getUTCMinutes(),
  HOUR: (at) => at.getUTCHours(),
  /** Monday is 1, Sunday 7. */
  DAY: (at) => at.getUTCDay() || 7,
  DATE: (at) => at.getUTCDate(),
  MONTH: (at) => at.getUTCMonth() + 1,
  YEAR: (at) => at.getUTCFullYear(),
  EPOCH: (at) => at.getTime() / 1_000,
}

/** Functions that tell a part of each point's time, in UTC. */
export const calendarFunctions: Readonly<Record<string, (args: readonly Value[]) => Value>> = Object.fromEntries(
  Object.entries(parts).map(([name, partOf]) => [
    name,
    ([value = 0]: readonly Value[]): Value => {
      const one = (series: Parameters<typeof mapSeries>[0]) => mapSeries(series, (_, at) => partOf(new Date(at)))
      return isArray(value) ? value.map(one) : isSeries(value) ? one(value) : 0
    },
  ]),
)
