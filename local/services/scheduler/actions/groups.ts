import type {
  CreateScheduleGroupCommandInput,
  CreateScheduleGroupCommandOutput,
  DeleteScheduleGroupCommandInput,
  DeleteScheduleGroupCommandOutput,
  GetScheduleGroupCommandInput,
  GetScheduleGroupCommandOutput,
  ListScheduleGroupsCommandInput,
  ListScheduleGroupsCommandOutput,
} from '@aws-sdk/client-scheduler'
import { type Action, action } from '../../../service.ts'
import { satisfies } from '../../events/constraints.ts'
import { page } from '../../events/pages.ts'
import { taggingActions, tagMap } from '../../tags.ts'
import { listingViolations, namingViolations } from '../constraints.ts'
import { notOnDefault } from '../errors.ts'
import type { ScheduleGroups } from '../model.ts'
import { creationRequest, type ScheduleGroup } from '../schedule.ts'
import type { ScheduleTimers } from '../timers.ts'

export const groupActions = (groups: ScheduleGroups, timers: ScheduleTimers): Record<string, Action> => {
  const access =
    (name: string) =>
    ({ Name }: { Name?: string | undefined }) => [{ action: `scheduler:${name}`, resource: groups.groupArn(Name) }]
  return {
    CreateScheduleGroup: action<CreateScheduleGroupCommandInput, CreateScheduleGroupCommandOutput>({
      accepts: ['Name', 'Tags', 'ClientToken'],
      access: access('CreateScheduleGroup'),
      run: (input) => {
        const { Name = '', Tags } = input
        satisfies(...namingViolations(input))
        if (Name === 'default') throw notOnDefault()
        return { ScheduleGroupArn: groups.create(Name, tagMap(Tags), creationRequest(input)).arn }
      },
    }),
    GetScheduleGroup: action<GetScheduleGroupCommandInput, GetScheduleGroupCommandOutput>({
      accepts: ['Name'],
      access: access('GetScheduleGroup'),
      run: (input) => {
        satisfies(...namingViolations(input))
        return described(groups.get(input.Name))
      },
    }),
    DeleteScheduleGroup: action<DeleteScheduleGroupCommandInput, DeleteScheduleGroupCommandOutput>({
      accepts: ['Name'],
      noEffect: ['ClientToken'],
      access: access('DeleteScheduleGroup'),
      run: (input) => {
        satisfies(...namingViolations(input))
        const { Name = '' } = input
        if (Name === 'default') throw notOnDefault()
        for (const schedule of groups.get(Name).schedules.values()) timers.cancel(schedule)
        groups.delete(Name)
        return {}
      },
    }),
    ListScheduleGroups: action<ListScheduleGroupsCommandInput, ListScheduleGroupsCommandOutput>({
      accepts: ['NamePrefix', 'NextToken', 'MaxResults'],
      access: () => [{ action: 'scheduler:ListScheduleGroups', resource: groups.groupArn('*') }],
      run: (input) => {
        satisfies(...listingViolations(input))
        const { NamePrefix = '', NextToken, MaxResults } = input
        const all = groups.all().filter(({ name }) => name.startsWith(NamePrefix))
        const { items, ...rest } = page(all, { NextToken, Limit: MaxResults })
        return { ScheduleGroups: items.map(described), ...rest }
      },
    }),
    ...taggingActions({
      prefix: 'scheduler',
      member: 'ResourceArn',
      tagsOf: (arn) => groups.byArn(arn).tags,
    }),
  }
}

const described = (group: ScheduleGroup) => ({
  Arn: group.arn,
  Name: group.name,
  State: 'ACTIVE' as const,
  CreationDate: group.created,
  LastModificationDate: group.modified,
})
