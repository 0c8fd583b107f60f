import type { PolicyDocument } from '../../service.ts'
import type { TopicArchive } from './archive.ts'
import type { FifoState } from './fifo.ts'
import type { FilteredMessage } from './filter/filtered-message.ts'
import type { ReplayPolicy } from './replay.ts'

export interface Topic {
  readonly name: string
  readonly arn: string
  /** What was set, by name; what is not set has its default. */
  readonly attributes: Map<TopicAttribute, string>
  policy: PolicyDocument
  readonly tags: Map<string, string>
  readonly subscriptions: Map<string, Subscription>
  /** Number of subscriptions that were removed. */
  deleted: number
  /** Present on a FIFO topic. */
  readonly fifo: FifoState | undefined
  /** Present on a FIFO topic. */
  readonly archive: TopicArchive | undefined
}

export type TopicAttribute =
  | 'DisplayName'
  | 'FifoTopic'
  | 'ContentBasedDeduplication'
  | 'FifoThroughputScope'
  | 'KmsMasterKeyId'
  | 'MaximumMessageSize'
  | 'SignatureVersion'
  | 'TracingConfig'
  | 'ArchivePolicy'
  | 'DeliveryPolicy'
  | 'DataProtectionPolicy'

export interface Subscription {
  readonly arn: string
  readonly topic: Topic
  readonly protocol: 'sqs' | 'lambda'
  readonly endpoint: string
  /** ARN of whoever subscribed. */
  readonly principal: string
  settings: SubscriptionSettings
  /** Of the newest replay. */
  replayStatus: 'In progress' | 'Completed' | undefined
}

export interface SubscriptionSettings {
  readonly raw: boolean
  readonly filter: SubscriptionFilter | undefined
  readonly scope: FilterScope | undefined
  readonly redrive: { readonly text: string; readonly queueArn: string } | undefined
  readonly replay: ReplayPolicy | undefined
}

export type FilterScope = 'MessageAttributes' | 'MessageBody'

export interface SubscriptionFilter {
  /** The policy as it was given. */
  readonly text: string
  matches(message: FilteredMessage): boolean
}

export interface MessageAttribute {
  readonly type: string
  readonly text: string | undefined
  readonly binary: Uint8Array | undefined
}
