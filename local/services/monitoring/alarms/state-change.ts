import type { CloudContext } from '../../../service.ts'
import type { Alarm, AlarmState, MetricAlarmRule } from './alarm.ts'

export const timeOf = (at: number): string => new Date(at).toISOString().replace('Z', '+0000')

/** A change of state as functions and EventBridge are told of it. */
export function changeOf({ common, rule, state }: Alarm, previous: AlarmState): object {
  return {
    alarmName: common.name,
    state: shown(state),
    previousState: shown(previous),
    configuration: {
      ...(common.description !== undefined && { description: common.description }),
      ...(rule.kind === 'composite' ? { alarmRule: rule.source } : { metrics: rule.queries.map(configured) }),
    },
  }
}

const shown = ({ value, reason, reasonData, updatedAt }: AlarmState) => ({
  value,
  reason,
  ...(reasonData !== undefined && { reasonData }),
  timestamp: timeOf(updatedAt),
})

const configured = ({ id, metric, math, returned }: MetricAlarmRule['queries'][number]): object => ({
  id,
  ...(metric && {
    metricStat: {
      metric: { namespace: metric.id.namespace, name: metric.id.name, dimensions: metric.id.dimensions },
      period: metric.period / 1_000,
      stat: metric.stat,
    },
  }),
  ...(math && { expression: math.source }),
  returnData: returned,
})

/**
 * Tells EventBridge's default bus of a change of state, whether or not the alarm's actions are enabled.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export async function tellEventBridge(context: CloudContext, alarm: Alarm, previous: AlarmState): Promise<void> {
  await context.call({
    caller: context.administrator,
    service: 'events',
    action: 'PutEvents',
    input: {
      Entries: [
        {
          Source: 'aws.cloudwatch',
          DetailType: 'CloudWatch Alarm State Change',
          Resources: [alarm.common.arn],
          Detail: JSON.stringify(changeOf(alarm, previous)),
        },
      ],
    },
  })
}
