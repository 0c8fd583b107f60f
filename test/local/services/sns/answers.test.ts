import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import {
  AddPermissionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
} from '@aws-sdk/client-sns'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusal, startTopicsCloud } from './support.ts'

/** What clients of SNS quoted of its answers. */
describe('as quoted', () => {
  let on: Awaited<ReturnType<typeof startTopicsCloud>>
  let topic: string
  beforeAll(async () => {
    on = await startTopicsCloud()
    topic = await on.topic('quoted')
  })
  afterAll(() => on.stop())

  const invalid = (message: string) => ({ code: 'InvalidParameter', message: `Invalid parameter: ${message}` })
  const unvalidated = (...told: string[]) => ({
    code: 'ValidationError',
    message: `${told.length} validation error${told.length > 1 ? 's' : ''} detected: ${told.join('; ')}`,
  })
  const lacks = (path: string) => `Value null at '${path}' failed to satisfy constraint: Member must not be null`
  const create = (Attributes: Record<string, string>, Name = 'created') =>
    refusal(on.sns.send(new CreateTopicCommand({ Name, Attributes })))
  const set = (AttributeName: string, AttributeValue: string, TopicArn = topic) =>
    refusal(on.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue })))
  const statement = (more: object) => {
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'SNS:Publish', Resource: topic, ...more }]
    return JSON.stringify({ Version: '2012-10-17', Statement })
  }

  it('required members are asked for before anything else, all at once', async () => {
    const none = undefined as unknown as string
    const subscribe = new SubscribeCommand({ TopicArn: none, Protocol: none })
    expect(await refusal(on.sns.send(subscribe))).toEqual(unvalidated(lacks('topicArn'), lacks('protocol')))
    expect(await refusal(on.publish(topic, none))).toEqual(unvalidated(lacks('message')))
    const entries = [{ Id: 'a', Message: 'x', MessageAttributes: { a: { DataType: none } } }]
    const batch = new PublishBatchCommand({ TopicArn: topic, PublishBatchRequestEntries: entries })
    expect(await refusal(on.sns.send(batch))).toEqual(
      unvalidated(lacks('publishBatchRequestEntries.1.member.messageAttributes.a.member.dataType')),
    )
  })

  it('creating says that it is about attributes, setting does not', async () => {
    expect(await create({ Fake: 'x' })).toEqual(invalid('Attributes Reason: Unknown attribute Fake'))
    expect(await create({ SignatureVersion: '3' })).toEqual(
      invalid('Attributes Reason: SignatureVersion: Invalid value. Must be 1 or 2.'),
    )
    expect(await set('SignatureVersion', '3')).toEqual(invalid('SignatureVersion: Invalid value. Must be 1 or 2.'))
    expect(await set('TracingConfig', 'On')).toEqual(invalid('Invalid tracing config value: On'))
    expect(await set('DisplayName', 'x'.repeat(101))).toEqual(invalid('DisplayName'))
    for (const [name, value] of Object.entries({ ArchivePolicy: '{}', ContentBasedDeduplication: 'true' })) {
      expect(await create({ [name]: value })).toEqual(invalid(`Attributes Reason: Unknown attribute ${name}`))
      expect(await set(name, value)).toEqual(invalid('AttributeName'))
    }
    const DeliveryPolicy = JSON.stringify({ http: { defaultHealthyRetryPolicy: { numRetries: 300 } } })
    const tooMany = 'DeliveryPolicy: http.defaultHealthyRetryPolicy.numRetries must be less than or equal to 100'
    expect(await create({ DeliveryPolicy })).toEqual(invalid(`Attributes Reason: ${tooMany}`))
    expect(await set('DeliveryPolicy', DeliveryPolicy)).toEqual(invalid(tooMany))
    expect(await set('DeliveryPolicy', '{"throttlePolicy":{}}')).toEqual(
      invalid('DeliveryPolicy: Unexpected JSON member: throttlePolicy'),
    )
  })

  it("a topic's policy is about what topics do, each action by its name", async () => {
    const outOfScope = 'Policy statement action out of service scope!'
    for (const Action of ['SNS:*', 'sns:CreateTopic', 'sns:Unsubscribe', 'SNS:Publishx', 'sqs:SendMessage', '*'])
      expect(await set('Policy', statement({ Action }))).toEqual(invalid(outOfScope))
    expect(await create({ Policy: statement({ Action: 'SNS:*' }) })).toEqual(
      invalid(`Attributes Reason: ${outOfScope}`),
    )
    expect(await set('Policy', '{"Version":"2012-10-17","Statement":[]}')).toEqual(invalid('Policy Error: null'))
    await on.sns.send(
      new SetTopicAttributesCommand({
        TopicArn: topic,
        AttributeName: 'Policy',
        AttributeValue: statement({
          Action: ['sns:publish', 'SNS:Subscribe'],
          Resource: 'arn:aws:sns:us-east-1::other',
        }),
      }),
    )
  })

  it("a topic's policy names principals that exist", async () => {
    const principals = ['sns.amazonaws.com', 'arn:aws:iam::1234567:role/x', 'arn:aws:iam::000000000000:role/nobody']
    for (const AWS of principals)
      expect(await set('Policy', statement({ Principal: { AWS } }))).toEqual(invalid('Policy Error: PrincipalNotFound'))
    const known = ['arn:aws:iam::111122223333:role/theirs', '000000000000']
    await on.sns.send(
      new SetTopicAttributesCommand({
        TopicArn: topic,
        AttributeName: 'Policy',
        AttributeValue: statement({ Principal: { AWS: known } }),
      }),
    )
  })

  it('permissions go to accounts, for what topics do', async () => {
    const add = (account: string, action: string) => {
      const input = { TopicArn: topic, Label: 'l', AWSAccountId: [account], ActionName: [action] }
      return refusal(on.sns.send(new AddPermissionCommand(input)))
    }
    expect(await add('111122223333', 'SetSubscriptionAttributes')).toEqual(
      invalid('Policy statement action out of service scope!'),
    )
    expect(await add('InvalidAccountId', 'Publish')).toEqual(invalid('A provided account ID is not valid'))
  })

  it('tags: 50 with those that are there, none without a value, keys of 128 characters', async () => {
    const tag = (Tags: { Key: string; Value: string }[], ResourceArn = topic) =>
      refusal(on.sns.send(new TagResourceCommand({ ResourceArn, Tags })))
    const many = Array.from({ length: 50 }, (_, at) => ({ Key: `k${at}`, Value: '' }))
    const tooMany = {
      code: 'TagLimitExceeded',
      message: 'Could not complete request: tag quota of per resource exceeded',
    }
    await on.sns.send(new TagResourceCommand({ ResourceArn: topic, Tags: many }))
    expect(await tag([{ Key: 'one more', Value: '' }])).toEqual(tooMany)
    const Tags = [...many, { Key: 'one more', Value: '' }]
    expect(await refusal(on.sns.send(new CreateTopicCommand({ Name: 'tags', Tags })))).toEqual(tooMany)
    const Key = 'k'.repeat(129)
    expect(await tag([{ Key, Value: '' }])).toEqual(
      unvalidated(
        `Value '${Key}' at 'tags.1.member.key' failed to satisfy constraint: Member must have length less than or equal to 128`,
      ),
    )
  })

  it('an archive keeps its topic from deletion, until an empty policy ends it and is told no more', async () => {
    const TopicArn = await on.topic('archived.fifo', { ArchivePolicy: '{"MessageRetentionPeriod":"30"}' })
    const told = async () => (await on.sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes
    expect(await told()).toHaveProperty('BeginningArchiveTime')
    expect(await refusal(on.sns.send(new DeleteTopicCommand({ TopicArn })))).toEqual({
      code: 'InvalidState',
      message: 'Invalid state: Cannot delete a topic with an ArchivePolicy',
    })
    for (const value of ['[]', '{"MessageRetentionPeriod":"366"}'])
      expect(await set('ArchivePolicy', value, TopicArn)).toEqual(
        invalid('ArchivePolicy: MessageRetentionPeriod value is invalid'),
      )
    const end = { TopicArn, AttributeName: 'ArchivePolicy', AttributeValue: '{}' }
    await on.sns.send(new SetTopicAttributesCommand(end))
    expect(Object.keys((await told()) ?? {})).not.toEqual(expect.arrayContaining([expect.stringMatching(/Archive/)]))
    await on.sns.send(new DeleteTopicCommand({ TopicArn }))
  })

  it('endpoints look like their protocol, and FIFO topics have queues alone', async () => {
    const subscribe = (Protocol: string, Endpoint: string, TopicArn = topic) =>
      refusal(on.sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint })))
    const wrong = {
      http: 'Endpoint must match the specified protocol',
      https: 'Endpoint must match the specified protocol',
      email: 'Email address',
      'email-json': 'Email address',
      sms: 'Invalid SMS endpoint',
      sqs: 'SQS endpoint ARN',
      lambda: 'Lambda endpoint ARN',
      firehose: 'Firehose endpoint ARN',
    }
    for (const [protocol, told] of Object.entries(wrong))
      expect(await subscribe(protocol, 'ftp://host')).toEqual(invalid(told))
    const fifo = await on.topic('protocols.fifo')
    for (const protocol of ['lambda', 'https'])
      expect(await subscribe(protocol, 'https://host/', fifo)).toEqual(
        invalid(`Invalid parameter: Invalid protocol type: ${protocol}`),
      )
  })

  it('an entry of a batch fails by itself for what is wrong with its message', async () => {
    const TopicArn = await on.topic('batch')
    const { arn, url } = await on.queue('batch')
    await on.subscribe(TopicArn, arn, { RawMessageDelivery: 'true' })
    const batch = (...entries: object[]) => {
      const PublishBatchRequestEntries = entries.map((entry, at) => ({ Id: `${at}`, Message: 'm', ...entry }))
      return on.sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }))
    }
    const answer = await batch(
      { Message: 'good' },
      { Subject: '' },
      { MessageDeduplicationId: 'd' },
      { MessageGroupId: 'a b' },
    )
    expect(answer.Successful).toEqual([{ Id: '0', MessageId: expect.any(String) }])
    const failed = (Id: string, message: string) => {
      const Message = expect.stringContaining(`Invalid parameter: ${message}`)
      return { Id, Code: 'InvalidParameter', Message, SenderFault: true }
    }
    expect(answer.Failed).toEqual([
      failed('1', 'Subject'),
      failed('2', 'MessageDeduplicationId Reason: The request includes MessageDeduplicationId'),
      failed('3', 'MessageGroupId Reason: '),
    ])
    expect(await on.bodies(url)).toEqual(['good'])
    const MessageAttributes = { '.a': { DataType: 'String', StringValue: 'x' } }
    expect((await refusal(batch({}, { Subject: '', MessageAttributes }))).code).toBe('ParameterValueInvalid')
  })

  it('numbers are decimal', async () => {
    const number = (StringValue: string) =>
      on.publish(topic, 'x', { MessageAttributes: { n: { DataType: 'Number', StringValue } } })
    for (const value of ['+1', '1.', '.5', '-1.5E-7']) await number(value)
    for (const value of ['0x10', 'Infinity', ' 1', 'NaN'])
      expect(await refusal(number(value))).toEqual({
        code: 'ParameterValueInvalid',
        message: "Could not cast message attribute 'n' value to number.",
      })
  })

  it('raw delivery is for queues', async () => {
    const Endpoint = 'arn:aws:lambda:us-east-1:000000000000:function:f'
    const not = 'Delivery protocol [lambda] does not support raw message delivery.'
    expect(await refusal(on.subscribe(topic, Endpoint, { RawMessageDelivery: 'true' }))).toEqual(
      invalid(`Attributes Reason: ${not}`),
    )
    const SubscriptionArn = await on.subscribe(topic, Endpoint, { RawMessageDelivery: 'false' })
    const raw = { SubscriptionArn, AttributeName: 'RawMessageDelivery', AttributeValue: 'true' }
    expect(await refusal(on.sns.send(new SetSubscriptionAttributesCommand(raw)))).toEqual(invalid(not))
  })

  it('a redrive policy goes when no value is set, and not by an empty one', async () => {
    const { arn } = await on.queue('quoted')
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn })
    const SubscriptionArn = await on.subscribe(topic, arn, { RedrivePolicy })
    const told = async () =>
      (await on.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).Attributes?.RedrivePolicy
    const change = (AttributeValue?: string) =>
      on.sns.send(
        new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName: 'RedrivePolicy', AttributeValue }),
      )
    expect((await refusal(change(''))).code).toBe('InvalidParameter')
    expect(await told()).toBe(RedrivePolicy)
    await change()
    expect(await told()).toBeUndefined()
  })

  it("policies that are no JSON are refused in the words of AWS's reader, which keeps the source to itself", async () => {
    const SubscriptionArn = await on.subscribe(topic, 'arn:aws:sqs:us-east-1:000000000000:words')
    const change = (AttributeName: string, AttributeValue: string) =>
      refusal(on.sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue })))
    const source = (column: number) =>
      `[Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: 1, column: ${column}]`
    for (const name of ['FilterPolicy', 'RedrivePolicy']) {
      expect(await change(name, '{x')).toEqual(
        invalid(
          `${name}: failed to parse JSON. Unexpected character ('x' (code 120)): was expecting double-quote to start field name\n at ${source(2)}`,
        ),
      )
      expect(await change(name, '{')).toEqual(
        invalid(
          `${name}: failed to parse JSON. Unexpected end-of-input: expected close marker for Object (start marker at ${source(1)})\n at ${source(2)}`,
        ),
      )
    }
    expect((await change('FilterPolicy', 'null')).message).toMatch(/FilterPolicy: Filter is not an object/)
    expect(await change('RedrivePolicy', 'null')).toEqual(
      invalid('RedrivePolicy: deadLetterTargetArn is an invalid arn'),
    )
  })

  it('metrics: the size of what is published, and what filters reject, by reason', async () => {
    const TopicArn = await on.topic('counted')
    const { arn } = await on.queue('counted')
    const SubscriptionArn = await on.subscribe(TopicArn, arn, { FilterPolicy: '{"a":["x"]}' })
    const attribute = (DataType: string, StringValue: string) => ({
      MessageAttributes: { a: { DataType, StringValue } },
    })
    const from = new Date(on.cloud.clock.now())
    await on.publish(TopicArn, 'none')
    await on.publish(TopicArn, 'other', attribute('String', 'y'))
    await on.publish(TopicArn, 'malformed', attribute('String.Array', '[x'))
    const scope = { SubscriptionArn, AttributeName: 'FilterPolicyScope', AttributeValue: 'MessageBody' }
    await on.sns.send(new SetSubscriptionAttributesCommand(scope))
    await on.publish(TopicArn, '{"a":"y"}')
    await on.publish(TopicArn, 'no JSON')
    const cloudwatch = on.cloud.client(CloudWatchClient)
    const sum = async (MetricName: string) => {
      const { Datapoints = [] } = await cloudwatch.send(
        new GetMetricStatisticsCommand({
          ...{ Namespace: 'AWS/SNS', MetricName, Dimensions: [{ Name: 'TopicName', Value: 'counted' }] },
          ...{ StartTime: from, EndTime: new Date(from.getTime() + 60_000), Period: 60, Statistics: ['Sum'] },
        }),
      )
      return Datapoints[0]?.Sum
    }
    const filteredOut = (reason: string) => sum(`NumberOfNotificationsFilteredOut${reason}`)
    expect(await filteredOut('')).toBe(5)
    expect(await filteredOut('-MessageAttributes')).toBe(3)
    expect(await filteredOut('-NoMessageAttributes')).toBe(1)
    expect(await filteredOut('-InvalidAttributes')).toBe(1)
    expect(await filteredOut('-MessageBody')).toBe(2)
    expect(await filteredOut('-InvalidMessageBody')).toBe(1)
    // Bodies, and the two attributes: names, types and values.
    expect(await sum('PublishSize')).toBe(4 + 5 + 9 + 9 + 7 + (1 + 6 + 1) + (1 + 12 + 2))
  })

  it('a token of no listing is refused', async () => {
    for (const NextToken of ['x', 'garbage', btoa('-1')])
      expect(await refusal(on.sns.send(new ListTopicsCommand({ NextToken })))).toEqual(invalid('NextToken'))
  })
})
