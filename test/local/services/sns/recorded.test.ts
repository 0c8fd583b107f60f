import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  type MessageAttributeValue,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusal, startTopicsCloud } from './support.ts'

/** What AWS was recorded to answer in 2023 to 2025. */
describe('as recorded', () => {
  let on: Awaited<ReturnType<typeof startTopicsCloud>>
  let topic: string
  let fifo: string
  let queue: string
  beforeAll(async () => {
    on = await startTopicsCloud()
    topic = await on.topic('recorded')
    fifo = await on.topic('recorded.fifo')
    queue = (await on.queue('recorded')).arn
  })
  afterAll(() => on.stop())
  const invalid = (message: string) => ({ code: 'InvalidParameter', message: `Invalid parameter: ${message}` })
  const elements = (name: string, count: number) =>
    invalid(`${name} Reason: An ARN must have at least 6 elements, not ${count}`)

  it('names of topics', async () => {
    for (const Name of ['', 'a'.repeat(257), ...[...':;!@|^% '].map((character) => `bad${character}name`)])
      expect(await refusal(on.sns.send(new CreateTopicCommand({ Name })))).toEqual(invalid('Topic Name'))
    expect(await on.topic('a'.repeat(256))).toMatch(/a{256}$/)
  })

  it('tags of topics', async () => {
    const tags = (...Keys: string[]) => Keys.map((Key) => ({ Key, Value: 'v' }))
    const ResourceArn = topic
    expect(await refusal(on.sns.send(new TagResourceCommand({ ResourceArn, Tags: tags('a', 'a') })))).toEqual(
      invalid('Duplicated keys are not allowed.'),
    )
    const create = (...keys: string[]) => on.sns.send(new CreateTopicCommand({ Name: 'tagged', Tags: tags(...keys) }))
    await create('a')
    await create('a')
    expect(await refusal(create('a', 'b'))).toEqual(invalid('Tags Reason: Topic already exists with different tags'))
  })

  it('a topic created again keeps its attributes', async () => {
    const Name = 'again'
    const create = (Attributes?: Record<string, string>) => on.sns.send(new CreateTopicCommand({ Name, Attributes }))
    const { TopicArn } = await create({ DisplayName: 'AlreadySet' })
    await create()
    const { Attributes } = await on.sns.send(new GetTopicAttributesCommand({ TopicArn }))
    expect(Attributes).toMatchObject({ DisplayName: 'AlreadySet', SubscriptionsConfirmed: '0' })
    expect(Attributes).not.toHaveProperty('FifoTopic')
  })

  it('ARNs of topics', async () => {
    const publish = (TopicArn: string) => refusal(on.publish(TopicArn, 'm'))
    expect(await publish('')).toEqual(elements('TopicArn', 1))
    expect(await publish('randomstring')).toEqual(elements('TopicArn', 1))
    expect(await publish('randomstring:1')).toEqual(elements('TopicArn', 2))
    expect(await publish(topic.replace('us-east-1', 'eu-west-1'))).toEqual(invalid('TopicArn'))
    expect(await publish(`${topic}-none`)).toEqual({ code: 'NotFound', message: 'Topic does not exist' })
    const get = (TopicArn: string) => refusal(on.sns.send(new GetTopicAttributesCommand({ TopicArn })))
    expect(await get('randomstring')).toEqual(elements('TopicArn', 1))
    expect(await get(topic.replace('us-east-1', 'eu-west-1'))).toEqual(invalid('TopicArn'))
    const list = new ListSubscriptionsByTopicCommand({ TopicArn: topic.replace('us-east-1', 'eu-west-1') })
    expect(await refusal(on.sns.send(list))).toEqual(invalid('TopicArn'))
  })

  it('FifoTopic cannot be set later', async () => {
    const set = new SetTopicAttributesCommand({ TopicArn: topic, AttributeName: 'FifoTopic', AttributeValue: 'false' })
    expect(await refusal(on.sns.send(set))).toEqual(invalid('AttributeName'))
  })

  it('messages', async () => {
    const publish = (Message: string, more: object = {}) => refusal(on.publish(topic, Message, more))
    expect(await publish('m', { Subject: '' })).toEqual(invalid('Subject'))
    expect(await publish('')).toEqual(invalid('Empty message'))
    expect(await publish('a'.repeat(262_145))).toEqual(invalid('Message too long'))
    const MessageAttributes = { attr: { DataType: 'Number', StringValue: '5' } }
    expect(await publish('a'.repeat(262_136), { MessageAttributes })).toEqual(invalid('Message too long'))
    const json = (Message: string) => publish(Message, { MessageStructure: 'json' })
    const noDefault = invalid('Message Structure - No default entry in JSON message body')
    expect(await json('{"sqs":"x"}')).toEqual(noDefault)
    expect(await json('{"default": {"object": "test"}}')).toEqual(noDefault)
    expect(await json('{invalid')).toEqual(invalid('Message Structure - JSON message body failed to parse'))
    await on.publish(topic, '{"default":"x","default":"y"}', { MessageStructure: 'json' })
    expect(await publish('m', { MessageDeduplicationId: 'd' })).toEqual(
      invalid(
        'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
      ),
    )
  })

  it('batches', async () => {
    const batch = (TopicArn: string, PublishBatchRequestEntries: { Id: string; Message: string }[]) =>
      refusal(on.sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries })))
    const entries = (...ids: string[]) => ids.map((Id) => ({ Id, Message: 'm' }))
    expect(await batch(topic, entries('1', '1'))).toEqual({
      code: 'BatchEntryIdsNotDistinct',
      message: 'Two or more batch entries in the request have the same Id.',
    })
    expect(await batch(topic, entries(...'abcdefghijk'))).toEqual({
      code: 'TooManyEntriesInBatchRequest',
      message: 'The batch request contains more entries than permissible.',
    })
    expect(await batch(fifo, entries('1'))).toEqual(invalid('The MessageGroupId parameter is required for FIFO topics'))
    expect(await batch(fifo, [{ ...entries('1')[0], MessageGroupId: 'g' } as { Id: string; Message: string }])).toEqual(
      invalid(
        'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
      ),
    )
  })

  const attribute = (value: Partial<MessageAttributeValue>, name = 'attr1') =>
    refusal(
      on.sns.send(
        new PublishCommand({
          ...{ TopicArn: topic, Message: 'm' },
          MessageAttributes: { [name]: value as MessageAttributeValue },
        }),
      ),
    )

  it('values of message attributes', async () => {
    const wrong = (text: string) => ({
      code: 'ParameterValueInvalid',
      message: `The message attribute 'attr1' ${text}`,
    })
    const bytes = new Uint8Array([1])
    const empty = (type: string) =>
      wrong(`must contain non-empty message attribute value for message attribute type '${type}'.`)
    expect(await attribute({ DataType: 'String', StringValue: '' })).toEqual(empty('String'))
    expect(await attribute({ DataType: 'String' })).toEqual(empty('String'))
    expect(await attribute({ DataType: 'Binary', BinaryValue: new Uint8Array() })).toEqual(empty('Binary'))
    expect(await attribute({ DataType: 'String', BinaryValue: bytes })).toEqual(
      wrong(`with type 'String' must use field 'String'.`),
    )
    expect(await attribute({ DataType: 'Number', BinaryValue: bytes })).toEqual(
      wrong(`with type 'Number' must use field 'String'.`),
    )
    expect(await attribute({ DataType: 'Binary', StringValue: 'x' })).toEqual(
      wrong(`with type 'Binary' must use field 'Binary'.`),
    )
    expect(await attribute({ StringValue: 'x' })).toEqual({
      code: 'ValidationError',
      message: `1 validation error detected: Value null at 'messageAttributes.attr1.member.dataType' failed to satisfy constraint: Member must not be null`,
    })
    for (const DataType of ['InvalidType', 'DataType', 'Stringprefixed', 'string'])
      expect(await attribute({ DataType, StringValue: 'x' })).toEqual(
        wrong(
          'has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.',
        ),
      )
    for (const DataType of ['String.prefixed', 'String.Array'])
      await on.publish(topic, 'm', { MessageAttributes: { attr1: { DataType, StringValue: '["x"]' } } })
  })

  it('names of message attributes', async () => {
    const named = (name: string) => attribute({ DataType: 'String', StringValue: 'x' }, name)
    const wrong = (message: string) => ({ code: 'ParameterValueInvalid', message })
    expect(await named('n'.repeat(257))).toEqual(wrong('Length of message attribute name must be less than 256 bytes.'))
    expect(await named('^')).toEqual(
      wrong(
        `Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
      ),
    )
    expect(await named('.start')).toEqual(
      wrong(`Invalid message attribute name starting with character '.' was found.`),
    )
    expect(await named('end.')).toEqual(wrong(`Invalid message attribute name ending with character '.' was found.`))
    expect(await named('two..dots')).toEqual(wrong(`Message attribute name can not have successive '.' character.`))
  })

  it('endpoints', async () => {
    const subscribe = (Protocol: string, Endpoint: string, TopicArn = topic) =>
      refusal(on.sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint })))
    expect(await subscribe('test-protocol', queue)).toEqual(
      invalid('Amazon SNS does not support this protocol string: test-protocol'),
    )
    expect(await subscribe('sqs', 'http://127.0.0.1:1/000000000000/recorded')).toEqual(invalid('SQS endpoint ARN'))
    expect(await subscribe('sqs', `${queue}.fifo`)).toEqual(
      invalid('Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics'),
    )
    expect(await subscribe('sqs', queue, `${topic}-none`)).toEqual({
      code: 'NotFound',
      message: 'Topic does not exist',
    })
  })

  it('attributes of subscriptions', async () => {
    const subscribe = (Attributes?: Record<string, string>) =>
      on.sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: queue, Attributes }))
    expect(await refusal(subscribe({ RawMessageDelivery: 'wrongvalue' }))).toEqual(
      invalid('Attributes Reason: RawMessageDelivery: Invalid value [wrongvalue]. Must be true or false.'),
    )
    const { SubscriptionArn = '' } = await subscribe({ RawMessageDelivery: 'true' })
    for (const same of [undefined, {}, { RawMessageDelivery: 'true' }])
      expect((await subscribe(same)).SubscriptionArn).toBe(SubscriptionArn)
    expect(await refusal(subscribe({ RawMessageDelivery: 'false' }))).toEqual(
      invalid('Attributes Reason: Subscription already exists with different attributes'),
    )
    const set = (AttributeName: string, AttributeValue: string) =>
      refusal(on.sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue })))
    const json = (name: string) =>
      invalid(
        `${name}: failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name\n at [Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: 1, column: 2]`,
      )
    expect(await set('FakeAttribute', 'x')).toEqual(invalid('AttributeName'))
    for (const value of ['test-ValUe', ''])
      expect(await set('RawMessageDelivery', value)).toEqual(
        invalid(`RawMessageDelivery: Invalid value [${value}]. Must be true or false.`),
      )
    expect(await set('RedrivePolicy', '{"deadLetterTargetArn":"fake-arn"}')).toEqual(
      invalid('RedrivePolicy: deadLetterTargetArn is an invalid arn'),
    )
    expect(await set('RedrivePolicy', '{invalidjson}')).toEqual(json('RedrivePolicy'))
    expect(await set('FilterPolicy', '{invalidjson}')).toEqual(json('FilterPolicy'))
  })

  it('a FIFO queue that is subscribed to a FIFO topic has a FIFO dead-letter queue', async () => {
    const { arn } = await on.queue('recorded.fifo')
    const deadLetterTargetArn = queue
    expect(await refusal(on.subscribe(fifo, arn, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn }) }))).toEqual(
      invalid(
        'Attributes Reason: RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.',
      ),
    )
  })

  it('confirmations', async () => {
    const confirm = (TopicArn: string, Token: string) =>
      refusal(on.sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token })))
    const token = '51b2ff3edb475b7d'.repeat(18)
    expect(await confirm(`${topic}-none`, token)).toEqual(invalid('Token'))
    expect(await confirm(topic, 'randomtoken')).toEqual({ code: 'InvalidParameter', message: 'Invalid token' })
    expect(await confirm(topic, token)).toEqual(invalid('Token'))
  })

  it('ends of subscriptions', async () => {
    const end = (SubscriptionArn: string) => on.sns.send(new UnsubscribeCommand({ SubscriptionArn }))
    expect(await refusal(end('randomstring'))).toEqual(elements('SubscriptionArn', 1))
    expect(await refusal(end('arn:aws:sns:us-east-1:random'))).toEqual(elements('SubscriptionArn', 5))
    expect(await refusal(end('arn:aws:sns:us-east-1:000000000000:random'))).toEqual(invalid('SubscriptionId'))
    expect(await refusal(end(''))).toEqual(invalid('SubscriptionArn Reason: no value for required parameter'))
    const gone = await on.subscribe(topic, (await on.queue('gone')).arn)
    await end(gone)
    await end(gone)
    expect(await refusal(on.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: gone })))).toEqual({
      code: 'NotFound',
      message: 'Subscription does not exist',
    })
  })
})
