import type { MetricId } from './metric.ts'
import type { Metrics } from './metrics.ts'

/** Values by the start of their period, oldest first. */
export type Series = ReadonlyMap<number, number>

export interface SeriesRequest {
  readonly id: MetricId
  /** Milliseconds. */
  readonly period: number
  readonly stat: string
  readonly unit: string | undefined
}

/** One value a period from the first instant to before the second; periods without points are left out. */
export function seriesOf(metrics: Metrics, request: SeriesRequest, from: number, to: number): Series {
  const { id, period, stat, unit } = request
  const series = new Map<number, number>()
  for (let start = from; start < to; start += period) {
    const value = metrics.summarize(id, start, start + period, unit)?.statistic(stat)
    if (value !== undefined) series.set(start, value)
  }
  return series
}
