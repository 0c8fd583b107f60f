import type { CloudContext, Service } from '../../service.ts'
import { archiveActions } from './actions/archives.ts'
import { busActions } from './actions/buses.ts'
import { permissionActions } from './actions/permissions.ts'
import { eventActions } from './actions/put-events.ts'
import { putRuleAction } from './actions/put-rule.ts'
import { replayActions } from './actions/replays.ts'
import { ruleActions } from './actions/rules.ts'
import { tagActions } from './actions/tags.ts'
import { targetActions } from './actions/targets.ts'
import { Archives } from './archives.ts'
import { Router } from './delivery/router.ts'
import { EventBuses } from './model.ts'
import { Replays } from './replays.ts'
import { eventsResources } from './resources.ts'
import { RuleSchedules } from './schedule.ts'

/** EventBridge: buses, rules, targets, archives, replays. */
export function createEvents(context: CloudContext): Service {
  const { kernel, account, region } = context
  const buses = new EventBuses(kernel, account, region)
  const archives = new Archives(kernel, account, region)
  const router = new Router(context, { buses, archives })
  const schedules = new RuleSchedules(context, (rule, event) => router.trigger(rule, event))
  const replays = new Replays(kernel, account, region)
  const state = { buses, archives, replays, schedules }
  return {
    name: 'events',
    actions: {
      ...busActions(state),
      ...permissionActions(state),
      ...putRuleAction(context, state),
      ...ruleActions(context, state),
      ...targetActions(context, state),
      ...eventActions(context, { buses, router }),
      ...archiveActions(state),
      ...replayActions(state, router),
      ...tagActions(state),
    },
    resourcePolicy: (arn) => {
      const policy = arn.includes(':event-bus/') ? buses.find(arn)?.policy : undefined
      return policy && policy.length > 0 ? { Version: '2012-10-17', Statement: policy } : undefined
    },
    resources: eventsResources(context),
  }
}
