import {
  ChangeMessageVisibilityCommand,
  PurgeQueueCommand,
  SendMessageBatchCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bodiesOf, type SqsBench, startSqs } from './support.ts'

let bench: SqsBench
beforeAll(async () => {
  bench = await startSqs()
})
afterAll(() => bench.cloud.stop())

const CONTENT = { ContentBasedDeduplication: 'true' }
const inGroup = (MessageGroupId: string) => ({ MessageGroupId })

it('SQS 2: DeleteMessage after visibility expiry fails, and within an extended timeout succeeds', async () => {
  const url = await bench.createFifo('f2', { ...CONTENT, VisibilityTimeout: '10' })
  await bench.send(url, 'a', inGroup('g'))
  const expired = await bench.receiveOne(url)
  await bench.cloud.clock.advance(10_000)
  await expect(bench.delete(url, expired)).rejects.toMatchObject({
    message: `Value ${expired.ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
    $metadata: { httpStatusCode: 400 },
  })
  const message = await bench.receiveOne(url)
  const extend = { QueueUrl: url, ReceiptHandle: message.ReceiptHandle, VisibilityTimeout: 30 }
  await bench.sqs.send(new ChangeMessageVisibilityCommand(extend))
  await bench.cloud.clock.advance(29_000)
  await bench.delete(url, message)
  expect(await bench.counts(url)).toEqual([0, 0, 0])
})

it('SQS 4: one receive returns several messages of one group in order, a second one none of that group', async () => {
  const url = await bench.createFifo('f4', CONTENT)
  for (const body of ['a', 'b', 'c', 'd']) await bench.send(url, body, inGroup('g'))
  await bench.send(url, 'other', inGroup('h'))
  expect(bodiesOf(await bench.receive(url, { MaxNumberOfMessages: 3 }))).toEqual(['a', 'b', 'c'])
  expect(bodiesOf(await bench.receive(url, { MaxNumberOfMessages: 10 }))).toEqual(['other'])
  expect(await bench.receive(url, { MaxNumberOfMessages: 10 })).toEqual([])
})

it('SQS 5: sending into an in-flight group does not unlock it', async () => {
  const url = await bench.createFifo('f5', CONTENT)
  await bench.send(url, 'a', inGroup('g'))
  await bench.receiveOne(url)
  await bench.send(url, 'b', inGroup('g'))
  expect(await bench.receive(url, { MaxNumberOfMessages: 10 })).toEqual([])
  expect(await bench.counts(url)).toEqual([1, 1, 0])
})

it('SQS 6: a partial delete keeps the group locked until all in flight are deleted or visible', async () => {
  const url = await bench.createFifo('f6', { ...CONTENT, VisibilityTimeout: '10' })
  for (const body of ['a', 'b', 'c']) await bench.send(url, body, inGroup('g'))
  const [first] = await bench.receive(url, { MaxNumberOfMessages: 2 })
  await bench.delete(url, first as object)
  expect(await bench.receive(url, { MaxNumberOfMessages: 10 })).toEqual([])
  await bench.cloud.clock.advance(10_000)
  expect(bodiesOf(await bench.receive(url, { MaxNumberOfMessages: 10 }))).toEqual(['b', 'c'])
})

it("SQS 7: extending only the head's visibility keeps the whole group locked", async () => {
  const url = await bench.createFifo('f7', { ...CONTENT, VisibilityTimeout: '10' })
  for (const body of ['a', 'b', 'c']) await bench.send(url, body, inGroup('g'))
  const [head] = await bench.receive(url, { MaxNumberOfMessages: 2 })
  const extend = { QueueUrl: url, ReceiptHandle: head?.ReceiptHandle, VisibilityTimeout: 60 }
  await bench.sqs.send(new ChangeMessageVisibilityCommand(extend))
  await bench.cloud.clock.advance(59_999)
  expect(await bench.receive(url, { MaxNumberOfMessages: 10 })).toEqual([])
  await bench.cloud.clock.advance(1)
  expect(bodiesOf(await bench.receive(url, { MaxNumberOfMessages: 10 }))).toEqual(['a', 'b', 'c'])
})

it('serves a message that returns at the head although later ones of its group are in flight', async () => {
  const url = await bench.createFifo('f-head', CONTENT)
  for (const body of ['a', 'b', 'c']) await bench.send(url, body, inGroup('g'))
  await bench.send(url, 'other', inGroup('h'))
  const [head] = await bench.receive(url, { MaxNumberOfMessages: 2 })
  const free = { QueueUrl: url, ReceiptHandle: head?.ReceiptHandle, VisibilityTimeout: 0 }
  await bench.sqs.send(new ChangeMessageVisibilityCommand(free))
  expect(bodiesOf(await bench.receive(url, { MaxNumberOfMessages: 3 }))).toEqual(['other', 'a'])
  expect(await bench.receive(url, { MaxNumberOfMessages: 3 })).toEqual([])
})

it('serves groups in the order in which they became ready', async () => {
  const url = await bench.createFifo('f-turns', CONTENT)
  for (const body of ['g1-m1', 'g2-m1', 'g2-m2', 'g3-m1', 'g1-m2'])
    await bench.send(url, body, inGroup(body.slice(0, 2)))
  const free = { VisibilityTimeout: 0 }
  expect(bodiesOf(await bench.receive(url, { ...free, MaxNumberOfMessages: 3 }))).toEqual(['g1-m1', 'g1-m2', 'g2-m1'])
  expect(bodiesOf(await bench.receive(url, { ...free, MaxNumberOfMessages: 10 }))).toEqual([
    'g3-m1',
    'g1-m1',
    'g1-m2',
    'g2-m1',
    'g2-m2',
  ])
})

it('SQS 8: a receive with VisibilityTimeout 0 frees the group at once, its order kept', async () => {
  const url = await bench.createFifo('f8', CONTENT)
  for (const body of ['a', 'b', 'c']) await bench.send(url, body, inGroup('g'))
  const free = { MaxNumberOfMessages: 2, VisibilityTimeout: 0 }
  expect(bodiesOf(await bench.receive(url, free))).toEqual(['a', 'b'])
  expect(bodiesOf(await bench.receive(url, free))).toEqual(['a', 'b'])
  expect(bodiesOf(await bench.receive(url, { MaxNumberOfMessages: 10 }))).toEqual(['a', 'b', 'c'])
})

it('SQS 9: the scope of deduplication is the queue, or the group in high throughput mode', async () => {
  const url = await bench.createFifo('f9')
  const fast = await bench.createFifo('f9-fast', {
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
  })
  for (const each of [url, fast])
    for (const MessageGroupId of ['g', 'h'])
      await bench.send(each, MessageGroupId, { MessageGroupId, MessageDeduplicationId: 'same' })
  expect(bodiesOf(await bench.receive(url, { MaxNumberOfMessages: 10 }))).toEqual(['g'])
  expect(bodiesOf(await bench.receive(fast, { MaxNumberOfMessages: 10 })).toSorted()).toEqual(['g', 'h'])
})

it('SQS 9: a change of the scope counts a minute later', async () => {
  const url = await bench.createFifo('f9-change')
  const Attributes = { DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' }
  await bench.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }))
  const sendBoth = async (MessageDeduplicationId: string) => {
    for (const MessageGroupId of ['g', 'h'])
      await bench.send(url, MessageDeduplicationId, { MessageGroupId, MessageDeduplicationId })
  }
  await sendBoth('before')
  await bench.cloud.clock.advance(60_000)
  await sendBoth('after')
  const bodies = bodiesOf(await bench.receive(url, { MaxNumberOfMessages: 10 }))
  expect(bodies.toSorted()).toEqual(['after', 'after', 'before'])
})

it('SQS 10: deduplication lasts five minutes even after a delete, and PurgeQueue clears it', async () => {
  const url = await bench.createFifo('f10', CONTENT)
  await bench.send(url, 'a', inGroup('g'))
  await bench.delete(url, await bench.receiveOne(url))
  await bench.cloud.clock.advance(299_999)
  await bench.send(url, 'a', inGroup('g'))
  expect(await bench.receive(url)).toEqual([])
  await bench.cloud.clock.advance(1)
  await bench.send(url, 'a', inGroup('g'))
  expect(bodiesOf(await bench.receive(url))).toEqual(['a'])
  await bench.sqs.send(new PurgeQueueCommand({ QueueUrl: url }))
  await bench.send(url, 'a', inGroup('g'))
  expect(bodiesOf(await bench.receive(url))).toEqual(['a'])
})

it('SQS 11: a deduplicated send returns the first id and number, and does not advance the sequence', async () => {
  const url = await bench.createFifo('f11', CONTENT)
  const first = await bench.send(url, 'a', inGroup('g'))
  expect(await bench.send(url, 'a', inGroup('g'))).toEqual(first)
  const second = await bench.send(url, 'b', inGroup('g'))
  const third = await bench.send(url, 'c', inGroup('g'))
  const step = (from: typeof first, to: typeof first) =>
    BigInt(to.SequenceNumber ?? 0) - BigInt(from.SequenceNumber ?? 0)
  expect(first.SequenceNumber).toMatch(/^\d{20}$/)
  expect(step(first, second)).toBe(step(second, third))
  expect(step(first, second)).toBeGreaterThan(0n)
})

it('SQS 12: DelaySeconds of a message is refused but for 0, the queue delays, and a delayed message locks no group', async () => {
  const url = await bench.createFifo('f12', { ...CONTENT, DelaySeconds: '60' })
  await expect(bench.send(url, 'a', { ...inGroup('g'), DelaySeconds: 2 })).rejects.toThrow(
    'Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.',
  )
  await bench.send(url, 'a', { ...inGroup('g'), DelaySeconds: 0 })
  expect(await bench.counts(url)).toEqual([0, 0, 1])
  await bench.cloud.clock.advance(30_000)
  await bench.send(url, 'b', inGroup('g'))
  await bench.cloud.clock.advance(30_000)
  const a = await bench.receiveOne(url, { MaxNumberOfMessages: 10 })
  expect(a.Body).toBe('a')
  await bench.delete(url, a)
  await bench.cloud.clock.advance(30_000)
  expect((await bench.receiveOne(url)).Body).toBe('b')
})

it('holds a changed queue delay for messages that wait already', async () => {
  const url = await bench.createFifo('f-delay', { ...CONTENT, DelaySeconds: '600' })
  await bench.send(url, 'a', inGroup('g'))
  await bench.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { DelaySeconds: '60' } }))
  await bench.cloud.clock.advance(60_000)
  expect((await bench.receiveOne(url)).Body).toBe('a')
})

it('gives the same messages to a repeated ReceiveRequestAttemptId, until one is deleted', async () => {
  const url = await bench.createFifo('f-attempt', CONTENT)
  for (const body of ['a', 'b']) await bench.send(url, body, inGroup('g'))
  const attempt = { ReceiveRequestAttemptId: 'one', MaxNumberOfMessages: 10 }
  const first = await bench.receive(url, attempt)
  expect(await bench.receive(url, attempt)).toEqual(first)
  expect(await bench.receive(url, { ...attempt, ReceiveRequestAttemptId: 'two' })).toEqual([])
  await bench.delete(url, first[0] as object)
  expect(await bench.receive(url, attempt)).toEqual([])
})

it('requires a group id and a deduplication id', async () => {
  const url = await bench.createFifo('f-required')
  await expect(bench.send(url, 'a', { MessageDeduplicationId: 'd' })).rejects.toThrow(
    'The request must contain the parameter MessageGroupId.',
  )
  const missing =
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly'
  await expect(bench.send(url, 'a', inGroup('g'))).rejects.toThrow(missing)
  const batch = (more: object) =>
    bench.sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [{ Id: '1', MessageBody: 'a', ...more }] }))
  await expect(batch(inGroup('g'))).rejects.toThrow(missing)
  await expect(batch({ MessageDeduplicationId: 'd' })).rejects.toThrow('the parameter MessageGroupId')
})
