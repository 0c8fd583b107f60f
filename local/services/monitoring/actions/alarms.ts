import type {
  DeleteAlarmsCommandInput,
  DeleteAlarmsCommandOutput,
  DescribeAlarmHistoryCommandInput,
  DescribeAlarmHistoryCommandOutput,
  DescribeAlarmsCommandInput,
  DescribeAlarmsCommandOutput,
  DescribeAlarmsForMetricCommandInput,
  DescribeAlarmsForMetricCommandOutput,
  DisableAlarmActionsCommandInput,
  DisableAlarmActionsCommandOutput,
  EnableAlarmActionsCommandInput,
  EnableAlarmActionsCommandOutput,
  PutCompositeAlarmCommandInput,
  PutCompositeAlarmCommandOutput,
  PutMetricAlarmCommandInput,
  PutMetricAlarmCommandOutput,
  SetAlarmStateCommandInput,
  SetAlarmStateCommandOutput,
} from '@aws-sdk/client-cloudwatch'
import { AwsError } from '../../../errors.ts'
import { type AccessCheck, type Action, action } from '../../../service.ts'
import type { Alarm, StateValue } from '../alarms/alarm.ts'
import { alarmArn, compositeAlarm, metricAlarm } from '../alarms/configure.ts'
import { ALARM_MEMBERS, METRIC_ALARM_MEMBERS } from '../alarms/members.ts'
import { dimensionsOf } from '../dimensions.ts'
import { missingParameter, validation } from '../errors.ts'
import { keyOf } from '../model/metric.ts'
import type { SeriesRequest } from '../model/series.ts'
import type { MonitoringParts } from '../parts.ts'
import { describeAlarms, presentMetric } from './describe-alarms.ts'

