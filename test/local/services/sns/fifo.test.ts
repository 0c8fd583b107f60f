import { PublishBatchCommand, SetSubscriptionAttributesCommand, SetTopicAttributesCommand } from '@aws-sdk/client-sns'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { refusal, startTopicsCloud } from './support.ts'

const MINUTE = 60_000
/** Of the message "Test", as recorded. */
const TEST_HASH = '532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25'

describe('FIFO topics', () => {
  let on: Awaited<ReturnType<typeof startTopicsCloud>>
  beforeEach(async () => {
    on = await startTopicsCloud()
  })
  afterEach(() => on.stop())
  const contentBased = { ContentBasedDeduplication: 'true' }

  it('SNS 8: a FIFO queue cannot subscribe to a standard topic; a standard queue can to a FIFO topic', async () => {
    const fifo = await on.queue('orders.fifo')
    expect(await refusal(on.subscribe(await on.topic('orders'), fifo.arn))).toEqual({
      code: 'InvalidParameter',
      message:
        'Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
    })
    const standard = await on.queue('orders')
    const topic = await on.topic('orders.fifo', contentBased)
    await on.subscribe(topic, standard.arn)
    await on.publish(topic, 'Test', { MessageGroupId: 'g' })
    const [message] = await on.received(standard.url)
    expect(JSON.parse(message?.Body ?? '{}')).toMatchObject({ Message: 'Test', SequenceNumber: '10000000000000000001' })
    expect(message?.Attributes).not.toHaveProperty('MessageGroupId')
  })

  it('SNS 9: SNS makes the deduplication id from the message, and the group goes with it', async () => {
    const queue = await on.queue('orders.fifo')
    const topic = await on.topic('orders.fifo', contentBased)
    await on.subscribe(topic, queue.arn)
    await on.publish(topic, 'Test', { MessageGroupId: 'g' })
    const [message] = await on.received(queue.url)
    expect(message?.Attributes).toMatchObject({ MessageDeduplicationId: TEST_HASH, MessageGroupId: 'g' })
    expect(Object.keys(JSON.parse(message?.Body ?? '{}'))).toEqual([
      ...['Type', 'MessageId', 'SequenceNumber', 'TopicArn', 'Message', 'Timestamp', 'UnsubscribeURL'],
    ])
  })

  it('SNS 9: a duplicate within five minutes gets the first answer and goes nowhere; after them it is new', async () => {
    const queue = await on.queue('orders')
    const topic = await on.topic('orders.fifo', contentBased)
    await on.subscribe(topic, queue.arn)
    const publish = () => on.publish(topic, 'Test', { MessageGroupId: 'g' })
    const first = await publish()
    await on.clock.advance(5 * MINUTE - 1)
    const second = await publish()
    expect([second.MessageId, second.SequenceNumber]).toEqual([first.MessageId, first.SequenceNumber])
    await on.clock.advance(1)
    expect((await publish()).MessageId).not.toBe(first.MessageId)
    expect(await on.bodies(queue.url)).toHaveLength(2)
  })

  it.each([
    ['Topic', 1],
    ['MessageGroup', 2],
  ])('SNS 9: with the throughput scope %s one id in two groups is %d messages', async (FifoThroughputScope, count) => {
    const queue = await on.queue('orders')
    const topic = await on.topic('orders.fifo', { ...contentBased, FifoThroughputScope })
    await on.subscribe(topic, queue.arn)
    for (const MessageGroupId of ['a', 'b']) await on.publish(topic, 'Test', { MessageGroupId })
    expect(await on.bodies(queue.url)).toHaveLength(count)
  })

  it('SNS 9: needs a group, and a deduplication id from somewhere', async () => {
    const topic = await on.topic('orders.fifo')
    expect(await refusal(on.publish(topic, 'Test'))).toEqual({
      code: 'InvalidParameter',
      message: 'Invalid parameter: The MessageGroupId parameter is required for FIFO topics',
    })
    expect((await refusal(on.publish(topic, 'Test', { MessageGroupId: 'g' }))).message).toBe(
      'Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    )
    const standard = await on.topic('orders')
    expect((await refusal(on.publish(standard, 'Test', { MessageDeduplicationId: 'd' }))).message).toBe(
      'Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    )
  })

  it('SNS 9: the entries of a batch are deduplicated one by one', async () => {
    const queue = await on.queue('orders.fifo')
    const topic = await on.topic('orders.fifo', contentBased)
    await on.subscribe(topic, queue.arn, { RawMessageDelivery: 'true' })
    const entry = (Id: string, Message: string) => ({ Id, Message, MessageGroupId: 'g' })
    const { Successful = [] } = await on.sns.send(
      new PublishBatchCommand({
        TopicArn: topic,
        PublishBatchRequestEntries: [entry('1', 'a'), entry('2', 'b'), entry('3', 'a')],
      }),
    )
    expect(Successful[2]?.MessageId).toBe(Successful[0]?.MessageId)
    expect(await on.bodies(queue.url)).toEqual(['a', 'b'])
  })

  it('SNS 10: group and deduplication id reach the queue, in order of the sequence', async () => {
    const queue = await on.queue('orders.fifo')
    const topic = await on.topic('orders.fifo')
    await on.subscribe(topic, queue.arn, { RawMessageDelivery: 'true' })
    const ids = Array.from({ length: 20 }, (_one, index) => `id-${index}`)
    for (const id of ids) await on.publish(topic, id, { MessageGroupId: 'g', MessageDeduplicationId: id })
    const messages = await on.received(queue.url)
    expect(messages.map(({ Body }) => Body)).toEqual(ids)
    expect(messages.map(({ Attributes }) => Attributes?.MessageDeduplicationId)).toEqual(ids)
  })

  it('SNS 10: what a FIFO queue refuses is not lost but dead-lettered, with its group', async () => {
    const letters = await on.queue('letters.fifo')
    const topic = await on.topic('orders.fifo', contentBased)
    await on.subscribe(topic, 'arn:aws:sqs:us-east-1:000000000000:gone.fifo', {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: letters.arn }),
      RawMessageDelivery: 'true',
    })
    await on.publish(topic, 'Test', { MessageGroupId: 'g' })
    const [letter] = await on.received(letters.url)
    expect([letter?.Body, letter?.Attributes?.MessageGroupId]).toEqual(['Test', 'g'])
  })

  it('SNS 8: a FIFO subscription needs a FIFO dead-letter queue', async () => {
    const queue = await on.queue('orders.fifo')
    const letters = await on.queue('letters')
    const topic = await on.topic('orders.fifo', contentBased)
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: letters.arn })
    expect((await refusal(on.subscribe(topic, queue.arn, { RedrivePolicy }))).message).toBe(
      'Invalid parameter: Attributes Reason: RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.',
    )
  })

  it('replays its archive to a subscription: same message, marked, before what is new', async () => {
    const topic = await on.topic('orders.fifo', {
      ...contentBased,
      ArchivePolicy: JSON.stringify({ MessageRetentionPeriod: '7' }),
    })
    for (const body of ['a', 'b', 'c']) {
      await on.publish(topic, body, { MessageGroupId: 'g' })
      await on.clock.advance(10 * MINUTE)
    }
    const queue = await on.queue('late.fifo')
    const subscription = await on.subscribe(topic, queue.arn)
    await on.sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn: subscription,
        AttributeName: 'ReplayPolicy',
        AttributeValue: JSON.stringify({ PointType: 'Timestamp', StartingPoint: '2026-01-01T00:05:00.000Z' }),
      }),
    )
    await on.publish(topic, 'd', { MessageGroupId: 'g' })
    const messages = (await on.bodies(queue.url)).map((body) => JSON.parse(body))
    expect(messages.map(({ Message, Replayed, Timestamp }) => [Message, Replayed, Timestamp])).toEqual([
      ['b', 'true', '2026-01-01T00:10:00.000Z'],
      ['c', 'true', '2026-01-01T00:20:00.000Z'],
      ['d', undefined, '2026-01-01T00:30:00.000Z'],
    ])
  })

  it('refuses a replay without an archive, and an archive on a standard topic', async () => {
    const topic = await on.topic('orders.fifo')
    const subscription = await on.subscribe(topic, 'arn:aws:sqs:us-east-1:000000000000:orders.fifo')
    const AttributeValue = '{"PointType":"Timestamp","StartingPoint":"2026-01-01T00:00:00Z"}'
    expect(
      await refusal(
        on.sns.send(
          new SetSubscriptionAttributesCommand({
            ...{ SubscriptionArn: subscription, AttributeName: 'ReplayPolicy', AttributeValue },
          }),
        ),
      ),
    ).toMatchObject({ code: 'InvalidParameter' })
    const standard = await on.topic('orders')
    const ArchivePolicy = { AttributeName: 'ArchivePolicy', AttributeValue: '{"MessageRetentionPeriod":"1"}' }
    expect(
      await refusal(on.sns.send(new SetTopicAttributesCommand({ TopicArn: standard, ...ArchivePolicy }))),
    ).toMatchObject({ code: 'InvalidParameter' })
  })
})
