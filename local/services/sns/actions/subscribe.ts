import type { SubscribeCommandInput, SubscribeCommandOutput } from '@aws-sdk/client-sns'
import { NotSimulated } from '../../../errors.ts'
import { type Action, action, type Caller } from '../../../service.ts'
import type { FanOut } from '../delivery/fan-out.ts'
import { invalidParameter } from '../errors.ts'
import { checkFilterCount, checkLargeMessages, maximumBytes } from '../limits.ts'
import type { Topics } from '../model.ts'
import { NO_SETTINGS, settingsOf, subscriptionAttributes } from '../subscription-attributes.ts'
import type { Subscription, Topic } from '../topic.ts'

/** What the endpoint of a protocol looks like, and what is told of one that does not. */
const endpoints: Readonly<Record<string, readonly [shape: RegExp, told: string]>> = {
  http: [/^http:\/\/./, 'Endpoint must match the specified protocol'],
  https: [/^https:\/\/./, 'Endpoint must match the specified protocol'],
  email: [/^[^@\s]+@[^@\s]+$/, 'Email address'],
  'email-json': [/^[^@\s]+@[^@\s]+$/, 'Email address'],
  sms: [/^\+?[\d\s().-]+$/, 'Invalid SMS endpoint'],
  sqs: [/^arn:[^:]+:sqs:[^:]+:[^:]+:[^:]+$/, 'SQS endpoint ARN'],
  application: [/^arn:[^:]+:sns:[^:]+:[^:]+:endpoint\//, 'Application endpoint arn invalid'],
  lambda: [/^arn:[^:]+:lambda:/, 'Lambda endpoint ARN'],
  firehose: [/^arn:[^:]+:firehose:/, 'Firehose endpoint ARN'],
}

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
  const known = Object.hasOwn(endpoints, protocol) ? endpoints[protocol] : undefined
  if (!known) throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`)
  if (endpoint === '') throw invalidParameter('Endpoint')
  if (topic.fifo && protocol !== 'sqs') throw invalidParameter(`Invalid parameter: Invalid protocol type: ${protocol}`)
  const [shape, told] = known
  if (!shape.test(endpoint)) throw invalidParameter(told)
  if (protocol !== 'sqs' && protocol !== 'lambda')
    throw new NotSimulated(
      `subscriptions of the protocol ${protocol} (${endpoint})`,
      'Subscribe an SQS queue or a Lambda function.',
    )
  if (!topic.fifo && endpoint.endsWith('.fifo'))
    throw invalidParameter(
      'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
    )
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
