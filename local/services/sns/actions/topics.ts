import type {
  CreateTopicCommandInput,
  CreateTopicCommandOutput,
  DeleteTopicCommandInput,
  DeleteTopicCommandOutput,
  GetTopicAttributesCommandInput,
  GetTopicAttributesCommandOutput,
  ListTopicsCommandInput,
  ListTopicsCommandOutput,
  SetTopicAttributesCommandInput,
  SetTopicAttributesCommandOutput,
} from '@aws-sdk/client-sns'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { checkArn } from '../arn.ts'
import { creating, invalidParameter, setting } from '../errors.ts'
import { checkLargeMessages } from '../limits.ts'
import type { Topics } from '../model.ts'
import { page } from '../pages.ts'
import { parsePolicy } from '../policy.ts'
import { checkTagCount, tagMap } from '../tags.ts'
import type { Topic, TopicAttribute } from '../topic.ts'
import { checkTopicAttribute, topicAttributes } from '../topic-attributes.ts'

const onTopic =
  (name: string) =>
  ({ TopicArn = '*' }: { TopicArn?: string | undefined }) => [{ action: `sns:${name}`, resource: TopicArn }]

export const topicActions = (topics: Topics, isKnown: (principal: string) => boolean): Record<string, Action> => ({
  CreateTopic: action<CreateTopicCommandInput, CreateTopicCommandOutput>({
    accepts: ['Name', 'Attributes', 'Tags'],
    access: ({ Name }) => [{ action: 'sns:CreateTopic', resource: topics.arn(Name) }],
    run: (input) => ({ TopicArn: createTopic(topics, input, isKnown).arn }),
  }),
  DeleteTopic: action<DeleteTopicCommandInput, DeleteTopicCommandOutput>({
    accepts: ['TopicArn'],
    access: onTopic('DeleteTopic'),
    run: ({ TopicArn = '' }) => {
      const topic = topics.find(TopicArn)
      if (topic?.archive?.active)
        throw new AwsError('InvalidStateException', 'Invalid state: Cannot delete a topic with an ArchivePolicy')
      if (!topic) {
        checkArn('TopicArn', TopicArn)
        if (!TopicArn.startsWith(topics.arn(''))) throw invalidParameter('TopicArn')
      }
      topics.delete(TopicArn)
      return {}
    },
  }),
  ListTopics: action<ListTopicsCommandInput, ListTopicsCommandOutput>({
    accepts: ['NextToken'],
    access: () => [{ action: 'sns:ListTopics', resource: '*' }],
    run: ({ NextToken }) => {
      const { items, ...rest } = page(topics.all(), NextToken)
      return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), ...rest }
    },
  }),
  GetTopicAttributes: action<GetTopicAttributesCommandInput, GetTopicAttributesCommandOutput>({
    accepts: ['TopicArn'],
    access: onTopic('GetTopicAttributes'),
    run: ({ TopicArn }) => ({ Attributes: topicAttributes(topics.get(TopicArn), topics.account) }),
  }),
  SetTopicAttributes: action<SetTopicAttributesCommandInput, SetTopicAttributesCommandOutput>({
    accepts: ['TopicArn', 'AttributeName', 'AttributeValue'],
    access: onTopic('SetTopicAttributes'),
    run: ({ TopicArn, AttributeName = '', AttributeValue = '' }) => {
      const topic = topics.get(TopicArn)
      if (AttributeName === 'Policy') topic.policy = setting(() => parsePolicy(AttributeValue, isKnown))
      else {
        setting(() => checkTopicAttribute(AttributeName, AttributeValue, topic.fifo !== undefined, true))
        if (AttributeName === 'MaximumMessageSize') checkLargeMessages(topic, Number(AttributeValue))
        topic.attributes.set(AttributeName as TopicAttribute, AttributeValue)
        if (AttributeName === 'ArchivePolicy') topic.archive?.follow(AttributeValue)
      }
      return {}
    },
  }),
})

function createTopic(
  topics: Topics,
  { Name = '', Attributes = {}, Tags }: CreateTopicCommandInput,
  isKnown: (principal: string) => boolean,
): Topic {
  const { Policy, ...attributes } = Attributes
  const fifo = attributes.FifoTopic === 'true'
  checkName(Name, fifo)
  const policy = creating(() => {
    for (const [name, value] of Object.entries(attributes)) checkTopicAttribute(name, value, fifo, false)
    return Policy ? parsePolicy(Policy, isKnown) : undefined
  })
  const tags = tagMap(Tags)
  checkTagCount(tags)
  const existing = topics.find(topics.arn(Name))
  if (existing) return same(existing, attributes, Tags === undefined ? undefined : tags)
  const given = Object.entries(attributes).filter(([name, value]) => name !== 'FifoTopic' || value === 'true')
  const topic = topics.create(Name, new Map(given as [TopicAttribute, string][]), tags)
  if (policy) topic.policy = policy
  return topic
}

function checkName(name: string, fifo: boolean): void {
  const base = fifo ? name.replace(/\.fifo$/, '') : name
  if (fifo && !name.endsWith('.fifo'))
    throw invalidParameter(
      'Topic Name Reason: Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.',
    )
  if (!/^[A-Za-z0-9_-]+$/.test(base) || name.length > 256) throw invalidParameter('Topic Name')
}

/** Creating a topic again is fine as long as nothing differs. */
function same(
  topic: Topic,
  attributes: Readonly<Record<string, string>>,
  tags: ReadonlyMap<string, string> | undefined,
): Topic {
  for (const [name, value] of Object.entries(attributes))
    if ((topic.attributes.get(name as TopicAttribute) ?? defaultOf(name)) !== value)
      throw invalidParameter('Attributes Reason: Topic already exists with different attributes')
  if (tags && [...tags].some(([key, value]) => topic.tags.get(key) !== value))
    throw invalidParameter('Tags Reason: Topic already exists with different tags')
  return topic
}

const defaultOf = (name: string): string =>
  name === 'FifoTopic' || name === 'ContentBasedDeduplication' ? 'false' : ''
