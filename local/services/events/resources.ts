import type { CloudContext, ResourceType } from '../../service.ts'
import { archiveResource } from './resources/archive.ts'
import { administrator } from './resources/call.ts'
import { eventBusResource } from './resources/event-bus.ts'
import { eventBusPolicyResource } from './resources/event-bus-policy.ts'
import { ruleResource } from './resources/rule.ts'

/** CloudFormation resource types of EventBridge. */
export function eventsResources(context: CloudContext): Record<string, ResourceType> {
  const call = administrator(context)
  return {
    'AWS::Events::EventBus': eventBusResource(call),
    'AWS::Events::EventBusPolicy': eventBusPolicyResource(call),
    'AWS::Events::Rule': ruleResource(call),
    'AWS::Events::Archive': archiveResource(call),
  }
}
