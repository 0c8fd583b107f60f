import type {
  GetSubscriptionAttributesCommandInput,
  GetSubscriptionAttributesCommandOutput,
  ListSubscriptionsByTopicCommandInput,
  ListSubscriptionsByTopicCommandOutput,
  ListSubscriptionsCommandInput,
  ListSubscriptionsCommandOutput,
  SetSubscriptionAttributesCommandInput,
  SetSubscriptionAttributesCommandOutput,
  UnsubscribeCommandInput,
  UnsubscribeCommandOutput,
} from '@aws-sdk/client-sns'
import { type Action, action } from '../../../service.ts'
import { checkArn } from '../arn.ts'
import type { FanOut } from '../delivery/fan-out.ts'
import { invalidParameter } from '../errors.ts'
import { checkFilterCount } from '../limits.ts'
import type { Topics } from '../model.ts'
import { page } from '../pages.ts'
import { changedSettings, subscriptionAttributes } from '../subscription-attributes.ts'
import type { Subscription } from '../topic.ts'

/** IAM knows no resource for what is asked of a subscription. */
const anySubscription = (name: string) => () => [{ action: `sns:${name}`, resource: '*' }]

export const subscriptionActions = (topics: Topics, fanOut: FanOut): Record<string, Action> => {
  const listed = ({ arn, topic, protocol, endpoint }: Subscription) => ({
    SubscriptionArn: arn,
    Owner: topics.account,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topic.arn,
  })
  return {
    Unsubscribe: action<UnsubscribeCommandInput, UnsubscribeCommandOutput>({
      accepts: ['SubscriptionArn'],
      access: anySubscription('Unsubscribe'),
      run: ({ SubscriptionArn = '' }) => {
        unsubscribe(topics, SubscriptionArn)
        return {}
      },
    }),
    GetSubscriptionAttributes: action<GetSubscriptionAttributesCommandInput, GetSubscriptionAttributesCommandOutput>({
      accepts: ['SubscriptionArn'],
      access: anySubscription('GetSubscriptionAttributes'),
      run: ({ SubscriptionArn }) => ({
        Attributes: subscriptionAttributes(topics.subscription(SubscriptionArn), topics.account),
      }),
    }),
    SetSubscriptionAttributes: action<SetSubscriptionAttributesCommandInput, SetSubscriptionAttributesCommandOutput>({
      accepts: ['SubscriptionArn', 'AttributeName', 'AttributeValue'],
      access: anySubscription('SetSubscriptionAttributes'),
      run: ({ SubscriptionArn, AttributeName = '', AttributeValue }) => {
        const subscription = topics.subscription(SubscriptionArn)
        const settings = changedSettings(subscription, AttributeName, AttributeValue)
        checkFilterCount(subscription.topic, subscription.settings, settings)
        subscription.settings = settings
        if (AttributeName === 'ReplayPolicy') fanOut.replay(subscription)
        return {}
      },
    }),
    ListSubscriptions: action<ListSubscriptionsCommandInput, ListSubscriptionsCommandOutput>({
      accepts: ['NextToken'],
      access: anySubscription('ListSubscriptions'),
      run: ({ NextToken }) => {
        const { items, ...rest } = page(topics.allSubscriptions(), NextToken)
        return { Subscriptions: items.map(listed), ...rest }
      },
    }),
    ListSubscriptionsByTopic: action<ListSubscriptionsByTopicCommandInput, ListSubscriptionsByTopicCommandOutput>({
      accepts: ['TopicArn', 'NextToken'],
      access: ({ TopicArn = '*' }) => [{ action: 'sns:ListSubscriptionsByTopic', resource: TopicArn }],
      run: ({ TopicArn, NextToken }) => {
        const { items, ...rest } = page([...topics.get(TopicArn).subscriptions.values()], NextToken)
        return { Subscriptions: items.map(listed), ...rest }
      },
    }),
  }
}

/** Removing a subscription that is not there succeeds. */
function unsubscribe(topics: Topics, arn: string): void {
  if (arn === '') throw invalidParameter('SubscriptionArn Reason: no value for required parameter')
  checkArn('SubscriptionArn', arn)
  if (arn.split(':').length < 7) throw invalidParameter('SubscriptionId')
  const subscription = topics.findSubscription(arn)
  if (!subscription) return
  subscription.topic.subscriptions.delete(arn)
  subscription.topic.deleted += 1
}
