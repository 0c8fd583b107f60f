import type { PutRuleCommandInput, PutRuleCommandOutput } from '@aws-sdk/client-eventbridge'
import { AwsError } from '../../../errors.ts'
import { type Action, action, type CloudContext } from '../../../service.ts'
import type { Iam } from '../../iam/index.ts'
import { tagMap } from '../../tags.ts'
import type { Bus, Rule, RuleState } from '../bus.ts'
import { atMost, busNamed, invalid, named, oneOf, satisfies, text } from '../constraints.ts'
import { limitExceeded } from '../errors.ts'
import type { EventsState } from '../model.ts'
import { passRole } from '../pass-role.ts'
import { compilePattern } from '../rule-pattern.ts'
import { parseRuleSchedule } from '../schedule.ts'

const STATES = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']
const RULES_PER_BUS = 300
/** The model takes more; the service does not (quotas page, and measured in September 2026). */
const LONGEST_PATTERN = 2048

export const putRuleAction = (context: CloudContext, { buses, schedules }: EventsState): Record<string, Action> => ({
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
        ...text('roleArn', input.RoleArn, { most: 1600 }),
        ...busNamed(input.EventBusName),
      )
      const bus = buses.get(input.EventBusName)
      validateTriggers(bus, input)
      const matcher = input.EventPattern ? compilePattern(input.EventPattern) : undefined
      checkRole(context, input.RoleArn, buses.ruleArn(input.EventBusName, input.Name))
      const existing = bus.rules.get(input.Name ?? '')
      const rule = existing ?? newRule(bus, input.Name ?? '', buses.ruleArn(input.EventBusName, input.Name))
      rule.pattern = input.EventPattern || undefined
      rule.matcher = matcher
      rule.schedule = input.ScheduleExpression || undefined
      rule.state = (input.State ?? 'ENABLED') as RuleState
      rule.description = input.Description
      rule.roleArn = input.RoleArn
      // Of a rule that exists already, the tags are left as they are (API reference).
      if (!existing) for (const [key, value] of tagMap(input.Tags)) rule.tags.set(key, value)
      schedules.arrange(rule)
      return { RuleArn: rule.arn }
    },
  }),
})

function validateTriggers(bus: Bus, { Name, EventPattern, ScheduleExpression }: PutRuleCommandInput): void {
  // Measured: a pattern that demands nothing is none.
  if ((!EventPattern || /^\s*\{\s*\}\s*$/.test(EventPattern)) && !ScheduleExpression)
    throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.')
  if ((EventPattern?.length ?? 0) > LONGEST_PATTERN)
    throw invalid(`Parameter EventPattern for rule ${Name} exceeds limit of ${LONGEST_PATTERN}.`)
  if (!ScheduleExpression) return
  if (bus.name !== 'default') throw invalid('ScheduleExpression is supported only on the default event bus.')
  parseRuleSchedule(ScheduleExpression)
}

/** A role that the service may not take is refused when the rule is put. */
function checkRole(context: CloudContext, roleArn: string | undefined, ruleArn: string): void {
  if (roleArn === undefined) return
  try {
    context.service<Iam>('iam').assume('events.amazonaws.com', roleArn, 'rule', ruleArn)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw invalid(`Provided role '${roleArn}' cannot be assumed by principal 'events.amazonaws.com'.`)
  }
}

function newRule(bus: Bus, name: string, arn: string): Rule {
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
