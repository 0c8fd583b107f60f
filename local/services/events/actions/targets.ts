import type {
  ListTargetsByRuleCommandInput,
  ListTargetsByRuleCommandOutput,
  PutTargetsCommandInput,
  PutTargetsCommandOutput,
  RemoveTargetsCommandInput,
  RemoveTargetsCommandOutput,
} from '@aws-sdk/client-eventbridge'
import { type Action, action, type CloudContext } from '../../../service.ts'
import type { RuleTarget } from '../bus.ts'
import { busNamed, named, required, satisfies, type Violation, wanted } from '../constraints.ts'
import { limitExceeded } from '../errors.ts'
import type { EventsState } from '../model.ts'
import { page } from '../pages.ts'
import { passRole } from '../pass-role.ts'
import { validateTargets } from '../target-validation.ts'

const TARGETS_PER_RULE = 5

export const targetActions = (context: CloudContext, { buses }: EventsState): Record<string, Action> => ({
  PutTargets: action<PutTargetsCommandInput, PutTargetsCommandOutput>({
    accepts: ['Rule', 'EventBusName', 'Targets'],
    access: ({ Rule, EventBusName, Targets = [] }) => [
      { action: 'events:PutTargets', resource: buses.ruleArn(EventBusName, Rule) },
      ...Targets.flatMap(({ RoleArn }) => passRole(RoleArn)),
    ],
    run: ({ Rule = '', EventBusName, Targets = [] }) => {
      satisfies(...ofRule(Rule, EventBusName), wanted('targets', Targets))
      const rule = buses.rule(EventBusName, Rule)
      validateTargets(context, Targets)
      const ids = new Set([...rule.targets.keys(), ...Targets.map(({ Id = '' }) => Id)])
      if (ids.size > TARGETS_PER_RULE) throw limitExceeded()
      for (const target of Targets as RuleTarget[]) rule.targets.set(target.Id, target)
      return { FailedEntryCount: 0, FailedEntries: [] }
    },
  }),
  RemoveTargets: action<RemoveTargetsCommandInput, RemoveTargetsCommandOutput>({
    accepts: ['Rule', 'EventBusName', 'Ids', 'Force'],
    access: ({ Rule, EventBusName }) => [
      { action: 'events:RemoveTargets', resource: buses.ruleArn(EventBusName, Rule) },
    ],
    run: ({ Rule = '', EventBusName, Ids }) => {
      satisfies(...ofRule(Rule, EventBusName), required('ids', Ids), wanted('ids', Ids))
      const rule = buses.rule(EventBusName, Rule)
      for (const id of Ids ?? []) rule.targets.delete(id)
      return { FailedEntryCount: 0, FailedEntries: [] }
    },
  }),
  ListTargetsByRule: action<ListTargetsByRuleCommandInput, ListTargetsByRuleCommandOutput>({
    accepts: ['Rule', 'EventBusName', 'NextToken', 'Limit'],
    access: ({ Rule, EventBusName }) => [
      { action: 'events:ListTargetsByRule', resource: buses.ruleArn(EventBusName, Rule) },
    ],
    run: (input) => {
      satisfies(...ofRule(input.Rule, input.EventBusName))
      const targets = [...buses.rule(input.EventBusName, input.Rule ?? '').targets.values()]
      const { items, ...rest } = page(targets, input)
      return { Targets: items, ...rest }
    },
  }),
})

const ofRule = (rule: string | undefined, bus: string | undefined): readonly Violation[] => [
  ...named('rule', rule || undefined),
  ...busNamed(bus),
]
