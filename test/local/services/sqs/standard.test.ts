import { ChangeMessageVisibilityCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodiesOf, type SqsBench, startSqs } from './support.ts'

let bench: SqsBench
beforeAll(async () => {
  bench = await startSqs()
})
afterAll(() => bench.cloud.stop())

describe('standard queues', () => {
  it('SQS 1: DeleteMessage with the newest handle after visibility expiry succeeds and the message is gone', async () => {
    const url = await bench.create('s1', { VisibilityTimeout: '10' })
    await bench.send(url, 'a')
    const message = await bench.receiveOne(url)
    await bench.cloud.clock.advance(11_000)
    expect(await bench.counts(url)).toEqual([1, 0, 0])
    await bench.delete(url, message)
    expect(await bench.counts(url)).toEqual([0, 0, 0])
    expect(await bench.receive(url)).toEqual([])
  })

  it('deletes nothing by a handle that a later receive replaced', async () => {
    const url = await bench.create('s1-stale', { VisibilityTimeout: '10' })
    await bench.send(url, 'a')
    const first = await bench.receiveOne(url)
    await bench.cloud.clock.advance(10_000)
    const second = await bench.receiveOne(url)
    expect(second.ReceiptHandle).not.toBe(first.ReceiptHandle)
    await bench.delete(url, first)
    expect(await bench.counts(url)).toEqual([0, 1, 0])
    await bench.delete(url, second)
    expect(await bench.counts(url)).toEqual([0, 0, 0])
  })

  it('SQS 3: ChangeMessageVisibility after expiry succeeds and the message stays visible', async () => {
    const url = await bench.create('s3', { VisibilityTimeout: '10' })
    await bench.send(url, 'a')
    const { ReceiptHandle } = await bench.receiveOne(url)
    await bench.cloud.clock.advance(10_000)
    await bench.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 60 }))
    expect(await bench.counts(url)).toEqual([1, 0, 0])
  })

  it('shows a message again exactly at the end of its visibility timeout, the changed one included', async () => {
    const url = await bench.create('visibility', { VisibilityTimeout: '30' })
    await bench.send(url, 'a')
    const { ReceiptHandle } = await bench.receiveOne(url)
    await bench.cloud.clock.advance(20_000)
    await bench.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 60 }))
    await bench.cloud.clock.advance(59_999)
    expect(await bench.receive(url)).toEqual([])
    await bench.cloud.clock.advance(1)
    expect(bodiesOf(await bench.receive(url))).toEqual(['a'])
  })

  it('shows a message at once by a visibility timeout of 0', async () => {
    const url = await bench.create('visibility-0')
    await bench.send(url, 'a')
    const { ReceiptHandle } = await bench.receiveOne(url)
    await bench.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }))
    expect((await bench.receiveOne(url)).Body).toBe('a')
  })

  it('changes the visibility by a handle that a later receive replaced', async () => {
    const url = await bench.create('visibility-old')
    await bench.send(url, 'a')
    const { ReceiptHandle } = await bench.receiveOne(url, { VisibilityTimeout: 0 })
    await bench.receiveOne(url, { VisibilityTimeout: 60 })
    await bench.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }))
    expect((await bench.receiveOne(url)).Body).toBe('a')
  })

  it('refuses to hide a message for more than 12 hours in all', async () => {
    const url = await bench.create('visibility-12h')
    await bench.send(url, 'a')
    const { ReceiptHandle } = await bench.receiveOne(url)
    await bench.cloud.clock.advance(1_000)
    const change = new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 43_200 })
    await expect(bench.sqs.send(change)).rejects.toThrow(
      'Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]',
    )
  })

  it('SQS 17: MessageGroupId is accepted and returned, without a sequence number', async () => {
    const url = await bench.create('s17')
    const sent = await bench.send(url, 'a', { MessageGroupId: 'tenant' })
    expect(sent.SequenceNumber).toBeUndefined()
    const { Attributes } = await bench.receiveOne(url, { MessageSystemAttributeNames: ['All'] })
    expect(Attributes?.MessageGroupId).toBe('tenant')
    expect(Attributes).not.toHaveProperty('SequenceNumber')
  })

  it('serves quiet tenants before a noisy one, and the noisy one when they have nothing (fair queues)', async () => {
    const url = await bench.create('fair')
    for (let index = 0; index < 60; index++) await bench.send(url, `noisy-${index}`, { MessageGroupId: 'noisy' })
    for (let index = 0; index < 3; index++) await bench.receive(url, { MaxNumberOfMessages: 10 })
    await bench.send(url, 'quiet', { MessageGroupId: 'quiet' })
    const next = bodiesOf(await bench.receive(url, { MaxNumberOfMessages: 10 }))
    expect(next[0]).toBe('quiet')
    expect(next.slice(1).every((body) => body?.startsWith('noisy'))).toBe(true)
    expect(next).toHaveLength(10)
  })

  it('serves a tenant with few but slow messages after those that had less than a tenth of the time (fair queues)', async () => {
    const url = await bench.create('slow')
    const work = async (MessageGroupId: string, milliseconds: number): Promise<void> => {
      await bench.send(url, MessageGroupId, { MessageGroupId })
      const message = await bench.receiveOne(url)
      await bench.cloud.clock.advance(milliseconds)
      await bench.delete(url, message)
    }
    const next = async (): Promise<string | undefined> => {
      for (const MessageGroupId of [...Array(9).fill('slow'), 'quick'])
        await bench.send(url, MessageGroupId, { MessageGroupId })
      const served = await bench.receive(url, { MaxNumberOfMessages: 10 })
      for (const message of served) await bench.delete(url, message)
      return served[0]?.Body
    }
    await work('slow', 10_000)
    await work('quick', 1_000)
    expect(await next()).toBe('quick')
    await bench.cloud.clock.advance(120_000)
    expect(await next()).toBe('slow')
  })

  it('may answer a receive that does not wait with nothing where messages are few, and never one that waits', async () => {
    const other = await startSqs({ faults: (point) => (point === 'sqs.short-poll' ? 'empty' : 'none') })
    const url = await other.create('few')
    await other.send(url, 'there')
    expect(bodiesOf(await other.receive(url))).toEqual([])
    expect(bodiesOf(await other.receive(url, { WaitTimeSeconds: 1 }))).toEqual(['there'])
    const sorted = await other.createFifo('sorted', { ContentBasedDeduplication: 'true' })
    await other.send(sorted, 'first', { MessageGroupId: 'g' })
    expect(bodiesOf(await other.receive(sorted))).toEqual(['first'])
    await other.cloud.stop()
  })

  it('serves in a seeded order that is not sorted, near to the order of arrival', async () => {
    const order = async (seed: string): Promise<number[]> => {
      const other = await startSqs({ seed })
      const url = await other.create('order')
      for (let index = 0; index < 40; index++) await other.send(url, String(index))
      const bodies: number[] = []
      for (let count = 0; count < 4; count++)
        bodies.push(...bodiesOf(await other.receive(url, { MaxNumberOfMessages: 10 })).map(Number))
      await other.cloud.stop()
      return bodies
    }
    const [first, again, differently] = [await order('one'), await order('one'), await order('two')]
    expect(first).toEqual(again)
    expect(first).not.toEqual(differently)
    const sorted = first.toSorted((a, b) => a - b)
    expect(sorted).toEqual([...Array(40).keys()])
    expect(first).not.toEqual(sorted)
    for (const [place, body] of first.entries()) expect(Math.abs(place - body)).toBeLessThan(16)
  })

  it('puts a message that was received three times behind the others', async () => {
    const other = await startSqs({ faults: (point) => (point === 'sqs.order' ? 'fifo' : 'none') })
    const url = await other.create('stuck')
    for (const body of ['a', 'b', 'c']) await other.send(url, body)
    const bodies: (string | undefined)[] = []
    for (let count = 0; count < 6; count++) bodies.push(...bodiesOf(await other.receive(url, { VisibilityTimeout: 0 })))
    expect(bodies).toEqual(['a', 'a', 'a', 'b', 'b', 'b'])
    expect(bodiesOf(await other.receive(url))).toEqual(['c'])
    await other.cloud.stop()
  })

  it('delays a message alone, or by the queue', async () => {
    const url = await bench.create('delay', { DelaySeconds: '60' })
    await bench.send(url, 'queue')
    await bench.send(url, 'at once', { DelaySeconds: 0 })
    await bench.send(url, 'later', { DelaySeconds: 900 })
    expect(await bench.counts(url)).toEqual([1, 0, 2])
    const atOnce = await bench.receiveOne(url, { MaxNumberOfMessages: 10 })
    expect(atOnce.Body).toBe('at once')
    await bench.delete(url, atOnce)
    await bench.cloud.clock.advance(60_000)
    expect(bodiesOf(await bench.receive(url, { MaxNumberOfMessages: 10 }))).toEqual(['queue'])
    await bench.cloud.clock.advance(840_000)
    expect(bodiesOf(await bench.receive(url, { MaxNumberOfMessages: 10 }))).toContain('later')
  })

  it('SQS 19: retention counts from the send and removes messages in flight too', async () => {
    const url = await bench.create('s19', { MessageRetentionPeriod: '60', VisibilityTimeout: '600' })
    await bench.send(url, 'a')
    const { ReceiptHandle } = await bench.receiveOne(url)
    await bench.cloud.clock.advance(59_999)
    expect(await bench.counts(url)).toEqual([0, 1, 0])
    await bench.cloud.clock.advance(1)
    expect(await bench.counts(url)).toEqual([0, 0, 0])
    const change = new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 60 })
    await expect(bench.sqs.send(change)).rejects.toThrow('Message does not exist or is not available')
  })

  it('SQS 23: receives of a queue with 120,000 messages in flight fail with OverLimit, long polls wait', async () => {
    const url = await bench.create('s23', { VisibilityTimeout: '43200', ReceiveMessageWaitTimeSeconds: '0' })
    const { actions } = bench.cloud.context.service('sqs')
    const call = { caller: bench.cloud.context.administrator, headers: {}, protocol: 'internal', entry: 0 } as never
    const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: String(index), MessageBody: 'x' }))
    for (let count = 0; count < 12_000; count++) {
      await actions.SendMessageBatch?.run({ QueueUrl: url, Entries }, call)
      await actions.ReceiveMessage?.run({ QueueUrl: url, MaxNumberOfMessages: 10 }, call)
    }
    await bench.send(url, 'one more')
    await expect(bench.receive(url)).rejects.toMatchObject({ name: 'OverLimit' })
    const poll = bench.receive(url, { WaitTimeSeconds: 1 })
    await bench.polling('s23')
    await bench.cloud.clock.advance(1_000)
    expect(await poll).toEqual([])
  })
})

