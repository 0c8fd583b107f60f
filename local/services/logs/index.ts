import type { CloudContext, Service } from '../../service.ts'
import { eventActions } from './actions/events.ts'
import { groupActions } from './actions/groups.ts'
import { metricFilterActions } from './actions/metric-filters.ts'
import { policyActions } from './actions/policies.ts'
import { streamActions } from './actions/streams.ts'
import { subscriptionFilterActions } from './actions/subscription-filters.ts'
import { tagActions } from './actions/tags.ts'
import { Logs } from './model/logs.ts'
import type { LogsParts } from './parts.ts'
import { logsResources } from './resources.ts'

/** CloudWatch Logs, as the other services see it. */
export interface LogsService extends Service {
  /** Takes lines at the clock's now; the sink behind `context.log`. */
  readonly log: CloudContext['log']
  hasGroup(name: string): boolean
}

export function createLogs(context: CloudContext): LogsService {
  const logs = new Logs(context)
  const parts: LogsParts = { context, logs }
  return {
    name: 'logs',
    actions: {
      ...groupActions(parts),
      ...streamActions(parts),
      ...eventActions(parts),
      ...metricFilterActions(parts),
      ...subscriptionFilterActions(parts),
      ...policyActions(parts),
      ...tagActions(parts),
    },
    resourcePolicy: () => logs.policies.document(),
    resources: logsResources(context),
    hasGroup: (name) => logs.get(name) !== undefined,
    log: (group, stream, lines) => logs.write(group, stream, lines),
  }
}
