import type { CloudContext, Service } from '../../service.ts'
import type { Sqs } from '../sqs/index.ts'
import { alarmActions } from './actions/alarms.ts'
import { dashboardActions } from './actions/dashboards.ts'
import { metricDataActions } from './actions/metric-data.ts'
import { metricActions } from './actions/metrics.ts'
import { tagActions } from './actions/tags.ts'
import { Alarms } from './alarms/alarms.ts'
import { Dashboards } from './model/dashboards.ts'
import { Meter } from './model/meter.ts'
import type { Dimensions, MetricId } from './model/metric.ts'
import { Metrics } from './model/metrics.ts'
import { Tags } from './model/tags.ts'
import type { MonitoringParts } from './parts.ts'
import { monitoringResources } from './resources.ts'

/** CloudWatch's metrics, as the other services see them. */
export interface Monitoring extends Service {
  /** Takes a data point at the clock's now; the sink behind `context.metric`. */
  readonly metric: CloudContext['metric']
  /** The counter of a resource's own metrics behind `context.meter`. */
  meter(namespace: string, dimensions: Dimensions): Meter
  /** Takes points of an instant, as log lines carry them. */
  put(point: MetricPoint): void
}

export interface MetricPoint extends MetricId {
  readonly values: readonly number[]
  readonly unit: string
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  /** Seconds: 60, or 1 in high resolution. */
  readonly resolution: number
}

export function createMonitoring(context: CloudContext): Monitoring {
  const { clock } = context.kernel
  const metrics = new Metrics(clock, () => [context.service<Sqs>('sqs').gauges])
  const parts: MonitoringParts = {
    context,
    metrics,
    alarms: new Alarms(context, metrics),
    dashboards: new Dashboards(),
    tags: new Tags(),
  }
  return {
    name: 'monitoring',
    actions: {
      ...metricActions(parts),
      ...metricDataActions(parts),
      ...alarmActions(parts),
      ...dashboardActions(parts),
      ...tagActions(parts),
    },
    resources: monitoringResources(context),
    metric: (namespace, name, dimensions, value, unit = 'None') =>
      metrics.open({ namespace, name, dimensions }).at(clock.now(), unit).add(value),
    meter: (namespace, dimensions) => new Meter(clock, metrics, namespace, dimensions),
    put: ({ values, unit, timestamp, resolution, ...id }) => {
      const summary = metrics.open(id).at(timestamp, unit, resolution * 1_000)
      for (const value of values) summary.add(value)
    },
  }
}
