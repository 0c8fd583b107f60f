import { createHash } from 'node:crypto'
import { ReceiveMessageCommand, SendMessageBatchCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SqsBench, startSqs } from './support.ts'

let bench: SqsBench
beforeAll(async () => {
  bench = await startSqs()
})
afterAll(() => bench.cloud.stop())

const set = (QueueUrl: string, Attributes: Record<string, string>) =>
  bench.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))

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
