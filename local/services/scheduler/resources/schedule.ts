import type { CloudContext, CreatedResource, Properties, ResourceType } from '../../../service.ts'
import { present } from '../../events/resources/call.ts'

type Members = Readonly<Record<string, unknown>>

export const scheduleResource = (context: CloudContext): ResourceType => {
  const call = (action: string, input: object) =>
    context.call<object, { ScheduleArn: string }>({
      caller: context.administrator,
      service: 'scheduler',
      action,
      input,
    })
  const created = (Name: string, { ScheduleArn }: { ScheduleArn: string }): CreatedResource => ({
    ref: Name,
    attributes: { Arn: ScheduleArn },
  })
  return {
    properties: [
      ...['Name', 'GroupName', 'ScheduleExpression', 'ScheduleExpressionTimezone', 'StartDate', 'EndDate'],
      ...['State', 'Description', 'Target', 'FlexibleTimeWindow', 'ActionAfterCompletion'],
    ],
    noEffect: { KmsKeyArn: 'schedules are kept in memory, unencrypted' },
    async create(properties, resource) {
      const Name = String(properties.Name ?? resource.physicalName(64))
      return created(Name, await call('CreateSchedule', { Name, ...settings(properties) }))
    },
    async update(Name, properties, previous) {
      if (properties.Name !== previous.Name || properties.GroupName !== previous.GroupName) return undefined
      return created(Name, await call('UpdateSchedule', { Name, ...settings(properties) }))
    },
    async delete(Name, { GroupName }) {
      await call('DeleteSchedule', present({ Name, GroupName }))
    },
  }
}

/** The API's members: numbers and dates, which templates may give as text. */
function settings(properties: Properties): object {
  const { Name: _name, KmsKeyArn: _key, StartDate, EndDate, Target, FlexibleTimeWindow, ...rest } = properties
  return present({
    ...rest,
    StartDate: dateOf(StartDate),
    EndDate: dateOf(EndDate),
    FlexibleTimeWindow: withNumbers(FlexibleTimeWindow as Members | undefined, ['MaximumWindowInMinutes']),
    Target: targetOf(Target as Members | undefined),
  })
}

const dateOf = (value: unknown): Date | undefined => (value === undefined ? undefined : new Date(String(value)))

const targetOf = (target: Members | undefined): Members | undefined =>
  target &&
  present({
    ...target,
    RetryPolicy: withNumbers(target.RetryPolicy as Members | undefined, [
      'MaximumEventAgeInSeconds',
      'MaximumRetryAttempts',
    ]),
  })

const withNumbers = (members: Members | undefined, names: readonly string[]): Members | undefined =>
  members &&
  Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, names.includes(name) ? Number(value) : value]),
  )
