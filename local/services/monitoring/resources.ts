import type {
  DeleteAlarmsCommandInput,
  DeleteDashboardsCommandInput,
  PutDashboardCommandInput,
} from '@aws-sdk/client-cloudwatch'
import { AwsError } from '../../errors.ts'
import type { CloudContext, Properties, ResourceContext, ResourceType } from '../../service.ts'
import { alarmArn } from './alarms/configure.ts'
import { ALARM_MEMBERS, METRIC_ALARM_MEMBERS } from './alarms/members.ts'

const NUMBERS = ['Period', 'EvaluationPeriods', 'DatapointsToAlarm', 'Threshold']

/** Templates may give numbers and booleans as text. */
function inputOf(properties: Properties, AlarmName: string): Record<string, unknown> {
  const input: Record<string, unknown> = { ...properties, AlarmName }
  for (const name of NUMBERS) if (typeof input[name] === 'string') input[name] = Number(input[name])
  if (typeof input.ActionsEnabled === 'string') input.ActionsEnabled = input.ActionsEnabled === 'true'
  return input
}

export function monitoringResources(context: CloudContext): Record<string, ResourceType> {
  const call = <I extends object>(action: string, input: I) =>
    context.call<I, object>({ caller: context.administrator, service: 'monitoring', action, input })

  const alarmType = (action: string, properties: readonly string[]): ResourceType => {
    const created = (name: string) => ({ ref: name, attributes: { Arn: alarmArn(context, name) } })
    const put = async (given: Properties, name: string) => {
      await call(action, inputOf(given, name))
      return created(name)
    }
    return {
      properties,
      create: (given, resource: ResourceContext) =>
        put(given, (given.AlarmName as string | undefined) ?? resource.physicalName(255)),
      update: async (name, given, previous) => (given.AlarmName === previous.AlarmName ? put(given, name) : undefined),
      delete: async (name) => {
        await call<DeleteAlarmsCommandInput>('DeleteAlarms', { AlarmNames: [name] })
      },
    }
  }

  const dashboard: ResourceType = {
    properties: ['DashboardName', 'DashboardBody'],
    async create({ DashboardName, DashboardBody }, resource) {
      const name = (DashboardName as string | undefined) ?? resource.physicalName(255)
      await call<PutDashboardCommandInput>('PutDashboard', {
        DashboardName: name,
        DashboardBody: DashboardBody as string,
      })
      return { ref: name, attributes: {} }
    },
    async update(name, { DashboardName, DashboardBody }, previous) {
      if (DashboardName !== previous.DashboardName) return undefined
      await call<PutDashboardCommandInput>('PutDashboard', {
        DashboardName: name,
        DashboardBody: DashboardBody as string,
      })
      return { ref: name, attributes: {} }
    },
    async delete(name) {
      try {
        await call<DeleteDashboardsCommandInput>('DeleteDashboards', { DashboardNames: [name] })
      } catch (error) {
        if (!(error instanceof AwsError && error.code === 'DashboardNotFoundError')) throw error
      }
    },
  }

  return {
    'AWS::CloudWatch::Alarm': alarmType('PutMetricAlarm', [...ALARM_MEMBERS, ...METRIC_ALARM_MEMBERS]),
    'AWS::CloudWatch::CompositeAlarm': alarmType('PutCompositeAlarm', [...ALARM_MEMBERS, 'AlarmRule']),
    'AWS::CloudWatch::Dashboard': dashboard,
  }
}
