import type { CloudContext, ResourceType } from '../../service.ts'
import { administrator } from './resources/call.ts'
import { subscriptionResource } from './resources/subscription.ts'
import { topicResource } from './resources/topic.ts'
import { topicInlinePolicyResource, topicPolicyResource } from './resources/topic-policy.ts'

/** CloudFormation resource types of SNS. */
export function snsResources(context: CloudContext): Record<string, ResourceType> {
  const call = administrator(context)
  return {
    'AWS::SNS::Topic': topicResource(call),
    'AWS::SNS::Subscription': subscriptionResource(call, context.region),
    'AWS::SNS::TopicPolicy': topicPolicyResource(call, context.account),
    'AWS::SNS::TopicInlinePolicy': topicInlinePolicyResource(call, context.account),
  }
}
