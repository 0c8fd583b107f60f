import type { CloudContext, Service } from '../../service.ts'
import { groupActions } from './actions/groups.ts'
import { scheduleActions } from './actions/schedules.ts'
import { ScheduleGroups } from './model.ts'
import { scheduleResource } from './resources/schedule.ts'
import { scheduleGroupResource } from './resources/schedule-group.ts'
import { ScheduleTimers } from './timers.ts'

/** EventBridge Scheduler: one-time and recurring schedules in time zones, on the kernel's clock. */
export function createScheduler(context: CloudContext): Service {
  const groups = new ScheduleGroups(context.kernel, context.account, context.region)
  const timers = new ScheduleTimers(context, groups)
  return {
    name: 'scheduler',
    actions: { ...scheduleActions(context, groups, timers), ...groupActions(groups, timers) },
    resources: {
      'AWS::Scheduler::Schedule': scheduleResource(context),
      'AWS::Scheduler::ScheduleGroup': scheduleGroupResource(context),
    },
  }
}
