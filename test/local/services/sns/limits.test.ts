import { PublishBatchCommand, SetTopicAttributesCommand } from '@aws-sdk/client-sns'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeAssembly } from '../../assembly/support.ts'
import { refusal, startTopicsCloud } from './support.ts'

describe('limits of topics', () => {
  let on: Awaited<ReturnType<typeof startTopicsCloud>>
  beforeEach(async () => {
    on = await startTopicsCloud()
  })
  afterEach(() => on.stop())
  const resize = (TopicArn: string, AttributeValue: string) =>
    on.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'MaximumMessageSize', AttributeValue }))
  const subscribeMany = async (TopicArn: string, count: number, attributes: Record<string, string> = {}) => {
    for (let number = 0; number < count; number += 1)
      await on.subscribe(TopicArn, `arn:aws:sqs:us-east-1:000000000000:queue-${number}`, attributes)
  }

  it('a topic takes messages of up to 1 MiB where it says so', async () => {
    const queue = await on.queue('large')
    const topic = await on.topic('large', { MaximumMessageSize: '1048576' })
    await on.subscribe(topic, queue.arn, { RawMessageDelivery: 'true' })
    const Message = 'a'.repeat(1_048_576)
    await on.publish(topic, Message)
    expect(await on.bodies(queue.url)).toEqual([Message])
    expect(await refusal(on.publish(topic, `${Message}a`))).toMatchObject({
      message: 'Invalid parameter: Message too long',
    })
    await resize(topic, '1024')
    const PublishBatchRequestEntries = ['1', '2'].map((Id) => ({ Id, Message: 'a'.repeat(600) }))
    expect(
      await refusal(on.sns.send(new PublishBatchCommand({ TopicArn: topic, PublishBatchRequestEntries }))),
    ).toMatchObject({ code: 'BatchRequestTooLong' })
    for (const size of ['1023', '1048577', 'large'])
      expect(await refusal(resize(topic, size))).toMatchObject({ code: 'InvalidParameter' })
  })

  it('a topic of large messages has at most 100 subscriptions', async () => {
    const topic = await on.topic('many', { MaximumMessageSize: '262145' })
    await subscribeMany(topic, 100)
    const one = 'arn:aws:sqs:us-east-1:000000000000:one-more'
    expect(await refusal(on.subscribe(topic, one))).toMatchObject({ code: 'InvalidParameter' })
    await resize(topic, '262144')
    await on.subscribe(topic, one)
    expect(await refusal(resize(topic, '262145'))).toMatchObject({ code: 'InvalidParameter' })
  })

  it('a topic has at most 200 filter policies', async () => {
    const topic = await on.topic('filtered')
    await subscribeMany(topic, 200, { FilterPolicy: '{"a":["b"]}' })
    const one = 'arn:aws:sqs:us-east-1:000000000000:one-more'
    expect(await refusal(on.subscribe(topic, one, { FilterPolicy: '{"a":["b"]}' }))).toMatchObject({
      code: 'FilterPolicyLimitExceeded',
    })
    await on.subscribe(topic, one)
  })

  it('a template gives the size as a number', async () => {
    const Resources = { Topic: { Type: 'AWS::SNS::Topic', Properties: { MaximumMessageSize: 300_000 } } }
    const [stack] = await on.cloud.deploy(writeAssembly({ shop: { template: { Resources } } }))
    await on.publish(stack?.resources[0]?.physicalId ?? '', 'a'.repeat(300_000))
  })
})
