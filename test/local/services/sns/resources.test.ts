import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
} from '@aws-sdk/client-sns'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Properties, ResourceContext } from '../../../../local/service.ts'
import { writeAssembly } from '../../assembly/support.ts'
import { startTopicsCloud } from './support.ts'

const statement = { Effect: 'Allow', Principal: '*', Action: 'sns:Publish', Resource: '*' }

describe('AWS::SNS', () => {
  let on: Awaited<ReturnType<typeof startTopicsCloud>>
  beforeEach(async () => {
    on = await startTopicsCloud()
  })
  afterEach(() => on.stop())

  const deploy = async (Resources: object, Outputs: object = {}) =>
    (await on.cloud.deploy(writeAssembly({ shop: { template: { Resources, Outputs } } })))[0]
  const update = async (type: string, id: string, now: Properties, before: Properties) =>
    on.cloud.context.service('sns').resources[type]?.update?.(id, now, before, {} as ResourceContext)
  const subscription = async (SubscriptionArn: string) =>
    (await on.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).Attributes
  const policy = async (TopicArn: string) =>
    JSON.parse((await on.sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes?.Policy ?? '{}')

  it('deploys a topic with its queue, filter and policies, and messages flow', async () => {
    const stack = await deploy(
      {
        Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'Orders', Tags: [{ Key: 'a', Value: 'b' }] } },
        Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
        QueuePolicy: {
          Type: 'AWS::SQS::QueuePolicy',
          Properties: {
            Queues: [{ Ref: 'Queue' }],
            PolicyDocument: {
              Statement: [
                {
                  ...{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage' },
                  Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] },
                  Condition: { ArnEquals: { 'aws:SourceArn': { Ref: 'Topic' } } },
                },
              ],
            },
          },
        },
        Subscription: {
          Type: 'AWS::SNS::Subscription',
          Properties: {
            ...{ TopicArn: { Ref: 'Topic' }, Protocol: 'sqs', Endpoint: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
            ...{ RawMessageDelivery: true, FilterPolicyScope: 'MessageBody' },
            FilterPolicy: { total: [{ numeric: ['>', 100] }] },
          },
        },
        Policy: {
          Type: 'AWS::SNS::TopicPolicy',
          Properties: { Topics: [{ Ref: 'Topic' }], PolicyDocument: { Statement: [statement] } },
        },
      },
      {
        Topic: { Value: { Ref: 'Topic' } },
        Name: { Value: { 'Fn::GetAtt': ['Topic', 'TopicName'] } },
        Queue: { Value: { Ref: 'Queue' } },
        Subscription: { Value: { Ref: 'Subscription' } },
      },
    )
    const { Topic = '', Name, Queue = '', Subscription = '' } = stack?.outputs ?? {}
    expect(Name).toMatch(/^shop-Topic-[0-9A-Za-z]{12}$/)
    expect(Topic).toBe(`arn:aws:sns:us-east-1:000000000000:${Name}`)
    expect(Subscription.startsWith(`${Topic}:`)).toBe(true)
    expect((await policy(Topic)).Statement).toEqual([statement])
    await on.publish(Topic, '{"total":50}')
    await on.publish(Topic, '{"total":500}')
    expect(await on.bodies(Queue)).toEqual(['{"total":500}'])
  })

  it('gives a FIFO topic its suffix and takes its booleans', async () => {
    const FifoTopic = true
    const Properties = { FifoTopic, ContentBasedDeduplication: true, FifoThroughputScope: 'MessageGroup' }
    const stack = await deploy({ Topic: { Type: 'AWS::SNS::Topic', Properties } })
    const TopicArn = stack?.resources[0]?.physicalId ?? ''
    expect(TopicArn).toMatch(/:shop-Topic-[0-9A-Za-z]{12}\.fifo$/)
    expect((await on.sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes).toMatchObject({
      FifoTopic: 'true',
      ContentBasedDeduplication: 'true',
      FifoThroughputScope: 'MessageGroup',
    })
  })

  it('changes a subscription in place where AWS does, and leaves its filter out again', async () => {
    const queue = await on.queue('orders')
    const TopicArn = await on.topic('orders')
    const before = { TopicArn, Protocol: 'sqs', Endpoint: queue.arn, FilterPolicy: { a: ['b'] } }
    const id = await on.subscribe(TopicArn, queue.arn, { FilterPolicy: '{"a":["b"]}' })
    const { FilterPolicy: _, ...without } = before
    const now = { ...without, RawMessageDelivery: true }
    expect(await update('AWS::SNS::Subscription', id, now, before)).toMatchObject({ ref: id })
    expect(await subscription(id)).toMatchObject({ RawMessageDelivery: 'true' })
    expect(await subscription(id)).not.toHaveProperty('FilterPolicy')
    await on.publish(TopicArn, 'any')
    expect(await on.bodies(queue.url)).toEqual(['any'])
    expect(await update('AWS::SNS::Subscription', id, { ...now, Endpoint: 'other' }, now)).toBeUndefined()
  })

  it('takes a policy from a topic when it goes, and a topic its subscriptions', async () => {
    const queue = await on.queue('orders')
    const TopicArn = await on.topic('orders')
    const inline = { TopicArn, PolicyDocument: { Statement: [statement] } }
    const types = on.cloud.context.service('sns').resources
    await types['AWS::SNS::TopicInlinePolicy']?.create(inline, {} as ResourceContext)
    expect((await policy(TopicArn)).Statement).toEqual([statement])
    await types['AWS::SNS::TopicInlinePolicy']?.delete(TopicArn, inline)
    expect((await policy(TopicArn)).Statement[0].Sid).toBe('__default_statement_ID')
    const topic = { TopicName: 'orders', Subscription: [{ Protocol: 'sqs', Endpoint: queue.arn }] }
    await update('AWS::SNS::Topic', TopicArn, topic, { TopicName: 'orders' })
    const listed = async () =>
      (await on.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions?.length
    expect(await listed()).toBe(1)
    await update('AWS::SNS::Topic', TopicArn, { TopicName: 'orders', DisplayName: 'Orders' }, topic)
    expect(await listed()).toBe(0)
    await types['AWS::SNS::Topic']?.delete(TopicArn, topic)
    expect((await on.sns.send(new ListTopicsCommand({}))).Topics).toEqual([])
  })

  it('leaves no topic behind whose subscription was refused', async () => {
    const Properties = { TopicName: 'orders', Subscription: [{ Protocol: 'sqs', Endpoint: 'not an ARN' }] }
    await expect(deploy({ Topic: { Type: 'AWS::SNS::Topic', Properties } })).rejects.toThrow(
      'Stack shop: Topic (AWS::SNS::Topic): Invalid parameter: SQS endpoint ARN (InvalidParameterException)',
    )
    expect((await on.sns.send(new ListTopicsCommand({}))).Topics).toEqual([])
  })
})
