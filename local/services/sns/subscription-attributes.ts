import { NotSimulated } from '../../errors.ts'
import { creating, invalidParameter, Refused, setting } from './errors.ts'
import { compileFilter, FilterRefusal, parsed } from './filter/policy.ts'
import { parseReplayPolicy } from './replay.ts'
import type { FilterScope, Subscription, SubscriptionSettings, Topic } from './topic.ts'

export const NO_SETTINGS: SubscriptionSettings = {
  raw: false,
  filter: undefined,
  scope: undefined,
  redrive: undefined,
  replay: undefined,
}

/** Where a subscription's attributes are set. */
type Subscribed = Pick<Subscription, 'topic' | 'endpoint' | 'protocol'>

const NAMES = ['RawMessageDelivery', 'FilterPolicy', 'FilterPolicyScope', 'RedrivePolicy', 'ReplayPolicy']

/** @throws AwsError InvalidParameter as Subscribe words it */
export function settingsOf(to: Subscribed, attributes: Readonly<Record<string, string>> = {}): SubscriptionSettings {
  // The scope decides how a filter reads, so it goes first.
  const names = Object.keys(attributes).sort(
    (a, b) => Number(b === 'FilterPolicyScope') - Number(a === 'FilterPolicyScope'),
  )
  return creating(() =>
    names.reduce((settings, name) => withAttribute(settings, to, name, attributes[name] ?? ''), NO_SETTINGS),
  )
}

/** Without a value the attribute is removed. @throws AwsError InvalidParameter as SetSubscriptionAttributes words it */
export const changedSettings = (
  subscription: Subscription,
  name: string,
  value: string | undefined,
): SubscriptionSettings =>
  setting(() =>
    name === 'RedrivePolicy' && value === undefined
      ? { ...subscription.settings, redrive: undefined }
      : withAttribute(subscription.settings, subscription, name, value ?? ''),
  )

function withAttribute(
  settings: SubscriptionSettings,
  { topic, endpoint, protocol }: Subscribed,
  name: string,
  value: string,
): SubscriptionSettings {
  switch (name) {
    case 'RawMessageDelivery':
      return { ...settings, raw: rawOf(protocol, value) }
    case 'FilterPolicy':
      return { ...settings, filter: filterOf(value, settings.scope) }
    case 'FilterPolicyScope':
      return withScope(settings, value)
    case 'RedrivePolicy':
      return { ...settings, redrive: redriveOf(topic, endpoint, value) }
    case 'ReplayPolicy':
      return { ...settings, replay: replayOf(topic, value) }
    case 'DeliveryPolicy':
    case 'SubscriptionRoleArn':
      throw new NotSimulated(`the subscription attribute ${name}`, `Attributes it honours: ${NAMES.join(', ')}.`)
    default:
      throw invalidParameter('AttributeName')
  }
}

function rawOf(protocol: Subscription['protocol'], value: string): boolean {
  if (value !== 'true' && value !== 'false')
    throw new Refused(`RawMessageDelivery: Invalid value [${value}]. Must be true or false.`)
  if (value === 'true' && protocol !== 'sqs')
    throw new Refused(`Delivery protocol [${protocol}] does not support raw message delivery.`)
  return value === 'true'
}

function filterOf(value: string, scope: FilterScope | undefined): SubscriptionSettings['filter'] {
  if (value === '' || value === '{}') return undefined
  return refusing(() => compileFilter(value, scope ?? 'MessageAttributes'))
}

function refusing<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof FilterRefusal) throw new Refused(error.message)
    throw error
  }
}

function withScope(settings: SubscriptionSettings, value: string): SubscriptionSettings {
  if (value !== 'MessageAttributes' && value !== 'MessageBody')
    throw new Refused(`FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`)
  return { ...settings, scope: value, filter: settings.filter && filterOf(settings.filter.text, value) }
}

function redriveOf(topic: Topic, endpoint: string, value: string): SubscriptionSettings['redrive'] {
  // An empty text is no policy: terraform-provider-aws leaves the value out to remove one.
  const arn = deadLetterTargetOf(value)
  if (arn === undefined || !/^arn:aws:sqs:[^:]+:\d{12}:[^:]+$/.test(arn))
    throw new Refused('RedrivePolicy: deadLetterTargetArn is an invalid arn')
  if (topic.fifo && endpoint.endsWith('.fifo') && !arn.endsWith('.fifo'))
    throw new Refused('RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.')
  return { text: value, queueArn: arn }
}

function deadLetterTargetOf(value: string): string | undefined {
  const policy = refusing(() => parsed('RedrivePolicy', value))
  const target = (policy as { deadLetterTargetArn?: unknown } | null)?.deadLetterTargetArn
  return typeof target === 'string' ? target : undefined
}

function replayOf({ archive }: Topic, value: string): SubscriptionSettings['replay'] {
  if (value === '') return undefined
  if (!archive) throw new Refused('ReplayPolicy: Not supported for standard topics')
  const policy = parseReplayPolicy(value, archive)
  if ('refused' in policy) throw new Refused(policy.refused)
  return policy
}

/** What GetSubscriptionAttributes answers. */
export function subscriptionAttributes(subscription: Subscription, account: string): Record<string, string> {
  const { raw, filter, scope, redrive, replay } = subscription.settings
  return {
    SubscriptionArn: subscription.arn,
    TopicArn: subscription.topic.arn,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    Owner: account,
    SubscriptionPrincipal: subscription.principal,
    ConfirmationWasAuthenticated: 'true',
    PendingConfirmation: 'false',
    RawMessageDelivery: String(raw),
    ...(filter ? { FilterPolicy: filter.text, FilterPolicyScope: scope ?? 'MessageAttributes' } : {}),
    ...(redrive ? { RedrivePolicy: redrive.text } : {}),
    ...(replay ? { ReplayPolicy: replay.text, ReplayStatus: subscription.replayStatus ?? 'Pending' } : {}),
  }
}
