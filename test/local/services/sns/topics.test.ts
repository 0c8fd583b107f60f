import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusal, startTopicsCloud } from './support.ts'

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:orders'

describe('topics, subscriptions and messages', () => {
  let on: Awaited<ReturnType<typeof startTopicsCloud>>
  let topic: string
  beforeAll(async () => {
    on = await startTopicsCloud()
    topic = await on.topic('orders')
  })
  afterAll(() => on.stop())
  const invalid = (reason: string) => ({ code: 'InvalidParameter', message: `Invalid parameter: ${reason}` })

  it('SNS 13: subscribing again answers the same subscription, with other attributes an error', async () => {
    const first = await on.subscribe(topic, `${QUEUE}-13`, { RawMessageDelivery: 'true' })
    expect(await on.subscribe(topic, `${QUEUE}-13`, { RawMessageDelivery: 'true' })).toBe(first)
    expect(await on.subscribe(topic, `${QUEUE}-13`)).toBe(first)
    expect(await refusal(on.subscribe(topic, `${QUEUE}-13`, { RawMessageDelivery: 'false' }))).toEqual(
      invalid('Attributes Reason: Subscription already exists with different attributes'),
    )
  })

  it('SNS 13: creating a topic again answers the same topic, with other tags or attributes an error', async () => {
    const create = (more: object) => on.sns.send(new CreateTopicCommand({ Name: 'again', ...more }))
    const Tags = [{ Key: 'k', Value: 'v' }]
    const { TopicArn } = await create({ Tags, Attributes: { DisplayName: 'D' } })
    expect((await create({})).TopicArn).toBe(TopicArn)
    expect((await create({ Tags })).TopicArn).toBe(TopicArn)
    expect(await refusal(create({ Tags: [...Tags, { Key: 'l', Value: 'v' }] }))).toEqual(
      invalid('Tags Reason: Topic already exists with different tags'),
    )
    expect(await refusal(create({ Attributes: { DisplayName: 'E' } }))).toEqual(
      invalid('Attributes Reason: Topic already exists with different attributes'),
    )
  })

  it.each([
    ['{"email":"only"}', 'Message Structure - No default entry in JSON message body'],
    ['{"default":{"not":"text"}}', 'Message Structure - No default entry in JSON message body'],
    ['{"default":', 'Message Structure - JSON message body failed to parse'],
  ])('SNS 14: the structured message %s is refused', async (message, reason) => {
    expect(await refusal(on.publish(topic, message, { MessageStructure: 'json' }))).toEqual(invalid(reason))
  })

  it('SNS 14: each protocol gets its own text; a name may come twice', async () => {
    const queue = await on.queue('structured')
    const structured = await on.topic('structured')
    await on.subscribe(structured, queue.arn, { RawMessageDelivery: 'true' })
    await on.publish(structured, '{"default":"d","default":"e","sqs":"for queues"}', { MessageStructure: 'json' })
    expect(await on.bodies(queue.url)).toEqual(['for queues'])
  })

  it.each<[object, string]>([
    [
      { attr1: { DataType: 'String', StringValue: '' } },
      "The message attribute 'attr1' must contain non-empty message attribute value for message attribute type 'String'.",
    ],
    [
      { attr1: { DataType: 'String', BinaryValue: new Uint8Array([1]) } },
      "The message attribute 'attr1' with type 'String' must use field 'String'.",
    ],
    [
      { attr1: { DataType: 'Strange', StringValue: 'x' } },
      "The message attribute 'attr1' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
    ],
    [
      { 'attr^': { DataType: 'String', StringValue: 'x' } },
      "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
    ],
    [
      { '.attr': { DataType: 'String', StringValue: 'x' } },
      "Invalid message attribute name starting with character '.' was found.",
    ],
    [
      { 'at..tr': { DataType: 'String', StringValue: 'x' } },
      "Message attribute name can not have successive '.' character.",
    ],
  ])('SNS 15: the message attributes %j are refused, in a batch too', async (attributes, message) => {
    const MessageAttributes = attributes as Record<string, { DataType: string }>
    const wanted = { code: 'ParameterValueInvalid', message }
    expect(await refusal(on.publish(topic, 'x', { MessageAttributes }))).toEqual(wanted)
    const PublishBatchRequestEntries = [{ Id: '1', Message: 'x', MessageAttributes }]
    expect(
      await refusal(on.sns.send(new PublishBatchCommand({ TopicArn: topic, PublishBatchRequestEntries }))),
    ).toEqual(wanted)
  })

  it('SNS 16: queues and functions are subscribed at once', async () => {
    const subscription = await on.subscribe(topic, `${QUEUE}-16`)
    const { Attributes } = await on.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: subscription }))
    expect(Attributes).toEqual({
      SubscriptionArn: subscription,
      TopicArn: topic,
      Protocol: 'sqs',
      Endpoint: `${QUEUE}-16`,
      Owner: '000000000000',
      SubscriptionPrincipal: 'arn:aws:iam::000000000000:root',
      ConfirmationWasAuthenticated: 'true',
      PendingConfirmation: 'false',
      RawMessageDelivery: 'false',
    })
    const { Subscriptions = [] } = await on.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }))
    expect(Subscriptions.map(({ SubscriptionArn }) => SubscriptionArn)).toContain(subscription)
  })

  it.each([
    ['http', 'http://host/path'],
    ['https', 'https://host/path'],
    ['email', 'someone@example.com'],
    ['sms', '+15551234567'],
    ['firehose', 'arn:aws:firehose:us-east-1:000000000000:deliverystream/s'],
    ['application', 'arn:aws:sns:us-east-1:000000000000:endpoint/GCM/app/1'],
  ])('SNS 16: refuses the protocol %s in words', async (Protocol, Endpoint) => {
    const subscribe = on.sns.send(new SubscribeCommand({ TopicArn: topic, Protocol, Endpoint }))
    expect(await refusal(subscribe)).toMatchObject({
      code: 'NotSimulated',
      message: expect.stringContaining(`the protocol ${Protocol}`),
    })
  })

  it('tells a topic as AWS does', async () => {
    const plain = await on.topic('plain')
    const { Attributes = {} } = await on.sns.send(new GetTopicAttributesCommand({ TopicArn: plain }))
    expect(Object.keys(Attributes).sort()).toEqual([
      ...[
        'DisplayName',
        'EffectiveDeliveryPolicy',
        'Owner',
        'Policy',
        'SubscriptionsConfirmed',
        'SubscriptionsDeleted',
      ],
      ...['SubscriptionsPending', 'TopicArn'],
    ])
    expect(JSON.parse(Attributes.Policy ?? '')).toMatchObject({
      Version: '2008-10-17',
      Statement: [
        { Sid: '__default_statement_ID', Condition: { StringEquals: { 'AWS:SourceOwner': '000000000000' } } },
      ],
    })
  })

  it.each<[string, () => Promise<unknown>, { code: string; message: string }]>([
    ['an empty message', () => on.publish(topic, ''), invalid('Empty message')],
    ['an empty subject', () => on.publish(topic, 'x', { Subject: '' }), invalid('Subject')],
    ['a message above 256 KiB', () => on.publish(topic, 'x'.repeat(262_145)), invalid('Message too long')],
    [
      'a malformed ARN',
      () => on.publish('not-an-arn', 'x'),
      invalid('TopicArn Reason: An ARN must have at least 6 elements, not 1'),
    ],
    ['a topic of another region', () => on.publish(topic.replace('us-east-1', 'eu-west-1'), 'x'), invalid('TopicArn')],
    ['an unknown topic', () => on.publish(`${topic}-none`, 'x'), { code: 'NotFound', message: 'Topic does not exist' }],
    ['a queue URL', () => on.subscribe(topic, 'http://sqs:sqs:/orders'), invalid('SQS endpoint ARN')],
    [
      'an unknown subscription attribute',
      () => on.subscribe(topic, QUEUE).then((arn) => set(arn, 'Fake', 'x')),
      invalid('AttributeName'),
    ],
    [
      'a value that is not true or false',
      () => on.subscribe(topic, QUEUE).then((arn) => set(arn, 'RawMessageDelivery', 'Yes')),
      invalid('RawMessageDelivery: Invalid value [Yes]. Must be true or false.'),
    ],
    [
      'a dead-letter target that is no ARN',
      () => on.subscribe(topic, QUEUE).then((arn) => set(arn, 'RedrivePolicy', '{"deadLetterTargetArn":"x"}')),
      invalid('RedrivePolicy: deadLetterTargetArn is an invalid arn'),
    ],
    [
      'a change of FifoTopic',
      () =>
        on.sns.send(
          new SetTopicAttributesCommand({ TopicArn: topic, AttributeName: 'FifoTopic', AttributeValue: 'false' }),
        ),
      invalid('AttributeName'),
    ],
    ['a topic name with a blank', () => on.topic('a b'), invalid('Topic Name')],
  ])('refuses %s', async (_what, call, wanted) => {
    expect(await refusal(call())).toEqual(wanted)
  })
  const set = (SubscriptionArn: string, AttributeName: string, AttributeValue: string) =>
    on.sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }))

  it('deletes and unsubscribes more than once without complaint', async () => {
    const gone = await on.topic('gone')
    const subscription = await on.subscribe(gone, QUEUE)
    for (let time = 0; time < 2; time++) await on.sns.send(new UnsubscribeCommand({ SubscriptionArn: subscription }))
    for (let time = 0; time < 2; time++) await on.sns.send(new DeleteTopicCommand({ TopicArn: gone }))
  })

  it('refuses a batch for its ids, its number and its size', async () => {
    const batch = (...entries: [Id: string, Message: string][]) =>
      refusal(
        on.sns.send(
          new PublishBatchCommand({
            TopicArn: topic,
            PublishBatchRequestEntries: entries.map(([Id, Message]) => ({ Id, Message })),
          }),
        ),
      )
    const many = Array.from({ length: 11 }, (_one, index): [string, string] => [String(index), 'x'])
    expect((await batch(...many)).code).toBe('TooManyEntriesInBatchRequest')
    expect((await batch(['1', 'x'], ['1', 'y'])).code).toBe('BatchEntryIdsNotDistinct')
    expect((await batch(['not ok', 'x'])).code).toBe('InvalidBatchEntryId')
    expect((await batch(['1', 'x'.repeat(200_000)], ['2', 'x'.repeat(62_145)])).code).toBe('BatchRequestTooLong')
  })
})
