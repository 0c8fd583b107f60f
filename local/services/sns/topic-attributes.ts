import { NotSimulated } from '../../errors.ts'
import { effectiveDeliveryPolicy, parseDeliveryPolicy } from './delivery-policy.ts'
import { Refused } from './errors.ts'
import type { Topic, TopicAttribute } from './topic.ts'

type Check = (value: string) => boolean

/** What is told of a value that an attribute cannot have, where AWS has words of its own for it. */
const wrong: Partial<Readonly<Record<TopicAttribute, (value: string) => string>>> = {
  DisplayName: () => 'DisplayName',
  FifoTopic: (value) => `FifoTopic: Invalid value [${value}]. Must be true or false.`,
  ContentBasedDeduplication: (value) => `ContentBasedDeduplication: Invalid value [${value}]. Must be true or false.`,
  SignatureVersion: () => 'SignatureVersion: Invalid value. Must be 1 or 2.',
  TracingConfig: (value) => `Invalid tracing config value: ${value}`,
  ArchivePolicy: () => 'ArchivePolicy: MessageRetentionPeriod value is invalid',
}

const isBoolean: Check = (value) => value === 'true' || value === 'false'
const isMessageSize: Check = (value) => /^\d+$/.test(value) && Number(value) >= 1024 && Number(value) <= 1_048_576

/** What each attribute may be. `set`: it can be changed later; `fifo`: it is one of FIFO topics only. */
const attributes: Readonly<Record<TopicAttribute, { valid: Check; set: boolean; fifo?: true }>> = {
  DisplayName: { valid: (value) => value.length <= 100, set: true },
  FifoTopic: { valid: isBoolean, set: false },
  ContentBasedDeduplication: { valid: isBoolean, set: true, fifo: true },
  FifoThroughputScope: { valid: (value) => value === 'Topic' || value === 'MessageGroup', set: true, fifo: true },
  KmsMasterKeyId: { valid: () => true, set: true },
  MaximumMessageSize: { valid: isMessageSize, set: true },
  SignatureVersion: { valid: (value) => value === '1' || value === '2', set: true },
  TracingConfig: { valid: (value) => value === 'PassThrough' || value === 'Active', set: true },
  ArchivePolicy: { valid: isArchivePolicy, set: true, fifo: true },
  DeliveryPolicy: { valid: () => true, set: true },
  DataProtectionPolicy: { valid: () => false, set: false },
}

/** @throws Refused; NotSimulated for an attribute that would have no effect */
export function checkTopicAttribute(name: string, value: string, fifo: boolean, change: boolean): void {
  if (/FeedbackRoleArn$|FeedbackSampleRate$/.test(name))
    throw new NotSimulated(`delivery status logging (${name})`, 'Every delivery is in the journal.')
  if (name === 'DataProtectionPolicy')
    throw new NotSimulated('data protection policies of topics', 'Leave DataProtectionPolicy out.')
  const rule = Object.hasOwn(attributes, name) ? attributes[name as TopicAttribute] : undefined
  if (!rule && !change) throw new Refused(`Unknown attribute ${name}`)
  if (!rule || (change && !rule.set)) throw new Refused('AttributeName')
  if (name === 'DeliveryPolicy') parseDeliveryPolicy(value)
  if (rule.fifo && !fifo && value !== 'false' && value !== '')
    throw new Refused(change ? 'AttributeName' : `Unknown attribute ${name}`)
  if (value === '' || rule.valid(value)) return
  throw new Refused(wrong[name as TopicAttribute]?.(value) ?? `${name}: Invalid value [${value}]`)
}

function isArchivePolicy(value: string): boolean {
  try {
    const policy: unknown = JSON.parse(value)
    if (typeof policy !== 'object' || policy === null || Array.isArray(policy)) return false
    const { MessageRetentionPeriod: days, ...rest } = policy as Record<string, unknown>
    if (days === undefined) return Object.keys(rest).length === 0
    return Object.keys(rest).length === 0 && Number.isInteger(Number(days)) && Number(days) >= 1 && Number(days) <= 365
  } catch {
    return false
  }
}

/** What GetTopicAttributes answers. */
export function topicAttributes(topic: Topic, account: string): Record<string, string> {
  const { attributes: set } = topic
  const answer: Record<string, string> = {
    TopicArn: topic.arn,
    Owner: account,
    Policy: JSON.stringify(topic.policy),
    DisplayName: set.get('DisplayName') ?? '',
    SubscriptionsPending: '0',
    SubscriptionsConfirmed: String(topic.subscriptions.size),
    SubscriptionsDeleted: String(topic.deleted),
    EffectiveDeliveryPolicy: effectiveDeliveryPolicy(set.get('DeliveryPolicy')),
  }
  if (topic.fifo) {
    answer.FifoTopic = 'true'
    answer.ContentBasedDeduplication = set.get('ContentBasedDeduplication') ?? 'false'
  }
  for (const name of OPTIONAL) {
    const value = set.get(name)
    if (value !== undefined && value !== '') answer[name] = value
  }
  // An empty policy ends the archive: terraform-provider-aws then finds neither policy nor beginning.
  if (!topic.archive?.active) delete answer.ArchivePolicy
  else answer.BeginningArchiveTime = new Date(topic.archive.beginning()).toISOString()
  return answer
}

const OPTIONAL: readonly TopicAttribute[] = [
  'KmsMasterKeyId',
  'MaximumMessageSize',
  'SignatureVersion',
  'TracingConfig',
  'FifoThroughputScope',
  'ArchivePolicy',
  'DeliveryPolicy',
]
