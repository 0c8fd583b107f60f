import { GetQueueAttributesCommand, ListQueuesCommand, ListQueueTagsCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ResourceContext, ResourceType } from '../../../../local/service.ts'
import { type SqsBench, startSqs } from './support.ts'

let bench: SqsBench
beforeAll(async () => {
  bench = await startSqs()
})
afterAll(() => bench.cloud.stop())

const resource: ResourceContext = {
  logicalId: 'Queue',
  stackName: 'stack',
  stackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/stack/1',
  physicalName: (maxLength) => 'stack-Queue-ABCDEF'.slice(0, maxLength),
  assetPath: () => '',
  path: 'stack/Queue',
}
const typeOf = (name: string) => bench.cloud.context.service('sqs').resources[name] as ResourceType
const attributesOf = async (QueueUrl: string) =>
  (await bench.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {}

it('creates a queue of a template: its URL is the reference, its name is generated', async () => {
  const type = typeOf('AWS::SQS::Queue')
  const dlq = await type.create({ FifoQueue: true }, resource)
  expect(dlq.attributes).toEqual({
    Arn: 'arn:aws:sqs:us-east-1:000000000000:stack-Queue-ABCDEF.fifo',
    QueueName: 'stack-Queue-ABCDEF.fifo',
    QueueUrl: dlq.ref,
  })
  const { ref } = await type.create(
    {
      QueueName: 'named.fifo',
      FifoQueue: true,
      ContentBasedDeduplication: true,
      VisibilityTimeout: 60,
      RedrivePolicy: { deadLetterTargetArn: dlq.attributes.Arn, maxReceiveCount: 3 },
      Tags: [{ Key: 'team', Value: 'orders' }],
    },
    resource,
  )
  expect(ref).toBe(`${bench.cloud.endpoint}/000000000000/named.fifo`)
  expect(await attributesOf(ref)).toMatchObject({
    ContentBasedDeduplication: 'true',
    VisibilityTimeout: '60',
    RedrivePolicy: `{"deadLetterTargetArn":"${dlq.attributes.Arn}","maxReceiveCount":3}`,
  })
  expect((await bench.sqs.send(new ListQueueTagsCommand({ QueueUrl: ref }))).Tags).toEqual({ team: 'orders' })
})

it('updates a queue in place, takes removed properties back to their defaults, and leaves a new name to replacement', async () => {
  const type = typeOf('AWS::SQS::Queue')
  const before = { QueueName: 'updated', VisibilityTimeout: 60, DelaySeconds: 5, Tags: [{ Key: 'a', Value: '1' }] }
  const { ref } = await type.create(before, resource)
  const after = { QueueName: 'updated', DelaySeconds: 6, Tags: [{ Key: 'b', Value: '2' }] }
  expect(await type.update?.(ref, after, before, resource)).toMatchObject({ ref })
  expect(await attributesOf(ref)).toMatchObject({ VisibilityTimeout: '30', DelaySeconds: '6' })
  expect((await bench.sqs.send(new ListQueueTagsCommand({ QueueUrl: ref }))).Tags).toEqual({ b: '2' })
  expect(await type.update?.(ref, { ...after, QueueName: 'other' }, after, resource)).toBeUndefined()
  expect(await type.update?.(ref, { ...after, FifoQueue: true }, after, resource)).toBeUndefined()
})

it('deletes a queue, also one that is gone', async () => {
  const type = typeOf('AWS::SQS::Queue')
  const { ref } = await type.create({ QueueName: 'deleted' }, resource)
  await type.delete(ref, {})
  await type.delete(ref, {})
  const { QueueUrls } = await bench.sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'deleted' }))
  expect(QueueUrls).toBeUndefined()
})

it('attaches policies to queues, moves them on an update, and takes them off again', async () => {
  const [first, second] = [await bench.create('policy-1'), await bench.create('policy-2')]
  const PolicyDocument = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sqs:*', Resource: '*' }],
  }
  const policyOf = async (url: string) => (await attributesOf(url)).Policy
  const type = typeOf('AWS::SQS::QueuePolicy')
  const { ref } = await type.create({ PolicyDocument, Queues: [first] }, resource)
  expect(JSON.parse((await policyOf(first)) ?? '')).toEqual(PolicyDocument)
  await type.update?.(ref, { PolicyDocument, Queues: [second] }, { PolicyDocument, Queues: [first] }, resource)
  expect(await policyOf(first)).toBeUndefined()
  expect(await policyOf(second)).toBeDefined()
  await type.delete(ref, { PolicyDocument, Queues: [second] })
  expect(await policyOf(second)).toBeUndefined()
  const inline = typeOf('AWS::SQS::QueueInlinePolicy')
  const made = await inline.create({ PolicyDocument, Queue: first }, resource)
  expect(await policyOf(first)).toBeDefined()
  await inline.delete(made.ref, { PolicyDocument, Queue: first })
  expect(await policyOf(first)).toBeUndefined()
})
