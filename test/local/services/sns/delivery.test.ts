import { PublishBatchCommand, SetSubscriptionAttributesCommand } from '@aws-sdk/client-sns'
import { DeleteQueueCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTopicsCloud } from './support.ts'

describe('delivery to queues', () => {
  let on: Awaited<ReturnType<typeof startTopicsCloud>>
  beforeEach(async () => {
    on = await startTopicsCloud()
  })
  afterEach(() => on.stop())

  it('SNS 11: wraps the message in an envelope, with attributes by type and binary in base 64', async () => {
    const queue = await on.queue('orders')
    const topic = await on.topic('orders')
    const subscription = await on.subscribe(topic, queue.arn)
    const { MessageId } = await on.publish(topic, 'a "message"', {
      Subject: 'news',
      MessageAttributes: {
        size: { DataType: 'Number', StringValue: '2' },
        blob: { DataType: 'Binary', BinaryValue: new Uint8Array([2, 3, 4]) },
      },
    })
    const [body = ''] = await on.bodies(queue.url)
    const envelope = JSON.parse(body)
    expect(Object.keys(envelope)).toEqual([
      ...['Type', 'MessageId', 'TopicArn', 'Subject', 'Message', 'Timestamp', 'SignatureVersion', 'Signature'],
      ...['SigningCertURL', 'UnsubscribeURL', 'MessageAttributes'],
    ])
    expect(envelope).toMatchObject({
      Type: 'Notification',
      MessageId,
      TopicArn: topic,
      Subject: 'news',
      Message: 'a "message"',
      Timestamp: '2026-01-01T00:00:00.000Z',
      SignatureVersion: '1',
      UnsubscribeURL: `https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscription}`,
      MessageAttributes: { size: { Type: 'Number', Value: '2' }, blob: { Type: 'Binary', Value: 'AgME' } },
    })
  })

  it("SNS 11: raw delivery gives the body verbatim and the attributes as the message's own", async () => {
    const queue = await on.queue('orders')
    const topic = await on.topic('orders')
    await on.subscribe(topic, queue.arn, { RawMessageDelivery: 'true' })
    await on.publish(topic, 'verbatim', {
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: 'order' },
        blob: { DataType: 'Binary', BinaryValue: new Uint8Array([2, 3, 4]) },
      },
    })
    const [message] = await on.received(queue.url)
    expect(message?.Body).toBe('verbatim')
    expect(message?.MessageAttributes).toMatchObject({
      kind: { DataType: 'String', StringValue: 'order' },
      blob: { DataType: 'Binary', BinaryValue: new Uint8Array([2, 3, 4]) },
    })
  })

  it("gives nothing to a queue whose policy does not name the topic's service", async () => {
    const queue = await on.queue('closed', '')
    const letters = await on.queue('letters')
    const topic = await on.topic('orders')
    await on.subscribe(topic, queue.arn, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: letters.arn }) })
    await on.publish(topic, 'hello')
    expect(await on.bodies(queue.url)).toEqual([])
    expect(JSON.parse((await on.bodies(letters.url))[0] ?? '{}').Message).toBe('hello')
  })

  it.each([true, false])(
    'SNS 12: what a deleted queue cannot get goes to the dead-letter queue with the original attributes only (raw: %s)',
    async (raw) => {
      const queue = await on.queue('orders')
      const letters = await on.queue('letters')
      const topic = await on.topic('orders')
      const subscription = await on.subscribe(topic, queue.arn, { RawMessageDelivery: String(raw) })
      await on.sns.send(
        new SetSubscriptionAttributesCommand({
          SubscriptionArn: subscription,
          AttributeName: 'RedrivePolicy',
          AttributeValue: JSON.stringify({ deadLetterTargetArn: letters.arn }),
        }),
      )
      await on.sqs.send(new DeleteQueueCommand({ QueueUrl: queue.url }))
      await on.publish(topic, 'lost', { MessageAttributes: { attr: { DataType: 'Number', StringValue: '1' } } })
      const [letter] = await on.received(letters.url)
      expect(Object.keys(letter?.MessageAttributes ?? {})).toEqual(raw ? ['attr'] : [])
      expect(raw ? letter?.Body : JSON.parse(letter?.Body ?? '{}').Message).toBe('lost')
    },
  )

  it('SNS 17: the trace header reaches the queue', async () => {
    const queue = await on.queue('orders')
    const topic = await on.topic('orders')
    await on.subscribe(topic, queue.arn)
    const header = 'Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1'
    on.sns.middlewareStack.add(
      (next) => (args) => {
        Object.assign((args.request as { headers: Record<string, string> }).headers, { 'X-Amzn-Trace-Id': header })
        return next(args)
      },
      { step: 'build' },
    )
    await on.publish(topic, 'traced')
    const [message] = await on.received(queue.url)
    expect(message?.Attributes?.AWSTraceHeader).toBe(header)
  })

  it('more than 10 attributes reach a queue in the envelope only; raw delivery gives up', async () => {
    const [raw, enveloped] = [await on.queue('raw'), await on.queue('enveloped')]
    const topic = await on.topic('orders')
    await on.subscribe(topic, raw.arn, { RawMessageDelivery: 'true' })
    await on.subscribe(topic, enveloped.arn)
    const names = Array.from({ length: 11 }, (_, index) => `attribute${index}`)
    const MessageAttributes = Object.fromEntries(names.map((name) => [name, { DataType: 'String', StringValue: 'x' }]))
    await on.publish(topic, 'many', { MessageAttributes })
    expect(await on.bodies(raw.url)).toEqual([])
    const [body = '{}'] = await on.bodies(enveloped.url)
    expect(Object.keys(JSON.parse(body).MessageAttributes)).toEqual(names)
    expect(on.cloud.kernel.journal.entries().filter(({ kind }) => kind === 'fail')).toHaveLength(1)
  })

  it('a batch reaches every queue of the topic', async () => {
    const queues = [await on.queue('one'), await on.queue('two')]
    const topic = await on.topic('orders')
    for (const { arn } of queues) await on.subscribe(topic, arn, { RawMessageDelivery: 'true' })
    const { Successful, Failed } = await on.sns.send(
      new PublishBatchCommand({
        TopicArn: topic,
        PublishBatchRequestEntries: [
          { Id: 'a', Message: '1' },
          { Id: 'b', Message: '2' },
        ],
      }),
    )
    expect([Successful?.map(({ Id }) => Id), Failed]).toEqual([['a', 'b'], []])
    for (const { url } of queues) expect((await on.bodies(url)).sort()).toEqual(['1', '2'])
  })
})
