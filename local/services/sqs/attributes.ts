import { AwsError } from '../../errors.ts'
import { invalidAttribute, unknownAttribute } from './errors.ts'
import type { QueueSettings } from './model/settings.ts'
import { checkQueuePolicy } from './queue-policies.ts'
import { parseRedriveAllowPolicy, parseRedrivePolicy } from './redrive-policies.ts'

/** A queue's settable attributes that have a value. */
export type AttributeValues = Readonly<Record<string, string>>

interface AttributeRule {
  /** Answers the value as AWS stores it. @throws AwsError */
  check(name: string, value: string): string
  readonly default?: string
  /** Only FIFO queues have it. */
  readonly fifo?: true
}

const whole = (min: number, max: number, fallback: number): AttributeRule => ({
  default: String(fallback),
  check(name, value) {
    if (!/^\d+$/.test(value) || Number(value) < min || Number(value) > max) throw invalidAttribute(name)
    return String(Number(value))
  },
})

const UNSUPPORTED = 'not a supported value.'
const oneOf = (values: readonly string[], fallback?: string, reason?: string): AttributeRule => ({
  ...(fallback !== undefined && { default: fallback }),
  check(name, value) {
    if (!values.includes(value.toLowerCase()) && !values.includes(value)) throw invalidAttribute(name, reason)
    return values.includes(value) ? value : value.toLowerCase()
  },
})

const boolean = (fallback: string): AttributeRule => oneOf(['true', 'false'], fallback)
const fifoOnly = (rule: AttributeRule): AttributeRule => ({ ...rule, fifo: true })

const policy: AttributeRule = { check: (_, value) => checkQueuePolicy(value) }
const redrivePolicy: AttributeRule = { check: (_, value) => JSON.stringify(parseRedrivePolicy(value)) }
const redriveAllowPolicy: AttributeRule = {
  check(_, value) {
    parseRedriveAllowPolicy(value)
    return value
  },
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const rules: Readonly<Record<string, AttributeRule>> = {
  VisibilityTimeout: whole(0, 43_200, 30),
  MaximumMessageSize: whole(1_024, 1_048_576, 1_048_576),
  MessageRetentionPeriod: whole(60, 1_209_600, 345_600),
  DelaySeconds: whole(0, 900, 0),
  ReceiveMessageWaitTimeSeconds: whole(0, 20, 0),
  Policy: policy,
  RedrivePolicy: redrivePolicy,
  RedriveAllowPolicy: redriveAllowPolicy,
  KmsMasterKeyId: { check: (_, value) => value },
  KmsDataKeyReusePeriodSeconds: whole(60, 86_400, 300),
  SqsManagedSseEnabled: boolean('true'),
  FifoQueue: fifoOnly(boolean('true')),
  ContentBasedDeduplication: fifoOnly(boolean('false')),
  DeduplicationScope: fifoOnly(oneOf(['queue', 'messageGroup'], 'queue', UNSUPPORTED)),
  FifoThroughputLimit: fifoOnly(oneOf(['perQueue', 'perMessageGroupId'], 'perQueue', UNSUPPORTED)),
}

/** Computed when asked for. */
export const computedAttributes = [
  'QueueArn',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const
export type ComputedAttribute = (typeof computedAttributes)[number]

/** A standard queue does not know `FifoQueue`, as clients that ask for it learn: aws/aws-sdk-ruby#1350. */
export const isAttributeName = (name: string, fifo: boolean): boolean =>
  name === 'FifoQueue' ? fifo : name in rules || (computedAttributes as readonly string[]).includes(name)

/** An empty text takes these back. */
const REMOVABLE = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds']

/** Checks what a caller sets, each attribute alone, and answers it as AWS stores it; an empty text means removal. */
export function checkAttributes(given: Readonly<Record<string, string>>, fifo: boolean): Record<string, string> {
  const checked: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) {
    const rule = rules[name]
    if (!rule) throw unknownAttribute(name)
    if (rule.fifo && !fifo) {
      if (name === 'FifoQueue' || name === 'ContentBasedDeduplication') throw unknownAttribute(name)
      throw new AwsError('InvalidAttributeName', `You can specify the ${name} only when FifoQueue is set to true.`)
    }
    checked[name] = value === '' && REMOVABLE.includes(name) ? '' : rule.check(name, value)
  }
  return checked
}

/** AWS has two sentences for the same mistake. */
const CHANGED_MODE =
  'The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.'
export const CREATED_MODE =
  'To set FifoThroughputLimit to perMessageGroupId, the DeduplicationScope must be messageGroup.'
type ModeReason = typeof CHANGED_MODE | typeof CREATED_MODE

export function defaultAttributes(fifo: boolean): AttributeValues {
  const defaults: Record<string, string> = {}
  for (const [name, rule] of Object.entries(rules))
    if (rule.default !== undefined && (fifo || !rule.fifo)) defaults[name] = rule.default
  return defaults
}

/** Merges checked attributes into a queue's, and checks what must fit together; `why` is told of modes that do not. */
export function mergeAttributes(
  current: AttributeValues,
  checked: Readonly<Record<string, string>>,
  why: ModeReason = CHANGED_MODE,
): AttributeValues {
  const merged: Record<string, string> = { ...current, ...checked }
  if (checked.KmsMasterKeyId && checked.SqsManagedSseEnabled === undefined) merged.SqsManagedSseEnabled = 'false'
  for (const name of REMOVABLE) {
    if (merged[name] !== '') continue
    const fallback = rules[name]?.default
    if (fallback === undefined) delete merged[name]
    else merged[name] = fallback
  }
  if (merged.KmsMasterKeyId && merged.SqsManagedSseEnabled === 'true')
    throw new AwsError(
      'InvalidAttributeName',
      'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
    )
  if (merged.FifoThroughputLimit === 'perMessageGroupId' && merged.DeduplicationScope !== 'messageGroup')
    throw invalidAttribute('FifoThroughputLimit', why)
  return merged
}

export function settingsOf(attributes: AttributeValues): QueueSettings {
  const milliseconds = (name: string) => Number(attributes[name]) * 1_000
  return {
    visibilityTimeout: milliseconds('VisibilityTimeout'),
    delay: milliseconds('DelaySeconds'),
    retention: milliseconds('MessageRetentionPeriod'),
    receiveWait: milliseconds('ReceiveMessageWaitTimeSeconds'),
    maximumMessageSize: Number(attributes.MaximumMessageSize),
    contentBasedDeduplication: attributes.ContentBasedDeduplication === 'true',
    deduplicateByGroup: attributes.DeduplicationScope === 'messageGroup',
    redrive: attributes.RedrivePolicy === undefined ? undefined : parseRedrivePolicy(attributes.RedrivePolicy),
  }
}
