import type { SubscribeCommandInput, SubscribeCommandOutput } from '@aws-sdk/client-sns'
import { NotSimulated } from '../../../errors.ts'
import { type Action, action, type Caller } from '../../../service.ts'
import type { FanOut } from '../delivery/fan-out.ts'
import { invalidParameter } from '../errors.ts'
import { checkFilterCount, checkLargeMessages, maximumBytes } from '../limits.ts'
import type { Topics } from '../model.ts'
import { NO_SETTINGS, settingsOf, subscriptionAttributes } from '../subscription-attributes.ts'
import type { Subscription, Topic } from '../topic.ts'

const PROTOCOLS = ['http', 'https', 'email', 'email-json', 'sms', 'sqs', 'application', 'lambda', 'firehose']

export const subscribeAction = (topics: Topics, fanOut: FanOut): Record<string, Action> => ({
  Subscribe: action<SubscribeCommandInput, SubscribeCommandOutput>({
    accepts: ['TopicArn', 'Protocol', 'Endpoint', 'Attributes'],
    // Its confirmation is at once, so that the ARN is always known.
    noEffect: ['ReturnSubscriptionArn'],
    access: ({ TopicArn = '*', Protocol = '', Endpoint = '' }) => [
      {
        action: 'sns:Subscribe',
        resource: TopicArn,
        context: { 'sns:Protocol': Protocol, 'sns:Endpoint': Endpoint },
      },
    ],
    run: ({ TopicArn, Protocol, Endpoint = '', Attributes }, call) => {
      const topic = topics.get(TopicArn)
      const protocol = checkEndpoint(topic, Protocol ?? '', Endpoint)
      const settings = settingsOf({ topic, protocol, endpoint: Endpoint }, Attributes)
      const existing = [...topic.subscriptions.values()].find(
        (one) => one.protocol === protocol && one.endpoint === Endpoint,
      )
      if (existing) return { SubscriptionArn: same(topics, existing, Attributes).arn }
      checkLargeMessages(topic, maximumBytes(topic), topic.subscriptions.size + 1)
      checkFilterCount(topic, NO_SETTINGS, settings)
      const to = { protocol, endpoint: Endpoint, principal: principalOf(call.caller) }
      const subscription = topics.subscribe(topic, to, settings)
      fanOut.replay(subscription)
      return { SubscriptionArn: subscription.arn }
    },
  }),
})

function checkEndpoint(topic: Topic, protocol: string, endpoint: string): 'sqs' | 'lambda' {
  if (!PROTOCOLS.includes(protocol))
    throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`)
  if (endpoint === '') throw invalidParameter('Endpoint')
  if (protocol !== 'sqs' && protocol !== 'lambda')
    throw new NotSimulated(
      `subscriptions of the protocol ${protocol} (${endpoint})`,
      'Subscribe an SQS queue or a Lambda function.',
    )
  if (protocol === 'sqs' && !/^arn:[^:]+:sqs:[^:]+:[^:]+:[^:]+$/.test(endpoint))
    throw invalidParameter('SQS endpoint ARN')
  if (protocol === 'lambda' && !/^arn:[^:]+:lambda:/.test(endpoint)) throw invalidParameter('Lambda endpoint ARN')
  if (!topic.fifo && endpoint.endsWith('.fifo'))
    throw invalidParameter(
      'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
    )
  if (topic.fifo && protocol === 'lambda')
    throw invalidParameter('Invalid parameter: Protocol Reason: FIFO topics can only have SQS subscriptions')
  return protocol
}

/** Subscribing again is fine as long as no attribute that is given differs. */
function same(topics: Topics, existing: Subscription, attributes: Readonly<Record<string, string>> = {}): Subscription {
  const now = subscriptionAttributes(existing, topics.account)
  for (const [name, value] of Object.entries(attributes))
    if ((now[name] ?? '') !== value)
      throw invalidParameter('Attributes Reason: Subscription already exists with different attributes')
  return existing
}

const principalOf = (caller: Caller): string =>
  caller.kind === 'service' ? caller.principal : caller.kind === 'anonymous' ? '*' : caller.arn
