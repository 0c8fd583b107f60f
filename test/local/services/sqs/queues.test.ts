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
  RemovePermissionCommand,
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

const SIGNED = 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=00'

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
