import type { CreatedResource, Properties, ResourceType } from '../../../service.ts'
import { orUndo } from '../../events/resources/call.ts'
import { attributeText, type CallSns } from './call.ts'

const ATTRIBUTES = [
  ...['DisplayName', 'KmsMasterKeyId', 'FifoTopic', 'ContentBasedDeduplication', 'FifoThroughputScope'],
  ...['ArchivePolicy', 'SignatureVersion', 'TracingConfig', 'MaximumMessageSize'],
]

interface InlineSubscription {
  readonly Protocol: string
  readonly Endpoint: string
}

interface Tag {
  readonly Key: string
  readonly Value: string
}

export const topicResource = (call: CallSns): ResourceType => ({
  properties: ['TopicName', 'Subscription', 'Tags', ...ATTRIBUTES],

  async create(properties, resource) {
    const fifo = String(properties.FifoTopic) === 'true'
    const suffix = fifo ? '.fifo' : ''
    const Name = String(properties.TopicName ?? `${resource.physicalName(256 - suffix.length)}${suffix}`)
    const { TopicArn } = await call<{ TopicArn: string }>('CreateTopic', {
      Name,
      Attributes: attributesOf(properties),
      ...(properties.Tags === undefined ? {} : { Tags: properties.Tags }),
    })
    const subscribe = async () => {
      for (const { Protocol, Endpoint } of inline(properties)) await call('Subscribe', { TopicArn, Protocol, Endpoint })
    }
    await orUndo(subscribe(), () => call('DeleteTopic', { TopicArn }))
    return created(TopicArn)
  },

  async update(TopicArn, properties, previous) {
    if (properties.TopicName !== previous.TopicName || properties.FifoTopic !== previous.FifoTopic) return undefined
    const before = attributesOf(previous)
    const now = attributesOf(properties)
    for (const AttributeName of new Set([...Object.keys(before), ...Object.keys(now)]))
      if (AttributeName !== 'FifoTopic' && before[AttributeName] !== now[AttributeName])
        await call('SetTopicAttributes', { TopicArn, AttributeName, AttributeValue: now[AttributeName] ?? '' })
    await updateSubscriptions(call, TopicArn, inline(properties), inline(previous))
    await updateTags(call, TopicArn, tags(properties), tags(previous))
    return created(TopicArn)
  },

  async delete(TopicArn) {
    await call('DeleteTopic', { TopicArn })
  },
})

const created = (TopicArn: string): CreatedResource => ({
  ref: TopicArn,
  attributes: { TopicArn, TopicName: TopicArn.split(':').at(-1) },
})

const inline = ({ Subscription }: Properties): readonly InlineSubscription[] =>
  (Subscription as readonly InlineSubscription[] | undefined) ?? []

const tags = ({ Tags }: Properties): readonly Tag[] => (Tags as readonly Tag[] | undefined) ?? []

const attributesOf = (properties: Properties): Record<string, string> =>
  Object.fromEntries(
    ATTRIBUTES.filter((name) => properties[name] !== undefined).map((name) => [name, attributeText(properties[name])]),
  )

async function updateSubscriptions(
  call: CallSns,
  TopicArn: string,
  now: readonly InlineSubscription[],
  before: readonly InlineSubscription[],
): Promise<void> {
  const same = (a: InlineSubscription) => (b: InlineSubscription) =>
    a.Protocol === b.Protocol && a.Endpoint === b.Endpoint
  for (const { Protocol, Endpoint } of now) await call('Subscribe', { TopicArn, Protocol, Endpoint })
  const gone = before.filter((one) => !now.some(same(one)))
  if (gone.length === 0) return
  const { Subscriptions } = await call<{ Subscriptions: (InlineSubscription & { SubscriptionArn: string })[] }>(
    'ListSubscriptionsByTopic',
    { TopicArn },
  )
  for (const { SubscriptionArn } of Subscriptions.filter((one) => gone.some(same(one))))
    await call('Unsubscribe', { SubscriptionArn })
}

async function updateTags(
  call: CallSns,
  ResourceArn: string,
  now: readonly Tag[],
  before: readonly Tag[],
): Promise<void> {
  const gone = before.filter(({ Key }) => !now.some((tag) => tag.Key === Key)).map(({ Key }) => Key)
  if (gone.length > 0) await call('UntagResource', { ResourceArn, TagKeys: gone })
  if (now.length > 0) await call('TagResource', { ResourceArn, Tags: now })
}