describe('faults of standard queues', () => {
  it('serves in order where the plan says so, and hands out a message twice', async () => {
    const other = await startSqs({
      faults: (point) => (point === 'sqs.order' ? 'fifo' : point === 'sqs.duplicate' ? 'duplicate' : 'none'),
    })
    const url = await other.create('faults')
    for (let index = 0; index < 20; index++) await other.send(url, String(index))
    const first = await other.receive(url, { MaxNumberOfMessages: 10 })
    expect(bodiesOf(first)).toEqual([...Array(10).keys()].map(String))
    const second = await other.receive(url, { MaxNumberOfMessages: 10 })
    expect(bodiesOf(second)).toEqual(bodiesOf(first))
    for (const message of second) await other.delete(url, message)
    expect(await other.counts(url)).toEqual([10, 0, 0])
    await other.cloud.stop()
  })

  it('keeps a copy of a deleted message, which shows again', async () => {
    const other = await startSqs({ faults: (point) => (point === 'sqs.delete' ? 'reappear' : 'none') })
    const url = await other.create('faults', { VisibilityTimeout: '5' })
    const fifo = await other.createFifo('faults', { VisibilityTimeout: '5', ContentBasedDeduplication: 'true' })
    await other.send(url, 'a')
    await other.send(fifo, 'a', { MessageGroupId: 'g' })
    for (const each of [url, fifo]) await other.delete(each, await other.receiveOne(each))
    await other.cloud.clock.advance(5_000)
    expect(bodiesOf(await other.receive(url))).toEqual(['a'])
    expect(await other.receive(fifo)).toEqual([])
    await other.cloud.stop()
  })
})

