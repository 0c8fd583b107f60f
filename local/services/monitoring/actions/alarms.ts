import type {
  CompositeAlarm,
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
  MetricAlarm,
  PutCompositeAlarmCommandInput,
  PutCompositeAlarmCommandOutput,
  PutMetricAlarmCommandInput,
  PutMetricAlarmCommandOutput,
  SetAlarmStateCommandInput,
  SetAlarmStateCommandOutput,
} from '@aws-sdk/client-cloudwatch'
import { AwsError } from '../../../errors.ts'
import { type AccessCheck, type Action, action } from '../../../service.ts'
import { pageOf } from '../../pages.ts'
import type { Alarm, StateValue } from '../alarms/alarm.ts'
import { alarmArn, compositeAlarm, metricAlarm } from '../alarms/configure.ts'
import { ALARM_MEMBERS, METRIC_ALARM_MEMBERS } from '../alarms/members.ts'
import { dimensionsOf } from '../dimensions.ts'
import { missingParameter, validation } from '../errors.ts'
import { keyOf } from '../model/metric.ts'
import type { MonitoringParts } from '../parts.ts'

function presentCommon({ common, state }: Alarm) {
  return {
    AlarmName: common.name,
    AlarmArn: common.arn,
    AlarmDescription: common.description,
    AlarmConfigurationUpdatedTimestamp: new Date(common.configuredAt),
    ActionsEnabled: common.actionsEnabled,
    OKActions: [...common.actions.OK],
    AlarmActions: [...common.actions.ALARM],
    InsufficientDataActions: [...common.actions.INSUFFICIENT_DATA],
    StateValue: state.value,
    StateReason: state.reason,
    StateReasonData: state.reasonData,
    StateUpdatedTimestamp: new Date(state.updatedAt),
    StateTransitionedTimestamp: new Date(state.transitionedAt),
  }
}

const presentMetric = (alarm: Alarm): MetricAlarm => ({
  ...presentCommon(alarm),
  ...(alarm.rule.kind === 'metric' && { Dimensions: [], ...alarm.rule.given }),
})

const presentComposite = (alarm: Alarm): CompositeAlarm => ({
  ...presentCommon(alarm),
  ...(alarm.rule.kind === 'composite' && { AlarmRule: alarm.rule.source }),
})

function describe({ alarms }: MonitoringParts, input: DescribeAlarmsCommandInput) {
  if (input.AlarmNames && input.AlarmNamePrefix !== undefined)
    throw validation('AlarmNames and AlarmNamePrefix are mutually exclusive.')
  const types = input.AlarmTypes ?? ['MetricAlarm']
  const all = alarms.all().filter(({ common, rule, state }) => {
    const { name, actions } = common
    if (!types.includes(rule.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm')) return false
    if (input.AlarmNames && !input.AlarmNames.includes(name)) return false
    if (input.StateValue !== undefined && state.value !== input.StateValue) return false
    const prefix = input.ActionPrefix
    if (
      prefix !== undefined &&
      !Object.values(actions)
        .flat()
        .some((arn) => arn.startsWith(prefix))
    )
      return false
    return name.startsWith(input.AlarmNamePrefix ?? '')
  })
  const { elements, next } = pageOf(all, ({ common }) => common.name, input.MaxRecords ?? 50, input.NextToken)
  return {
    MetricAlarms: elements.filter(({ rule }) => rule.kind === 'metric').map(presentMetric),
    CompositeAlarms: elements.filter(({ rule }) => rule.kind === 'composite').map(presentComposite),
    NextToken: next,
  }
}

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
      accepts: ['AlarmNames', 'AlarmNamePrefix', 'AlarmTypes', 'StateValue', 'ActionPrefix', 'MaxRecords', 'NextToken'],
      access: () => on('DescribeAlarms', '*'),
      run: (input) => describe(parts, input),
    }),

    DescribeAlarmsForMetric: action<DescribeAlarmsForMetricCommandInput, DescribeAlarmsForMetricCommandOutput>({
      accepts: ['MetricName', 'Namespace', 'Dimensions'],
      access: () => on('DescribeAlarmsForMetric', '*'),
      run: ({ MetricName = '', Namespace = '', Dimensions }) => {
        const key = keyOf({ namespace: Namespace, name: MetricName, dimensions: dimensionsOf(Dimensions) })
        const watching = ({ rule }: Alarm) =>
          rule.kind === 'metric' && rule.queries.some(({ metric }) => metric && keyOf(metric.id) === key)
        return { MetricAlarms: alarms.all().filter(watching).map(presentMetric) }
      },
    }),

    DescribeAlarmHistory: action<DescribeAlarmHistoryCommandInput, DescribeAlarmHistoryCommandOutput>({
      accepts: ['AlarmName', 'HistoryItemType', 'StartDate', 'EndDate', 'MaxRecords', 'ScanBy'],
      access: ({ AlarmName }) => on('DescribeAlarmHistory', AlarmName ?? '*'),
      run: ({ AlarmName, HistoryItemType, StartDate, EndDate, MaxRecords = 100, ScanBy }) => {
        const items = alarms.history(AlarmName).filter(({ type, at }) => {
          if (HistoryItemType !== undefined && type !== HistoryItemType) return false
          return at >= (StartDate?.getTime() ?? 0) && at < (EndDate?.getTime() ?? Number.POSITIVE_INFINITY)
        })
        const ordered = ScanBy === 'TimestampAscending' ? [...items].reverse() : items
        return {
          AlarmHistoryItems: ordered.slice(0, MaxRecords).map(({ alarm, kind, at, type, summary, data }) => ({
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
