import { createHash } from 'node:crypto'
import {
  AddPermissionCommand,
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  RemovePermissionCommand,
  SendMessageBatchCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SqsBench, startSqs } from './support.ts'

let bench: SqsBench
beforeAll(async () => {
  bench = await startSqs()
})
afterAll(() => bench.cloud.stop())

const set = (QueueUrl: string, Attributes: Record<string, string>) =>
  bench.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))

describe('queues', () => {
  it('gives the queue again for the same attributes, and QueueNameExists for others', async () => {
    const url = await bench.create('same', { DelaySeconds: '1' })
    expect(await bench.create('same')).toBe(url)
    expect(await bench.create('same', { DelaySeconds: '1' })).toBe(url)
    await expect(bench.create('same', { DelaySeconds: '2' })).rejects.toMatchObject({
      name: 'QueueNameExists',
      message: 'A queue already exists with the same name and a different value for attribute DelaySeconds',
    })
  })

  it('refuses names that AWS refuses', async () => {
    const name = 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length'
    for (const wrong of ['a b', 'a.fifo', 'x'.repeat(81), '']) await expect(bench.create(wrong)).rejects.toThrow(name)
    await expect(bench.create('a', { FifoQueue: 'true' })).rejects.toThrow('must end with .fifo suffix')
    await expect(bench.create('a', { FifoQueue: 'false' })).rejects.toThrow('Unknown Attribute FifoQueue.')
  })

  it('shows the attributes of a new queue as AWS does', async () => {
    const at = String(bench.cloud.clock.now() / 1_000)
    const url = await bench.createFifo('shown')
    const { Attributes } = await bench.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
    )
    expect(Attributes).toEqual({
      QueueArn: 'arn:aws:sqs:us-east-1:000000000000:shown.fifo',
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesDelayed: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      ContentBasedDeduplication: 'false',
      CreatedTimestamp: at,
      DeduplicationScope: 'queue',
      DelaySeconds: '0',
      FifoQueue: 'true',
      FifoThroughputLimit: 'perQueue',
      LastModifiedTimestamp: at,
      MaximumMessageSize: '1048576',
      MessageRetentionPeriod: '345600',
      ReceiveMessageWaitTimeSeconds: '0',
      SqsManagedSseEnabled: 'true',
      VisibilityTimeout: '30',
    })
  })

  it('refuses attributes out of range, unknown, or not of this queue type', async () => {
    const url = await bench.create('ranges')
    for (const [name, value] of [
      ['VisibilityTimeout', '43201'],
      ['VisibilityTimeout', '-1'],
      ['DelaySeconds', '901'],
      ['MaximumMessageSize', '1023'],
      ['MaximumMessageSize', '1048577'],
      ['MessageRetentionPeriod', '59'],
      ['ReceiveMessageWaitTimeSeconds', '21'],
      ['Policy', '{"no":"statement"}'],
    ] as const)
      await expect(set(url, { [name]: value })).rejects.toMatchObject({
        name: 'InvalidAttributeValue',
        message: `Invalid value for the parameter ${name}.`,
      })
    await expect(set(url, { Nope: '1' })).rejects.toMatchObject({ name: 'InvalidAttributeName' })
    await expect(set(url, { FifoQueue: 'true' })).rejects.toThrow('Unknown Attribute FifoQueue.')
    await expect(set(url, { DeduplicationScope: 'queue' })).rejects.toThrow(
      'You can specify the DeduplicationScope only when FifoQueue is set to true.',
    )
    const fifo = await bench.createFifo('ranges')
    await expect(set(fifo, { FifoQueue: 'false' })).rejects.toMatchObject({
      name: 'InvalidAttributeValue',
      message: 'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
    })
    await expect(set(fifo, { FifoThroughputLimit: 'perMessageGroupId' })).rejects.toThrow('DeduplicationScope')
  })

  it('uses one type of encryption at a time', async () => {
    const url = await bench.create('sse', { KmsMasterKeyId: 'key', KmsDataKeyReusePeriodSeconds: '6000' })
    expect(await bench.attribute(url, 'SqsManagedSseEnabled')).toBe('false')
    await expect(set(url, { SqsManagedSseEnabled: 'true' })).rejects.toMatchObject({
      name: 'InvalidAttributeName',
      message:
        'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
    })
    await set(url, { KmsMasterKeyId: '', SqsManagedSseEnabled: 'true' })
    expect(await bench.attribute(url, 'KmsMasterKeyId')).toBeUndefined()
  })

  it('takes the name of a queue for its URL', async () => {
    await bench.create('by-name')
    await bench.send('by-name', 'a')
    expect((await bench.receiveOne('https://sqs.us-east-1.amazonaws.com/000000000000/by-name')).Body).toBe('a')
    await expect(bench.send('https://nowhere/x', 'a')).rejects.toMatchObject({ name: 'InvalidAddress' })
  })

  it('lists queues by prefix, in pages', async () => {
    const urls = [await bench.create('list-a'), await bench.create('list-b'), await bench.create('list-c')]
    const list = (more: object = {}) => bench.sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'list-', ...more }))
    expect((await list()).QueueUrls).toEqual(urls)
    const first = await list({ MaxResults: 2 })
    expect(first.QueueUrls).toEqual(urls.slice(0, 2))
    const second = await list({ MaxResults: 2, NextToken: first.NextToken })
    expect(second).toMatchObject({ QueueUrls: urls.slice(2) })
    expect(second.NextToken).toBeUndefined()
    expect((await list({ QueueNamePrefix: 'nothing' })).QueueUrls).toBeUndefined()
  })

  it('SQS 20: a missing queue is QueueDoesNotExist in JSON, with the query code beside it', async () => {
    const error = await bench.sqs.send(new GetQueueUrlCommand({ QueueName: 'missing' })).catch((caught) => caught)
    expect(error).toBeInstanceOf(QueueDoesNotExist)
    expect(error.message).toBe('The specified queue does not exist.')
    const raw = await fetch(bench.cloud.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonSQS.GetQueueUrl',
        authorization: SIGNED,
      },
      body: '{"QueueName":"missing"}',
    })
    expect(raw.status).toBe(400)
    expect(raw.headers.get('x-amzn-query-error')).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender')
    expect(raw.headers.get('x-amzn-errortype')).toBe('com.amazonaws.sqs#QueueDoesNotExist')
    expect(await raw.json()).toMatchObject({ __type: 'com.amazonaws.sqs#QueueDoesNotExist' })
    const query = await fetch(`${bench.cloud.endpoint}/?Action=GetQueueUrl&QueueName=missing&Version=2012-11-05`, {
      headers: { authorization: SIGNED },
    })
    expect(await query.text()).toContain('The specified queue does not exist for this wsdl version.')
  })

  it('answers old clients, which post Query forms to the URL of the queue (recorded)', async () => {
    const url = await bench.create('query')
    const query = async (parameters: string) => {
      const answer = await fetch(`${url}?${parameters}`, { headers: { authorization: SIGNED } })
      return { status: answer.status, text: await answer.text() }
    }
    expect((await query('Action=SendMessage&MessageBody=foobar')).text).toContain('<MD5OfMessageBody>')
    expect((await query('Action=ReceiveMessage')).text).toContain('<Body>foobar</Body>')
    expect((await query('Action=ReceiveMessage')).text.replaceAll(' />', '/>')).toMatch(
      /<ReceiveMessageResult\/>|<ReceiveMessageResult><\/ReceiveMessageResult>/,
    )
    const attributes = await query('Action=GetQueueAttributes&AttributeName.1=All')
    expect(attributes.text).toContain('<Attribute><Name>VisibilityTimeout</Name><Value>30</Value></Attribute>')
    expect((await query('Action=GetQueueAttributes&AttributeName.1=Foobar')).text).toContain(
      '<Code>InvalidAttributeName</Code><Message>Unknown Attribute Foobar.</Message>',
    )
    expect((await query('Action=SendMessage')).text).toContain(
      '<Code>MissingParameter</Code><Message>The request must contain the parameter MessageBody.</Message>',
    )
    const unknown = await query('Action=FooBar&Version=2012-11-05')
    expect(unknown.status).toBe(400)
    expect(unknown.text).toContain(
      '<Code>InvalidAction</Code><Message>The action FooBar is not valid for this endpoint.</Message>',
    )
  })

  it('answers errors that it does not model under their JSON name and their query code', async () => {
    const raw = await fetch(bench.cloud.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonSQS.SendMessage',
        authorization: SIGNED,
      },
      body: '{}',
    })
    expect(raw.headers.get('x-amzn-query-error')).toBe('MissingParameter;Sender')
    expect(await raw.json()).toMatchObject({
      __type: 'com.amazon.coral.service#MissingRequiredParameterException',
      message: 'The request must contain the parameter QueueUrl.',
    })
  })

  it('SQS 21: a name rests 60 seconds after its deletion, and a purge 60 seconds after a purge', async () => {
    const url = await bench.create('rests')
    await bench.sqs.send(new DeleteQueueCommand({ QueueUrl: url }))
    await expect(bench.receive(url)).rejects.toMatchObject({ name: 'QueueDoesNotExist' })
    await bench.cloud.clock.advance(59_999)
    await expect(bench.create('rests')).rejects.toMatchObject({
      name: 'QueueDeletedRecently',
      message: 'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
    })
    await bench.cloud.clock.advance(1)
    expect(await bench.create('rests')).toBe(url)
    const purge = new PurgeQueueCommand({ QueueUrl: url })
    await bench.sqs.send(purge)
    await bench.cloud.clock.advance(59_999)
    await expect(bench.sqs.send(purge)).rejects.toMatchObject({
      name: 'PurgeQueueInProgress',
      message: 'Only one PurgeQueue operation on rests is allowed every 60 seconds.',
      $metadata: { httpStatusCode: 403 },
    })
    await bench.cloud.clock.advance(1)
    await bench.sqs.send(purge)
  })

  it('purges visible, delayed and in-flight messages', async () => {
    const url = await bench.create('purged')
    await bench.send(url, 'a')
    const message = await bench.receiveOne(url)
    await bench.send(url, 'b')
    await bench.send(url, 'c', { DelaySeconds: 10 })
    await bench.sqs.send(new PurgeQueueCommand({ QueueUrl: url }))
    expect(await bench.counts(url)).toEqual([0, 0, 0])
    await bench.delete(url, message)
  })

  it('tags and untags', async () => {
    const { QueueUrl } = await bench.sqs.send(new CreateQueueCommand({ QueueName: 'tags', tags: { a: '1' } }))
    const tags = async () => (await bench.sqs.send(new ListQueueTagsCommand({ QueueUrl }))).Tags
    await bench.sqs.send(new TagQueueCommand({ QueueUrl, Tags: { b: '2', c: '' } }))
    expect(await tags()).toEqual({ a: '1', b: '2', c: '' })
    await bench.sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['a', 'b', 'c', 'd'] }))
    expect(await tags()).toBeUndefined()
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, '']))
    await expect(bench.sqs.send(new TagQueueCommand({ QueueUrl, Tags: many }))).rejects.toThrow('Too many tags')
  })

  it('holds a queue policy to its quotas', async () => {
    const url = await bench.create('quotas')
    const statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:*', Resource: '*' }
    const policy = (...Statement: object[]) => set(url, { Policy: JSON.stringify({ Statement }) })
    const Action = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((name) => `sqs:${name}`)
    await expect(policy({ ...statement, Action })).rejects.toMatchObject({
      name: 'OverLimit',
      message: '8 Actions were found, maximum allowed is 7.',
    })
    await policy({ ...statement, Action: Action.slice(1) })
    await expect(policy(...Array.from({ length: 21 }, () => statement))).rejects.toThrow('21 Statements were found')
    await expect(policy({ ...statement, Resource: 'x'.repeat(8_192) })).rejects.toThrow('the parameter Policy')
  })

  it('adds and removes permissions of the queue policy', async () => {
    const url = await bench.create('shared')
    const add = (Label: string, Actions: string[], AWSAccountIds = ['111111111111']) =>
      bench.sqs.send(new AddPermissionCommand({ QueueUrl: url, Label, Actions, AWSAccountIds }))
    await add('one', ['ReceiveMessage'])
    expect(JSON.parse((await bench.attribute(url, 'Policy')) ?? '')).toEqual({
      Version: '2008-10-17',
      Id: 'arn:aws:sqs:us-east-1:000000000000:shared/SQSDefaultPolicy',
      Statement: [
        {
          Sid: 'one',
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111111111111:root' },
          Action: 'SQS:ReceiveMessage',
          Resource: 'arn:aws:sqs:us-east-1:000000000000:shared',
        },
      ],
    })
    await expect(add('one', ['SendMessage'])).rejects.toThrow(
      'Value one for parameter Label is invalid. Reason: Already exists.',
    )
    await expect(add('two', ['Fly'])).rejects.toThrow('Value SQS:Fly for parameter ActionName is invalid.')
    const remove = new RemovePermissionCommand({ QueueUrl: url, Label: 'one' })
    await bench.sqs.send(remove)
    expect(await bench.attribute(url, 'Policy')).toBeUndefined()
    await expect(bench.sqs.send(remove)).rejects.toThrow(
      "Value one for parameter Label is invalid. Reason: can't find label.",
    )
  })
})