it('SQS 22: batch entries fail singly with HTTP 200; empty, too many, invalid and repeated ids fail whole', async () => {
  const QueueUrl = await bench.create('s22')
  const answer = await bench.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl,
      Entries: [
        { Id: 'good', MessageBody: 'a' },
        { Id: 'bad', MessageBody: '\u0000' },
        { Id: 'late', MessageBody: 'a', DelaySeconds: 901 },
      ],
    }),
  )
  expect(answer.$metadata.httpStatusCode).toBe(200)
  expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['good'])
  expect(answer.Failed).toMatchObject([
    { Id: 'bad', SenderFault: true, Code: 'InvalidMessageContents' },
    {
      Id: 'late',
      SenderFault: true,
      Code: 'InvalidParameterValue',
      Message: 'Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.',
    },
  ])
  const batch = (ids: string[]) =>
    bench.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: ids.map((Id) => ({ Id, MessageBody: 'a' })) }))
  await expect(batch([])).rejects.toMatchObject({
    name: 'EmptyBatchRequest',
    message: 'There should be at least one SendMessageBatchRequestEntry in the request.',
  })
  await expect(batch([...Array(11).keys()].map(String))).rejects.toMatchObject({
    name: 'TooManyEntriesInBatchRequest',
    message: 'Maximum number of entries per request are 10. You have sent 11.',
  })
  await expect(batch(['a', 'a'])).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinct', message: 'Id a repeated.' })
  await expect(batch(['in:valid'])).rejects.toMatchObject({ name: 'InvalidBatchEntryId' })
})
