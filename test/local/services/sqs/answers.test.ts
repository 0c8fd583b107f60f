import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import {
  AddPermissionCommand,
  CancelMessageMoveTaskCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type MessageAttributeValue,
  SendMessageBatchCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SqsBench, startSqs } from './support.ts'

/** What clients of SQS quoted of its answers. */
describe('as quoted', () => {
  let bench: SqsBench
  let url: string
  let arn: string
  beforeAll(async () => {
    bench = await startSqs()
    url = await bench.create('quoted')
    arn = (await bench.attribute(url, 'QueueArn')) as string
  })
  afterAll(() => bench.cloud.stop())

  const refusal = async (call: Promise<unknown>): Promise<string> => {
    const { name, message } = (await call.then(
      () => new Error('It was accepted.'),
      (error: Error) => error,
    )) as Error
    return `${name}: ${message}`
  }
  const query = async (path: string, fields: Record<string, string>) => {
    const body = new URLSearchParams({ Version: '2012-11-05', ...fields }).toString()
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
    }
    const answer = await fetch(`${bench.cloud.endpoint}${path}`, { method: 'POST', headers, body })
    return { status: answer.status, text: await answer.text() }
  }

  it('values of message attributes are refused one rule at a time', async () => {
    const send = (value: Partial<MessageAttributeValue>, name = 'a') =>
      refusal(bench.send(url, 'body', { MessageAttributes: { [name]: value as MessageAttributeValue } }))
    const wrong = (text: string) => `InvalidParameterValue: ${text}`
    expect(await send({})).toBe(
      wrong("The message (user) attribute 'a' must contain a non-empty message attribute value."),
    )
    expect(await send({ StringValue: 'x' })).toBe(
      wrong("The message (user) attribute 'a' must contain a non-empty message attribute type."),
    )
    expect(await send({ DataType: 'Text', StringValue: 'x' })).toBe(
      wrong(
        "The type of message (user) attribute 'a' is invalid. You must use only the following supported type prefixes: Binary, Number, String.",
      ),
    )
    expect(await send({ DataType: 'Number', StringValue: 'x' })).toBe(
      wrong("Can't cast the value of message (user) attribute 'a' to a number."),
    )
    expect(await send({ DataType: 'String', BinaryValue: new Uint8Array([1]) })).toBe(
      wrong("Message (user) attribute 'a' with type 'String' must use field 'String'."),
    )
    expect(await send({ DataType: 'String', StringValue: 'x', BinaryValue: new Uint8Array([1]) })).toBe(
      wrong("Message (user) attribute 'a' must have a single value."),
    )
    expect(await send({ DataType: 'String', StringListValues: ['x'] })).toMatch(/^UnsupportedOperation: .*list values/)
    expect(await send({ DataType: 'String', StringValue: 'x' }, '')).toBe(
      wrong('The request must contain non-empty message (user) attribute names.'),
    )
  })

  it("an entry of a batch with an empty body has the code EmptyValue, and the sender's fault", async () => {
    const Entries = [
      { Id: 'full', MessageBody: 'x' },
      { Id: 'empty', MessageBody: '' },
    ]
    const { Successful, Failed } = await bench.sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))
    expect(Successful?.map(({ Id }) => Id)).toEqual(['full'])
    expect(Failed).toEqual([expect.objectContaining({ Id: 'empty', Code: 'EmptyValue', SenderFault: true })])
  })

  it('attributes to set are required, by the name that they have in Query', async () => {
    const lacking = 'MissingParameter: The request must contain the parameter Attribute.Name.'
    for (const Attributes of [undefined, {}])
      expect(await refusal(bench.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes })))).toBe(lacking)
  })

  it('a standard queue does not know FifoQueue, not even to be read', async () => {
    const get = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['FifoQueue'] })
    expect(await refusal(bench.sqs.send(get))).toBe('InvalidAttributeName: Unknown Attribute FifoQueue.')
  })

  it("a data key's reuse period is told with a key only, and is 300 seconds unless set", async () => {
    const QueueUrl = await bench.create('keys')
    const set = (Attributes: Record<string, string>) =>
      bench.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))
    const told = () => bench.attribute(QueueUrl, 'KmsDataKeyReusePeriodSeconds')
    expect(await told()).toBeUndefined()
    await set({ KmsMasterKeyId: 'alias/aws/sqs' })
    expect(await told()).toBe('300')
    await set({ KmsDataKeyReusePeriodSeconds: '600' })
    expect(await told()).toBe('600')
    await set({ KmsMasterKeyId: '', SqsManagedSseEnabled: 'true' })
    expect(await told()).toBeUndefined()
  })

  it('tags: none is too few, and the queue is named where they are too many', async () => {
    const QueueUrl = url
    const tag = (Tags: Record<string, string>) => refusal(bench.sqs.send(new TagQueueCommand({ QueueUrl, Tags })))
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, '']))
    expect(await tag({})).toBe('MissingParameter: The request must contain the parameter Tags.')
    expect(await tag(many)).toBe('InvalidParameterValue: Too many tags added for queue quoted.')
    expect(await refusal(bench.sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: [] })))).toBe(
      'InvalidParameterValue: Tag keys must be between 1 and 128 characters in length.',
    )
  })

  it('permissions go to accounts, and only for what an owner can share', async () => {
    const add = (AWSAccountIds: string[], action: string) => {
      const input = { QueueUrl: url, Label: 'label', AWSAccountIds, Actions: [action] }
      return refusal(bench.sqs.send(new AddPermissionCommand(input)))
    }
    for (const accounts of [[], ['x'], ['1', '2']])
      expect(await add(accounts, 'SendMessage')).toBe(
        `InvalidParameterValue: Value [${accounts.join(', ')}] for parameter PrincipalId is invalid. Reason: Unable to verify.`,
      )
    expect(await add(['111122223333'], 'RemovePermission')).toBe(
      'InvalidParameterValue: Value SQS:RemovePermission for parameter ActionName is invalid. Reason: Only the queue owner is allowed to invoke this action.',
    )
    expect(await add(['111122223333'], 'Steal')).toMatch(/appropriate WSDL/)
  })

  it("a queue's policy names principals that exist", async () => {
    const set = (AWS: string) => {
      const Statement = [{ Effect: 'Allow', Principal: { AWS }, Action: 'sqs:SendMessage', Resource: arn }]
      const Attributes = { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }
      return refusal(bench.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes })))
    }
    for (const principal of ['sns.amazonaws.com', 'arn:aws:iam::000000000000:role/nobody'])
      expect(await set(principal)).toBe('InvalidAttributeValue: Invalid value for the parameter Policy.')
    expect(await set('arn:aws:iam::111122223333:root')).toBe('Error: It was accepted.')
  })

  it('move tasks: ranges, types and places', async () => {
    const fifo = `${arn}.fifo`
    await bench.createFifo('quoted')
    await bench.create('quoted-source', {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 1 }),
    })
    const start = (more: object) =>
      refusal(bench.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn, ...more })))
    expect(await start({ SourceArn: '' })).toMatch(/You must use this format to specify the SourceArn/)
    expect(await start({ DestinationArn: arn })).toMatch(
      /Source queue arn and destination queue arn cannot be the same\./,
    )
    expect(await start({ DestinationArn: fifo })).toMatch(/must be of the same queue type\.$/)
    for (const MaxNumberOfMessagesPerSecond of [0, 501])
      expect(await start({ MaxNumberOfMessagesPerSecond })).toBe(
        "InvalidParameterValue: Value for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: You must enter a number that's between 1 and 500.",
      )
    const list = new ListMessageMoveTasksCommand({ SourceArn: arn, MaxResults: 11 })
    expect(await refusal(bench.sqs.send(list))).toMatch(/MaxResults is invalid\. Reason: You must enter a number/)
    const { TaskHandle } = await bench.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn }))
    await bench.cloud.clock.advance(1_000)
    expect(await refusal(bench.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle })))).toBe(
      'InvalidParameterValue: Only active tasks can be cancelled.',
    )
  })

  it('dead-letter queues are of SQS, of the same region and account', async () => {
    const redrive = async (deadLetterTargetArn: string) => {
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 })
      return (await refusal(bench.create('dlq-source', { RedrivePolicy }))).replace(RedrivePolicy, '')
    }
    const told = (reason: string) =>
      `InvalidParameterValue: Value  for parameter RedrivePolicy is invalid. Reason: ${reason}`
    expect(await redrive(arn.replace(':sqs:', ':sns:'))).toBe(
      told('Only SQS queues are valid resources for deadLetterTargetArn.'),
    )
    expect(await redrive(arn.replace('us-east-1', 'eu-west-1'))).toBe(
      told('Dead-letter target must be in same region as the source.'),
    )
    expect(await redrive(arn.replace('000000000000', '111122223333'))).toBe(
      told('Dead-letter target owner should be same as the source.'),
    )
  })

  it('a redrive allow policy names queues where it is by queue, up to 10', async () => {
    const allow = async (redrivePermission: string, count: number) => {
      const sourceQueueArns = Array.from({ length: count }, () => arn)
      const RedriveAllowPolicy = JSON.stringify({ redrivePermission, sourceQueueArns })
      return (await refusal(bench.create('allow', { RedriveAllowPolicy }))).split('Reason: ')[1]
    }
    const cannot = "Amazon SQS can't create the redrive allow policy"
    const byQueue = `${cannot}. When you specify the byQueue permission type, you must also specify between 1 and 10 source queue ARNs.`
    for (const count of [0, 11]) expect(await allow('byQueue', count)).toBe(byQueue)
    expect(await allow('denyAll', 1)).toBe(
      `${cannot}. You can specify source queue ARNs only when the permission type is byQueue.`,
    )
  })

  it('modes of a FIFO queue: the values that there are, and those that go together', async () => {
    const fifo = (Attributes: Record<string, string>) =>
      refusal(bench.create('modes.fifo', { FifoQueue: 'true', ...Attributes }))
    expect(await fifo({ DeduplicationScope: 'group' })).toBe(
      'InvalidAttributeValue: Invalid value for the parameter DeduplicationScope. Reason: not a supported value.',
    )
    expect(await fifo({ FifoThroughputLimit: 'perMessageGroupId' })).toBe(
      'InvalidAttributeValue: Invalid value for the parameter FifoThroughputLimit. Reason: To set FifoThroughputLimit to perMessageGroupId, the DeduplicationScope must be messageGroup.',
    )
  })

  it('metrics of a FIFO queue: deduplicated sends, and groups in flight', async () => {
    const QueueUrl = await bench.createFifo('metrics', { ContentBasedDeduplication: 'true' })
    const from = new Date(bench.cloud.clock.now())
    for (const [body, MessageGroupId] of [
      ['a', '1'],
      ['a', '1'],
      ['b', '1'],
      ['c', '2'],
      ['d', '3'],
    ] as const)
      await bench.send(QueueUrl, body, { MessageGroupId })
    await bench.receive(QueueUrl, { MaxNumberOfMessages: 3 })
    const cloudwatch = bench.cloud.client(CloudWatchClient)
    const value = async (MetricName: string, Statistic: 'Sum' | 'Maximum') => {
      const { Datapoints = [] } = await cloudwatch.send(
        new GetMetricStatisticsCommand({
          ...{ Namespace: 'AWS/SQS', MetricName, Dimensions: [{ Name: 'QueueName', Value: 'metrics.fifo' }] },
          ...{ StartTime: from, EndTime: new Date(from.getTime() + 60_000), Period: 60, Statistics: [Statistic] },
        }),
      )
      return Datapoints[0]?.[Statistic]
    }
    expect(await value('NumberOfDeduplicatedSentMessages', 'Sum')).toBe(1)
    expect(await value('ApproximateNumberOfGroupsWithInflightMessages', 'Maximum')).toBe(2)
  })

  it('Query: answers carry the namespace of 2012, and errors an empty Detail', async () => {
    const { text } = await query('/000000000000/quoted', { Action: 'GetQueueUrl', QueueName: 'quoted' })
    expect(text).toMatch(
      /^<\?xml version="1\.0"\?><GetQueueUrlResponse xmlns="http:\/\/queue\.amazonaws\.com\/doc\/2012-11-05\/">/,
    )
    const none = await query('/000000000000/none', { Action: 'SendMessage', MessageBody: 'x' })
    expect(none.text).toMatch(/<Code>AWS\.SimpleQueueService\.NonExistentQueue<\/Code>.*<Detail\/><\/Error>/)
    expect(await query('/000000000000/quoted', {})).toEqual({ status: 404, text: '<UnknownOperationException/>' })
  })

  it('Query: an only element may come without its number, as boto 2 sends it', async () => {
    const path = '/000000000000/quoted'
    const set = { Action: 'SetQueueAttributes', 'Attribute.Name': 'DelaySeconds', 'Attribute.Value': '7' }
    expect((await query(path, set)).status).toBe(200)
    const { text } = await query(path, { Action: 'GetQueueAttributes', AttributeName: 'DelaySeconds' })
    expect(text).toContain('<Attribute><Name>DelaySeconds</Name><Value>7</Value></Attribute>')
    await bench.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { DelaySeconds: '0' } }))
  })

  it('Query: an action without a queue takes no queue from the path', async () => {
    const { status } = await query('/000000000000/quoted', { Action: 'ListMessageMoveTasks', SourceArn: arn })
    expect(status).toBe(200)
  })

  it('JSON: a denial is an AccessDeniedException, and AccessDenied in the header', async () => {
    const body = JSON.stringify({ QueueUrl: url, MessageBody: 'x' })
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' }
    const answer = await fetch(bench.cloud.endpoint, { method: 'POST', headers, body })
    expect(answer.status).toBe(403)
    expect(answer.headers.get('x-amzn-query-error')).toBe('AccessDenied;Sender')
    expect(await answer.text()).toContain('"com.amazon.coral.service#AccessDeniedException"')
  })
})