const SIGNED = 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=00'

describe('messages', () => {
  it('SQS 16: the limit is 1,048,576 bytes, attributes included', async () => {
    const url = await bench.create('s16')
    const MessageAttributes = { k: { DataType: 'String', StringValue: 'x' } }
    await bench.send(url, 'a'.repeat(1_048_576 - 8), { MessageAttributes })
    await expect(bench.send(url, 'a'.repeat(1_048_576 - 7), { MessageAttributes })).rejects.toThrow(
      'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
    )
    await set(url, { MaximumMessageSize: '1024' })
    await expect(bench.send(url, 'ä'.repeat(513))).rejects.toThrow('Message must be shorter than 1024 bytes.')
    const Entries = ['1', '2'].map((Id) => ({ Id, MessageBody: 'a'.repeat(524_289) }))
    await expect(bench.sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))).rejects.toMatchObject({
      name: 'BatchRequestTooLong',
      message: 'Batch requests cannot be longer than 1048576 bytes. You have sent 1048578 bytes.',
    })
  })

  it('SQS 22: system attributes do not enter MD5OfMessageAttributes, and AWSTraceHeader comes back', async () => {
    const QueueUrl = await bench.create('s22-md5')
    const MessageAttributes = {
      text: { DataType: 'String', StringValue: 'value' },
      data: { DataType: 'Binary.png', BinaryValue: new Uint8Array([1, 2]) },
      count: { DataType: 'Number', StringValue: '3.5' },
    }
    const root = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1'
    const trace = { AWSTraceHeader: { DataType: 'String', StringValue: root } }
    const { SendMessageCommand } = await import('@aws-sdk/client-sqs')
    const plain = await bench.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a', MessageAttributes }))
    const traced = await bench.sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: 'a', MessageAttributes, MessageSystemAttributes: trace }),
    )
    expect(traced.MD5OfMessageAttributes).toBe(plain.MD5OfMessageAttributes)
    expect(traced.MD5OfMessageSystemAttributes).toBe('5ae4d5d7636402d80f4eb6d213245a88')
    expect(plain.MD5OfMessageSystemAttributes).toBeUndefined()
    const received = await bench.receive(QueueUrl, {
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['AWSTraceHeader'],
    })
    expect(received.map(({ Attributes }) => Attributes?.AWSTraceHeader).toSorted()).toEqual([root, undefined])
    for (const { MessageAttributes: back, MD5OfMessageAttributes: md5 } of received) {
      expect(back).toEqual(MessageAttributes)
      expect(md5).toBe(plain.MD5OfMessageAttributes)
    }
  })

  it('answers the MD5 of body and attributes that AWS answers (recorded)', async () => {
    const url = await bench.create('md5')
    const attribute = (StringValue: string) => ({ DataType: 'String', StringValue })
    await bench.send(url, 'msg', {
      MessageAttributes: { Hello: attribute('There'), General: attribute('Kenobi'), 'Help.Me': attribute('Me') },
    })
    const receive = (MessageAttributeNames: string[]) =>
      bench.receiveOne(url, { VisibilityTimeout: 0, MessageAttributeNames })
    const md5 = '6e2baaf3b97dbeef01c0043275f9a0e7'
    expect(await receive(['All'])).toMatchObject({
      MD5OfBody: md5,
      MD5OfMessageAttributes: '4c360f3fdafd970e05fae2f149d997f5',
    })
    expect(await receive(['.*'])).toHaveProperty('MD5OfMessageAttributes', '4c360f3fdafd970e05fae2f149d997f5')
    expect(await receive(['*'])).toHaveProperty('MD5OfMessageAttributes', '4c360f3fdafd970e05fae2f149d997f5')
    expect(await receive(['Hel.*'])).toHaveProperty('MD5OfMessageAttributes', '83fee93c1bcd8b9a5a923ffacdc636c7')
    expect(await receive(['Hello', 'Foo'])).toHaveProperty('MD5OfMessageAttributes', 'a311262e065454b75da111d535b8dacd')
    expect(await receive(['Foo'])).not.toHaveProperty('MessageAttributes')
    expect(createHash('md5').update('msg').digest('hex')).toBe(md5)
  })

  it("refuses attributes and bodies with AWS's reasons", async () => {
    const url = await bench.create('refusals')
    const send = (name: string, value: object) =>
      bench.send(url, 'a', { MessageAttributes: { [name]: value as { DataType: string } } })
    const text = { DataType: 'String', StringValue: 'x' }
    await expect(bench.send(url, '')).rejects.toThrow('The request must contain the parameter MessageBody.')
    await expect(bench.send(url, 'a\u0001')).rejects.toMatchObject({ name: 'InvalidMessageContents' })
    await expect(send('ErrorDetails', { DataType: 'String', StringValue: '' })).rejects.toThrow(
      "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.",
    )
    await expect(send('AWS.x', text)).rejects.toThrow("beginning with 'AWS.' or 'Amazon.'")
    await expect(send('a b', text)).rejects.toThrow('Message (user) attributes name can only contain')
    await expect(bench.send(url, 'a', { MessageDeduplicationId: 'x' })).rejects.toThrow(
      'Value x for parameter MessageDeduplicationId is invalid. Reason: The request includes a parameter that is not valid for this queue type.',
    )
    await expect(bench.send(url, 'a', { MessageGroupId: 'a b' })).rejects.toThrow(
      'Value a b for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
    )
  })

  it('refuses receives out of range and handles of no receive', async () => {
    const url = await bench.create('receive-ranges')
    const receive = (more: object) => bench.sqs.send(new ReceiveMessageCommand({ QueueUrl: url, ...more }))
    await expect(receive({ MaxNumberOfMessages: 11 })).rejects.toThrow(
      'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
    )
    await expect(receive({ WaitTimeSeconds: 21 })).rejects.toThrow(
      'Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.',
    )
    await expect(receive({ VisibilityTimeout: 43_201 })).rejects.toThrow('Must be >= 0 and <= 43200, if provided.')
    await expect(receive({ ReceiveRequestAttemptId: 'x' })).rejects.toThrow('not valid for this queue type')
    await expect(bench.delete(url, { ReceiptHandle: 'garbage' })).rejects.toMatchObject({
      name: 'ReceiptHandleIsInvalid',
      message: 'The input receipt handle "garbage" is not a valid receipt handle.',
    })
  })
})
