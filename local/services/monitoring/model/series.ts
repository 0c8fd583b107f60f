import type { MetricId } from './metric.ts'
import type { Metrics } from './metrics.ts'
import type { Summary } from './statistics.ts'

/** Values by the start of their period, oldest first. */
export type Series = ReadonlyMap<number, number>

export interface SeriesRequest {
  readonly id: MetricId
  /** Milliseconds. */
  readonly period: number
  readonly stat: string
  readonly unit: string | undefined
}

export interface MetricSeries {
  readonly values: Series
  /** Units of the points. Without a unit asked for, AWS answers those of the first one by name (recorded). */
  readonly units: readonly string[]
  readonly sampleCounts: Series
}

/** One value a period from the first instant to before the second; periods without points are left out. */
export function seriesOf(metrics: Metrics, request: SeriesRequest, from: number, to: number): MetricSeries {
  const { id, period, stat } = request
  const summaries: [number, Summary][] = []
  for (let start = from; start < to; start += period)
    for (const summary of metrics.summarize(id, start, start + period)) summaries.push([start, summary])
  const units = [...new Set(summaries.map(([, { unit }]) => unit))].sort()
  const unit = request.unit ?? units[0]
  const values = new Map<number, number>()
  const sampleCounts = new Map<number, number>()
  for (const [start, summary] of summaries) {
    const value = summary.unit === unit ? summary.statistic(stat) : undefined
    if (value === undefined) continue
    values.set(start, value)
    sampleCounts.set(start, summary.count)
  }
  return { values, units: request.unit === undefined ? units : [request.unit], sampleCounts }
}
