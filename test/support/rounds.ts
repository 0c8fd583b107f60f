import { DisableRuleCommand, EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge'
import type { TestCloud } from './cloud.ts'

/** Stops what the clock calls again and again: in a year of virtual time each sweeper would go its round 8,760 times. */
export async function stopRounds(cloud: TestCloud): Promise<void> {
  const events = cloud.client(EventBridgeClient)
  const { Rules = [] } = await events.send(new ListRulesCommand({}))
  for (const { Name, ScheduleExpression } of Rules)
    if (ScheduleExpression !== undefined) await events.send(new DisableRuleCommand({ Name }))
}