export function alarmActions(parts: MonitoringParts): Record<string, Action> {
  const { alarms, context, tags } = parts
  const on = (name: string, alarm: string | undefined): readonly AccessCheck[] => [
    { action: `cloudwatch:${name}`, resource: alarmArn(context, alarm ?? '') },
  ]
  const onAll = (name: string, names: readonly string[] | undefined): readonly AccessCheck[] =>
    (names ?? []).flatMap((alarm) => on(name, alarm))
  const enable = (names: readonly string[] | undefined, actionsEnabled: boolean) => {
    for (const name of names ?? []) alarms.configure(name, { actionsEnabled })
    return {}
  }

  return {
    PutMetricAlarm: action<PutMetricAlarmCommandInput, PutMetricAlarmCommandOutput>({
      accepts: [...ALARM_MEMBERS, ...METRIC_ALARM_MEMBERS],
      access: ({ AlarmName }) => on('PutMetricAlarm', AlarmName),
      run: async (input) => {
        const alarm = metricAlarm(context, input)
        if (!alarms.get(alarm.common.name)) tags.set(alarm.common.arn, input.Tags)
        await alarms.put(alarm)
        return {}
      },
    }),

    PutCompositeAlarm: action<PutCompositeAlarmCommandInput, PutCompositeAlarmCommandOutput>({
      accepts: [...ALARM_MEMBERS, 'AlarmRule'],
      access: ({ AlarmName }) => on('PutCompositeAlarm', AlarmName),
      run: async (input) => {
        const alarm = compositeAlarm(context, input, (name) => alarms.get(name) !== undefined)
        if (!alarms.get(alarm.common.name)) tags.set(alarm.common.arn, input.Tags)
        await alarms.put(alarm)
        return {}
      },
    }),

    DescribeAlarms: action<DescribeAlarmsCommandInput, DescribeAlarmsCommandOutput>({
      accepts: [
        ...(['AlarmNames', 'AlarmNamePrefix', 'AlarmTypes', 'StateValue', 'ActionPrefix'] as const),
        ...(['ChildrenOfAlarmName', 'ParentsOfAlarmName', 'MaxRecords', 'NextToken'] as const),
      ],
      access: () => on('DescribeAlarms', '*'),
      run: (input) => describeAlarms(parts.alarms, input),
    }),

    DescribeAlarmsForMetric: action<DescribeAlarmsForMetricCommandInput, DescribeAlarmsForMetricCommandOutput>({
      accepts: ['MetricName', 'Namespace', 'Dimensions', 'Period', 'Statistic', 'ExtendedStatistic', 'Unit'],
      access: () => on('DescribeAlarmsForMetric', '*'),
      run: ({ MetricName = '', Namespace = '', Dimensions, ...more }) => {
        const key = keyOf({ namespace: Namespace, name: MetricName, dimensions: dimensionsOf(Dimensions) })
        const fits = ({ id, period, stat, unit }: SeriesRequest): boolean =>
          keyOf(id) === key &&
          period === (more.Period === undefined ? period : more.Period * 1_000) &&
          stat === (more.Statistic ?? more.ExtendedStatistic ?? stat) &&
          unit === (more.Unit ?? unit)
        const watching = ({ rule }: Alarm) =>
          rule.kind === 'metric' && rule.queries.some(({ metric }) => metric && fits(metric))
        return { MetricAlarms: alarms.all().filter(watching).map(presentMetric) }
      },
    }),

    DescribeAlarmHistory: action<DescribeAlarmHistoryCommandInput, DescribeAlarmHistoryCommandOutput>({
      accepts: [
        ...(['AlarmName', 'AlarmTypes', 'HistoryItemType', 'StartDate', 'EndDate'] as const),
        ...(['MaxRecords', 'NextToken', 'ScanBy'] as const),
      ],
      access: ({ AlarmName }) => on('DescribeAlarmHistory', AlarmName ?? '*'),
      run: ({ AlarmName, AlarmTypes, HistoryItemType, StartDate, EndDate, MaxRecords = 100, NextToken, ScanBy }) => {
        const items = alarms.history(AlarmName).filter(({ type, kind, at }) => {
          if (AlarmTypes && !AlarmTypes.includes(kind)) return false
          if (HistoryItemType !== undefined && type !== HistoryItemType) return false
          return at >= (StartDate?.getTime() ?? 0) && at < (EndDate?.getTime() ?? Number.POSITIVE_INFINITY)
        })
        const from = Number(NextToken ?? 0)
        if (!Number.isInteger(from)) throw new AwsError('InvalidNextToken', 'Invalid nextToken')
        const ordered = ScanBy === 'TimestampAscending' ? [...items].reverse() : items
        return {
          NextToken: ordered.length > from + MaxRecords ? String(from + MaxRecords) : undefined,
          AlarmHistoryItems: ordered.slice(from, from + MaxRecords).map(({ alarm, kind, at, type, summary, data }) => ({
            AlarmName: alarm,
            AlarmType: kind,
            Timestamp: new Date(at),
            HistoryItemType: type,
            HistorySummary: summary,
            HistoryData: JSON.stringify(data),
          })),
        }
      },
    }),

    DeleteAlarms: action<DeleteAlarmsCommandInput, DeleteAlarmsCommandOutput>({
      accepts: ['AlarmNames'],
      access: ({ AlarmNames }) => onAll('DeleteAlarms', AlarmNames),
      run: ({ AlarmNames }) => {
        if (!AlarmNames?.length) throw missingParameter('AlarmNames')
        if (AlarmNames.length > 100)
          throw validation(`AlarmNames must have at most 100 members, not ${AlarmNames.length}.`)
        for (const name of AlarmNames) {
          alarms.delete(name)
          tags.drop(alarmArn(context, name))
        }
        return {}
      },
    }),

    SetAlarmState: action<SetAlarmStateCommandInput, SetAlarmStateCommandOutput>({
      accepts: ['AlarmName', 'StateValue', 'StateReason', 'StateReasonData'],
      access: ({ AlarmName }) => on('SetAlarmState', AlarmName),
      run: async ({ AlarmName, StateValue, StateReason, StateReasonData }) => {
        if (!StateReason) throw missingParameter('StateReason')
        if (!['OK', 'ALARM', 'INSUFFICIENT_DATA'].includes(StateValue ?? ''))
          throw validation(
            `1 validation error detected: Value '${StateValue}' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]`,
          )
        const alarm = alarms.get(AlarmName ?? '')
        // AWS gives no text here.
        if (!alarm) throw new AwsError('ResourceNotFound', '')
        checkReasonData(StateReasonData)
        await alarms.setState(alarm, StateValue as StateValue, StateReason, StateReasonData)
        return {}
      },
    }),

    EnableAlarmActions: action<EnableAlarmActionsCommandInput, EnableAlarmActionsCommandOutput>({
      accepts: ['AlarmNames'],
      access: ({ AlarmNames }) => onAll('EnableAlarmActions', AlarmNames),
      run: ({ AlarmNames }) => enable(AlarmNames, true),
    }),

    DisableAlarmActions: action<DisableAlarmActionsCommandInput, DisableAlarmActionsCommandOutput>({
      accepts: ['AlarmNames'],
      access: ({ AlarmNames }) => onAll('DisableAlarmActions', AlarmNames),
      run: ({ AlarmNames }) => enable(AlarmNames, false),
    }),
  }
}

/** @throws AwsError InvalidFormat */
function checkReasonData(text: string | undefined): void {
  if (text === undefined) return
  try {
    JSON.parse(text)
  } catch {
    throw new AwsError('InvalidFormatFault', 'StateReasonData must be valid JSON')
  }
}
