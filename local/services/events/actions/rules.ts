import type {
  DeleteRuleCommandInput,
  DeleteRuleCommandOutput,
  DescribeRuleCommandInput,
  DescribeRuleCommandOutput,
  DisableRuleCommandInput,
  DisableRuleCommandOutput,
  EnableRuleCommandInput,
  EnableRuleCommandOutput,
  ListRuleNamesByTargetCommandInput,
  ListRuleNamesByTargetCommandOutput,
  ListRulesCommandInput,
  ListRulesCommandOutput,
} from '@aws-sdk/client-eventbridge'
import { type Action, action, type CloudContext } from '../../../service.ts'
import type { Rule } from '../bus.ts'
import { busNamed, invalid, named, requiredText, satisfies, text, type Violation } from '../constraints.ts'
import type { EventsState } from '../model.ts'
import { page } from '../pages.ts'

export const ruleActions = (context: CloudContext, { buses, schedules }: EventsState): Record<string, Action> => {
  const access = (name: string) => (input: { EventBusName?: string | undefined; Name?: string | undefined }) => [
    { action: `events:${name}`, resource: buses.ruleArn(input.EventBusName, input.Name) },
  ]
  return {
    DescribeRule: action<DescribeRuleCommandInput, DescribeRuleCommandOutput>({
      accepts: ['Name', 'EventBusName'],
      access: access('DescribeRule'),
      run: ({ Name, EventBusName }) => {
        satisfies(...ruleNamed(Name, EventBusName))
        return { ...listed(buses.rule(EventBusName, Name ?? '')), CreatedBy: context.account }
      },
    }),
    EnableRule: action<EnableRuleCommandInput, EnableRuleCommandOutput>({
      accepts: ['Name', 'EventBusName'],
      access: access('EnableRule'),
      run: ({ Name, EventBusName }) => {
        satisfies(...ruleNamed(Name, EventBusName))
        const rule = buses.rule(EventBusName, Name ?? '')
        rule.state = 'ENABLED'
        schedules.arrange(rule)
        return {}
      },
    }),
    DisableRule: action<DisableRuleCommandInput, DisableRuleCommandOutput>({
      accepts: ['Name', 'EventBusName'],
      access: access('DisableRule'),
      run: ({ Name, EventBusName }) => {
        satisfies(...ruleNamed(Name, EventBusName))
        const rule = buses.rule(EventBusName, Name ?? '')
        rule.state = 'DISABLED'
        schedules.arrange(rule)
        return {}
      },
    }),
    DeleteRule: action<DeleteRuleCommandInput, DeleteRuleCommandOutput>({
      accepts: ['Name', 'EventBusName', 'Force'],
      access: access('DeleteRule'),
      run: ({ Name, EventBusName }) => {
        satisfies(...ruleNamed(Name, EventBusName))
        const rule = buses.get(EventBusName).rules.get(Name ?? '')
        if (!rule) return {}
        if (rule.targets.size > 0) throw invalid("Rule can't be deleted since it has targets.")
        rule.bus.rules.delete(rule.name)
        schedules.cancel(rule)
        return {}
      },
    }),
    ListRules: action<ListRulesCommandInput, ListRulesCommandOutput>({
      accepts: ['NamePrefix', 'EventBusName', 'NextToken', 'Limit'],
      access: ({ EventBusName }) => [{ action: 'events:ListRules', resource: buses.ruleArn(EventBusName, '*') }],
      run: (input) => {
        satisfies(...text('namePrefix', input.NamePrefix, NAME), ...busNamed(input.EventBusName))
        const rules = sorted(buses.get(input.EventBusName).rules.values())
        const { items, ...rest } = page(
          rules.filter(({ name }) => name.startsWith(input.NamePrefix ?? '')),
          input,
        )
        return { Rules: items.map(listed), ...rest }
      },
    }),
    ListRuleNamesByTarget: action<ListRuleNamesByTargetCommandInput, ListRuleNamesByTargetCommandOutput>({
      accepts: ['TargetArn', 'EventBusName', 'NextToken', 'Limit'],
      access: ({ EventBusName }) => [
        { action: 'events:ListRuleNamesByTarget', resource: buses.ruleArn(EventBusName, '*') },
      ],
      run: (input) => {
        satisfies(...requiredText('targetArn', input.TargetArn, { most: 1600 }), ...busNamed(input.EventBusName))
        const rules = sorted(buses.get(input.EventBusName).rules.values())
        const { items, ...rest } = page(
          rules.filter(({ targets }) => [...targets.values()].some(({ Arn }) => Arn === input.TargetArn)),
          input,
        )
        return { RuleNames: items.map(({ name }) => name), ...rest }
      },
    }),
  }
}

const NAME = { most: 64, pattern: '[\\.\\-_A-Za-z0-9]+' }

const ruleNamed = (name: string | undefined, bus: string | undefined): readonly Violation[] => [
  ...named('name', name),
  ...busNamed(bus),
]

const sorted = (rules: Iterable<Rule>): Rule[] => [...rules].sort((a, b) => (a.name < b.name ? -1 : 1))

const listed = (rule: Rule) => ({
  Name: rule.name,
  Arn: rule.arn,
  State: rule.state,
  EventBusName: rule.bus.name,
  ...(rule.pattern === undefined ? {} : { EventPattern: rule.pattern }),
  ...(rule.schedule === undefined ? {} : { ScheduleExpression: rule.schedule }),
  ...(rule.description === undefined ? {} : { Description: rule.description }),
  ...(rule.roleArn === undefined ? {} : { RoleArn: rule.roleArn }),
})
