import type { Dimensions, MetricId, Reading } from './metric.ts'

/**
 * A service's metrics that are a present state and not an event, such as the depth of a queue. They are read when
 * somebody asks and at each minute that an alarm watches, never otherwise.
 */
export interface GaugeSource {
  readonly namespace: string
  /** The value now; `undefined` where there is no such gauge. */
  read(name: string, dimensions: Dimensions): Reading | undefined
  /** All gauges there are. */
  list(): Iterable<MetricId>
  /** Calls the listener whenever a gauge may have left zero. */
  onActivity(listener: (dimensions: Dimensions) => void): void
}
