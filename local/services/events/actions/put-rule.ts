import type { PutRuleCommandInput, PutRuleCommandOutput } from '@aws-sdk/client-eventbridge'
import { type Action, action } from '../../../service.ts'
import { tagMap } from '../../tags.ts'
import type { Bus, Rule, RuleState } from '../bus.ts'
import { atMost, invalid, named, oneOf, satisfies } from '../constraints.ts'
import { limitExceeded } from '../errors.ts'
import type { EventsState } from '../model.ts'
import { passRole } from '../pass-role.ts'
import { compilePattern } from '../rule-pattern.ts'
import { parseRuleSchedule } from '../schedule.ts'

const STATES = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']
const RULES_PER_BUS = 300

export const putRuleAction = ({ buses, schedules }: EventsState): Record<string, Action> => ({
  PutRule: action<PutRuleCommandInput, PutRuleCommandOutput>({
    accepts: ['Name', 'EventBusName', 'EventPattern', 'ScheduleExpression', 'State', 'Description', 'RoleArn', 'Tags'],
    access: ({ Name, EventBusName, RoleArn }) => [
      { action: 'events:PutRule', resource: buses.ruleArn(EventBusName, Name) },
      ...passRole(RoleArn),
    ],
    run: (input) => {
      satisfies(
        ...named('name', input.Name),
        atMost('description', input.Description, 512),
        atMost('eventPattern', input.EventPattern, 4096),
        atMost('scheduleExpression', input.ScheduleExpression, 256),
        oneOf('state', input.State, STATES),
      )
      const bus = buses.get(input.EventBusName)
      validateTriggers(bus, input)
      const matcher = input.EventPattern ? compilePattern(input.EventPattern) : undefined
      const rule = existingOrNew(bus, input.Name ?? '', buses.ruleArn(input.EventBusName, input.Name))
      rule.pattern = input.EventPattern || undefined
      rule.matcher = matcher
      rule.schedule = input.ScheduleExpression || undefined
      rule.state = (input.State ?? 'ENABLED') as RuleState
      rule.description = input.Description
      rule.roleArn = input.RoleArn
      for (const [key, value] of tagMap(input.Tags)) rule.tags.set(key, value)
      schedules.arrange(rule)
      return { RuleArn: rule.arn }
    },
  }),
})

function validateTriggers(bus: Bus, { EventPattern, ScheduleExpression }: PutRuleCommandInput): void {
  if (!EventPattern && !ScheduleExpression)
    throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.')
  if (!ScheduleExpression) return
  if (bus.name !== 'default') throw invalid('ScheduleExpression is supported only on the default event bus.')
  parseRuleSchedule(ScheduleExpression)
}

function existingOrNew(bus: Bus, name: string, arn: string): Rule {
  const existing = bus.rules.get(name)
  if (existing) return existing
  if (bus.rules.size >= RULES_PER_BUS) throw limitExceeded()
  const rule: Rule = {
    name,
    arn,
    bus,
    state: 'ENABLED',
    description: undefined,
    roleArn: undefined,
    pattern: undefined,
    matcher: undefined,
    schedule: undefined,
    targets: new Map(),
    tags: new Map(),
  }
  bus.rules.set(name, rule)
  return rule
}
