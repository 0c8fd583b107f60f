import type {
  CreateScheduleCommandInput,
  CreateScheduleCommandOutput,
  DeleteScheduleCommandInput,
  DeleteScheduleCommandOutput,
  GetScheduleCommandInput,
  GetScheduleCommandOutput,
  ListSchedulesCommandInput,
  ListSchedulesCommandOutput,
  UpdateScheduleCommandInput,
  UpdateScheduleCommandOutput,
} from '@aws-sdk/client-scheduler'
import { type Action, action, type CloudContext } from '../../../service.ts'
import { satisfies } from '../../events/constraints.ts'
import { page } from '../../events/pages.ts'
import { passRole } from '../../events/pass-role.ts'
import { listingViolations, namingViolations } from '../constraints.ts'
import type { ScheduleGroups } from '../model.ts'
import { creationRequest, type Schedule } from '../schedule.ts'
import { settingsOf } from '../settings.ts'
import type { ScheduleTimers } from '../timers.ts'

const MEMBERS = [
  ...(['Name', 'GroupName', 'ScheduleExpression', 'ScheduleExpressionTimezone', 'StartDate', 'EndDate'] as const),
  ...(['Description', 'State', 'Target', 'FlexibleTimeWindow', 'ActionAfterCompletion'] as const),
]
/** What encrypts a schedule has no effect. */
const noEffect = ['KmsKeyArn'] as const

export const scheduleActions = (
  context: CloudContext,
  groups: ScheduleGroups,
  timers: ScheduleTimers,
): Record<string, Action> => {
  const access =
    (name: string) =>
    ({ GroupName, Name }: { GroupName?: string | undefined; Name?: string | undefined }) => [
      { action: `scheduler:${name}`, resource: groups.scheduleArn(GroupName, Name) },
    ]
  const passing = (input: CreateScheduleCommandInput | UpdateScheduleCommandInput) =>
    passRole(input.Target?.RoleArn, 'scheduler.amazonaws.com')
  return {
    CreateSchedule: action<CreateScheduleCommandInput, CreateScheduleCommandOutput>({
      accepts: [...MEMBERS, 'ClientToken'],
      noEffect,
      access: (input) => [...access('CreateSchedule')(input), ...passing(input)],
      run: (input) => {
        satisfies(...namingViolations(input))
        const request = creationRequest(input)
        const repeated = groups.repeated(input.GroupName, input.Name ?? '', request)
        if (repeated) return { ScheduleArn: repeated.arn }
        const settings = settingsOf(context, input, groups.groupArn(input.GroupName))
        const schedule = groups.add(input.GroupName, input.Name ?? '', settings, request)
        timers.arrange(schedule)
        return { ScheduleArn: schedule.arn }
      },
    }),
    UpdateSchedule: action<UpdateScheduleCommandInput, UpdateScheduleCommandOutput>({
      accepts: MEMBERS,
      // An update sets everything: once more, it sets the same.
      noEffect: [...noEffect, 'ClientToken'],
      access: (input) => [...access('UpdateSchedule')(input), ...passing(input)],
      run: (input) => {
        satisfies(...namingViolations(input))
        const schedule = groups.schedule(input.GroupName, input.Name ?? '')
        schedule.settings = settingsOf(context, input, groups.groupArn(input.GroupName))
        schedule.modified = groups.now()
        timers.arrange(schedule)
        return { ScheduleArn: schedule.arn }
      },
    }),
    GetSchedule: action<GetScheduleCommandInput, GetScheduleCommandOutput>({
      accepts: ['Name', 'GroupName'],
      access: access('GetSchedule'),
      run: (input) => {
        satisfies(...namingViolations(input))
        return described(groups.schedule(input.GroupName, input.Name ?? ''))
      },
    }),
    DeleteSchedule: action<DeleteScheduleCommandInput, DeleteScheduleCommandOutput>({
      accepts: ['Name', 'GroupName'],
      noEffect: ['ClientToken'],
      access: access('DeleteSchedule'),
      run: (input) => {
        satisfies(...namingViolations(input))
        const schedule = groups.schedule(input.GroupName, input.Name ?? '')
        timers.cancel(schedule)
        groups.remove(schedule)
        return {}
      },
    }),
    ListSchedules: action<ListSchedulesCommandInput, ListSchedulesCommandOutput>({
      accepts: ['GroupName', 'NamePrefix', 'State', 'NextToken', 'MaxResults'],
      access: ({ GroupName }) => [
        { action: 'scheduler:ListSchedules', resource: groups.scheduleArn(GroupName ?? '*', '*') },
      ],
      run: (input) => {
        satisfies(...listingViolations(input))
        const { GroupName, NamePrefix = '', State, NextToken, MaxResults } = input
        const from = GroupName === undefined ? groups.all() : [groups.get(GroupName)]
        const all = from
          .flatMap(({ schedules }) => [...schedules.values()].sort((a, b) => (a.name < b.name ? -1 : 1)))
          .filter((schedule) => schedule.name.startsWith(NamePrefix))
          .filter((schedule) => State === undefined || stateOf(schedule) === State)
        const { items, ...rest } = page(all, { NextToken, Limit: MaxResults })
        return { Schedules: items.map(summary), ...rest }
      },
    }),
  }
}

const stateOf = ({ settings }: Schedule) => (settings.enabled ? 'ENABLED' : 'DISABLED')

const summary = (schedule: Schedule) =>
  ({
    Arn: schedule.arn,
    Name: schedule.name,
    GroupName: schedule.group,
    State: stateOf(schedule),
    CreationDate: schedule.created,
    LastModificationDate: schedule.modified,
    Target: { Arn: schedule.settings.target.Arn },
  }) as const

function described(schedule: Schedule): Omit<GetScheduleCommandOutput, '$metadata'> {
  const { settings } = schedule
  const { target, windowMinutes } = settings
  return {
    ...summary(schedule),
    ScheduleExpression: settings.text,
    ScheduleExpressionTimezone: settings.zone,
    ...(settings.start ? { StartDate: settings.start } : {}),
    ...(settings.end ? { EndDate: settings.end } : {}),
    ...(settings.description === undefined ? {} : { Description: settings.description }),
    ActionAfterCompletion: settings.deleteAfter ? 'DELETE' : 'NONE',
    FlexibleTimeWindow:
      windowMinutes === 0 ? { Mode: 'OFF' } : { Mode: 'FLEXIBLE', MaximumWindowInMinutes: windowMinutes },
    Target: {
      ...target,
      RetryPolicy: {
        MaximumEventAgeInSeconds: target.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
        MaximumRetryAttempts: target.RetryPolicy?.MaximumRetryAttempts ?? 185,
      },
    },
  }
}
