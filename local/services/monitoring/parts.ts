import type { CloudContext } from '../../service.ts'
import type { Alarms } from './alarms/alarms.ts'
import type { Dashboards } from './model/dashboards.ts'
import type { Metrics } from './model/metrics.ts'
import type { Tags } from './model/tags.ts'

/** What the actions share. */
export interface MonitoringParts {
  readonly context: CloudContext
  readonly metrics: Metrics
  readonly alarms: Alarms
  readonly dashboards: Dashboards
  readonly tags: Tags
}
