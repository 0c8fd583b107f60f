import type { CompositeAlarm, DescribeAlarmsCommandInput, MetricAlarm } from '@aws-sdk/client-cloudwatch'
import { pageOf } from '../../pages.ts'
import type { Alarm } from '../alarms/alarm.ts'
import type { Alarms } from '../alarms/alarms.ts'
import { validation } from '../errors.ts'

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

export const presentMetric = (alarm: Alarm): MetricAlarm => ({
  ...presentCommon(alarm),
  ...(alarm.rule.kind === 'metric' && { Dimensions: [], ...alarm.rule.given }),
})

const presentComposite = (alarm: Alarm): CompositeAlarm => ({
  ...presentCommon(alarm),
  ...(alarm.rule.kind === 'composite' && { AlarmRule: alarm.rule.source }),
})

const ALONE = new Set(['ChildrenOfAlarmName', 'ParentsOfAlarmName', 'AlarmTypes', 'MaxRecords', 'NextToken'])

/** The alarms that a composite alarm asks, or those that ask an alarm: of parents only name and ARN (API reference of DescribeAlarms). */
function relatives(alarms: Alarms, input: DescribeAlarmsCommandInput) {
  const { ChildrenOfAlarmName: of, ParentsOfAlarmName: asked, MaxRecords = 50, NextToken } = input
  const other = Object.entries(input).find(([name, value]) => value !== undefined && !ALONE.has(name))?.[0]
  if (other !== undefined || (of !== undefined && asked !== undefined))
    throw validation(`${of === undefined ? 'ParentsOfAlarmName' : 'ChildrenOfAlarmName'} goes with AlarmTypes only.`)
  const parent = of === undefined ? undefined : alarms.get(of)
  const children = parent?.rule.kind === 'composite' ? parent.rule.children : []
  const all = alarms
    .all()
    .filter(({ common, rule }) =>
      of === undefined
        ? rule.kind === 'composite' && rule.children.includes(asked ?? '')
        : children.includes(common.name),
    )
    .filter(({ rule }) => input.AlarmTypes?.includes(rule.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm') ?? true)
  const { elements, next } = pageOf(all, ({ common }) => common.name, MaxRecords, NextToken)
  return {
    MetricAlarms: elements.filter(({ rule }) => rule.kind === 'metric').map(presentMetric),
    CompositeAlarms: elements
      .filter(({ rule }) => rule.kind === 'composite')
      .map((alarm) =>
        of === undefined ? { AlarmName: alarm.common.name, AlarmArn: alarm.common.arn } : presentComposite(alarm),
      ),
    NextToken: next,
  }
}

/** @throws AwsError ValidationError for filters that exclude each other */
export function describeAlarms(alarms: Alarms, input: DescribeAlarmsCommandInput) {
  if (input.AlarmNames && input.AlarmNamePrefix !== undefined)
    throw validation('AlarmNames and AlarmNamePrefix are mutually exclusive.')
  if (input.ChildrenOfAlarmName !== undefined || input.ParentsOfAlarmName !== undefined) return relatives(alarms, input)
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
