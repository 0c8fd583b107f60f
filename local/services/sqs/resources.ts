import type {
  CreateQueueCommandInput,
  CreateQueueCommandOutput,
  DeleteQueueCommandInput,
  SetQueueAttributesCommandInput,
} from '@aws-sdk/client-sqs'
import { AwsError } from '../../errors.ts'
import type { CloudContext, CreatedResource, Properties, ResourceType } from '../../service.ts'
import { defaultAttributes } from './attributes.ts'

/** Properties of AWS::SQS::Queue that are attributes of the same name. */
const ATTRIBUTES = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
] as const

const textOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

function attributesOf(properties: Properties): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const name of ATTRIBUTES) if (properties[name] !== undefined) attributes[name] = textOf(properties[name])
  // CloudFormation takes `false` for a standard queue, where the API knows no such attribute.
  if (attributes.FifoQueue === 'false') delete attributes.FifoQueue
  return attributes
}

const tagsOf = (properties: Properties): Record<string, string> =>
  Object.fromEntries(
    ((properties.Tags ?? []) as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
  )

const nameOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1)

export function sqsResources(context: CloudContext): Record<string, ResourceType> {
  const call = <I extends object, O extends object = object>(action: string, input: I): Promise<O> =>
    context.call<I, O>({ caller: context.administrator, service: 'sqs', action, input })
  const setAttributes = (QueueUrl: string, Attributes: Record<string, string>) =>
    call<SetQueueAttributesCommandInput>('SetQueueAttributes', { QueueUrl, Attributes })

  const created = (url: string): CreatedResource => ({
    ref: url,
    attributes: {
      Arn: `arn:aws:sqs:${context.region}:${context.account}:${nameOf(url)}`,
      QueueName: nameOf(url),
      QueueUrl: url,
    },
  })

  const queue: ResourceType = {
    properties: ['QueueName', 'Tags', ...ATTRIBUTES],
    async create(properties, resource) {
      const suffix = String(properties.FifoQueue) === 'true' ? '.fifo' : ''
      const name = (properties.QueueName as string | undefined) ?? resource.physicalName(80 - suffix.length) + suffix
      const { QueueUrl } = await call<CreateQueueCommandInput, CreateQueueCommandOutput>('CreateQueue', {
        QueueName: name,
        Attributes: attributesOf(properties),
        tags: tagsOf(properties),
      })
      return created(QueueUrl as string)
    },
    async update(url, properties, previous) {
      if (properties.QueueName !== previous.QueueName) return undefined
      if (String(properties.FifoQueue ?? false) !== String(previous.FifoQueue ?? false)) return undefined
      const { FifoQueue, ...wanted } = attributesOf(properties)
      const defaults = defaultAttributes(FifoQueue === 'true')
      const removed = Object.keys(attributesOf(previous)).filter((name) => !(name in wanted) && name !== 'FifoQueue')
      await setAttributes(url, {
        ...Object.fromEntries(removed.map((name) => [name, defaults[name] ?? ''])),
        ...wanted,
      })
      const tags = tagsOf(properties)
      const gone = Object.keys(tagsOf(previous)).filter((key) => !(key in tags))
      if (gone.length > 0) await call('UntagQueue', { QueueUrl: url, TagKeys: gone })
      if (Object.keys(tags).length > 0) await call('TagQueue', { QueueUrl: url, Tags: tags })
      return created(url)
    },
    async delete(url) {
      await ignoreGone(call<DeleteQueueCommandInput>('DeleteQueue', { QueueUrl: url }))
    },
  }

  const setPolicy = (queues: readonly string[], document: unknown) =>
    Promise.all(queues.map((url) => setAttributes(url, { Policy: document === '' ? '' : textOf(document) })))

  const policyOn = (queuesOf: (properties: Properties) => readonly string[], member: string): ResourceType => ({
    properties: ['PolicyDocument', member],
    async create(properties, resource) {
      await setPolicy(queuesOf(properties), properties.PolicyDocument)
      const ref = resource.physicalName(255)
      return { ref, attributes: { Id: ref } }
    },
    async update(ref, properties, previous) {
      const queues = queuesOf(properties)
      await setPolicy(
        queuesOf(previous).filter((url) => !queues.includes(url)),
        '',
      )
      await setPolicy(queues, properties.PolicyDocument)
      return { ref, attributes: { Id: ref } }
    },
    async delete(_, properties) {
      await ignoreGone(setPolicy(queuesOf(properties), ''))
    },
  })

  return {
    'AWS::SQS::Queue': queue,
    'AWS::SQS::QueuePolicy': policyOn(({ Queues }) => Queues as string[], 'Queues'),
    'AWS::SQS::QueueInlinePolicy': policyOn(({ Queue }) => [Queue as string], 'Queue'),
  }
}

/** Deleting what is gone already succeeds. */
async function ignoreGone(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!(error instanceof AwsError && error.code === 'QueueDoesNotExist')) throw error
  }
}
