import { DeleteMessageCommand, DeleteQueueCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Sqs } from '../../../../local/services/sqs/index.ts'
import { bodiesOf, type SqsBench, startSqs } from './support.ts'

let bench: SqsBench
beforeAll(async () => {
  bench = await startSqs()
})
afterAll(() => bench.cloud.stop())

const LONG = { WaitTimeSeconds: 20, MaxNumberOfMessages: 10 }

it('SQS 13: a long poll returns as soon as a message exists, and never waits for more', async () => {
  const url = await bench.create('lp13')
  const poll = bench.receive(url, LONG)
  await bench.polling('lp13')
  const before = bench.cloud.clock.now()
  await bench.send(url, 'a')
  expect(bodiesOf(await poll)).toEqual(['a'])
  expect(bench.cloud.clock.now()).toBe(before)
  expect(bench.cloud.clock.pending()).toEqual([])
})

it('wakes a long poll with a whole batch', async () => {
  const url = await bench.create('lp-batch')
  const poll = bench.receive(url, LONG)
  await bench.polling('lp-batch')
  const Entries = ['1', '2', '3'].map((Id) => ({ Id, MessageBody: Id }))
  await bench.sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))
  expect(bodiesOf(await poll).toSorted()).toEqual(['1', '2', '3'])
})

it('ends a long poll without messages after its time, or after the time of the queue', async () => {
  const url = await bench.create('lp-end', { ReceiveMessageWaitTimeSeconds: '5' })
  const poll = bench.receive(url)
  await bench.polling('lp-end')
  expect(await bench.cloud.clock.advance(5_000)).toMatchObject([{ label: 'sqs long poll lp-end' }])
  expect(await poll).toEqual([])
})

it('wakes a long poll when a delay or a visibility timeout ends, at the last instant too', async () => {
  const url = await bench.create('lp-hidden', { VisibilityTimeout: '10' })
  await bench.send(url, 'a', { DelaySeconds: 20 })
  const delayed = bench.receive(url, LONG)
  await bench.polling('lp-hidden')
  await bench.cloud.clock.advance(20_000)
  expect(bodiesOf(await delayed)).toEqual(['a'])
  const hidden = bench.receive(url, LONG)
  await bench.polling('lp-hidden')
  await bench.cloud.clock.advance(10_000)
  expect(bodiesOf(await hidden)).toEqual(['a'])
})

it('serves waiting long polls in the order of their arrival, each message once', async () => {
  const url = await bench.create('lp-many')
  const first = bench.receive(url, { WaitTimeSeconds: 20 })
  await bench.polling('lp-many')
  const second = bench.receive(url, { WaitTimeSeconds: 20 })
  await bench.polling('lp-many', 2)
  await bench.send(url, 'a')
  expect(bodiesOf(await first)).toEqual(['a'])
  await bench.send(url, 'b')
  expect(bodiesOf(await second)).toEqual(['b'])
})

it('wakes a long poll when a delete unlocks the group', async () => {
  const url = await bench.createFifo('lp-group', { ContentBasedDeduplication: 'true' })
  for (const body of ['a', 'b']) await bench.send(url, body, { MessageGroupId: 'g' })
  const a = await bench.receiveOne(url)
  const poll = bench.receive(url, LONG)
  await bench.polling('lp-group.fifo')
  await bench.delete(url, a)
  expect(bodiesOf(await poll)).toEqual(['b'])
})

it('fails a long poll when its queue is deleted', async () => {
  const url = await bench.create('lp-deleted')
  const poll = expect(bench.receive(url, LONG)).rejects.toMatchObject({ name: 'QueueDoesNotExist' })
  await bench.polling('lp-deleted')
  await bench.sqs.send(new DeleteQueueCommand({ QueueUrl: url }))
  await poll
})

it('keeps the message when the client of a long poll hangs up', async () => {
  const url = await bench.create('lp-hangup')
  const client = bench.cloud.client((await import('@aws-sdk/client-sqs')).SQSClient)
  const abort = new AbortController()
  const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs')
  const poll = client.send(new ReceiveMessageCommand({ QueueUrl: url, ...LONG }), { abortSignal: abort.signal })
  await bench.polling('lp-hangup')
  abort.abort()
  await expect(poll).rejects.toThrow()
  await bench.polling('lp-hangup', 0)
  await bench.send(url, 'a')
  expect(bodiesOf(await bench.receive(url))).toEqual(['a'])
})

it('tells a listener of arrivals, ends of delay and visibility, and unlocked groups, with timers only meanwhile', async () => {
  const url = await bench.createFifo('lp-listen', { ContentBasedDeduplication: 'true', VisibilityTimeout: '10' })
  let calls = 0
  const arn = (await bench.attribute(url, 'QueueArn')) as string
  const stop = bench.cloud.context.service<Sqs>('sqs').onVisible(arn, () => {
    calls += 1
  })
  const told = () => {
    const now = calls
    calls = 0
    return now
  }
  for (const body of ['a', 'b']) await bench.send(url, body, { MessageGroupId: 'g' })
  expect(told()).toBe(2)
  const { ReceiptHandle } = await bench.receiveOne(url)
  expect(told()).toBe(0)
  await bench.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }))
  expect(told()).toBe(1)
  await bench.receiveOne(url)
  expect(await bench.cloud.clock.advance(10_000)).toMatchObject([{ label: 'sqs visibility lp-listen.fifo' }])
  expect(told()).toBe(1)
  await bench.receiveOne(url)
  expect(bench.cloud.clock.pending()).toHaveLength(1)
  stop()
  expect(bench.cloud.clock.pending()).toEqual([])
  await bench.send(url, 'c', { MessageGroupId: 'h' })
  expect(told()).toBe(0)
})
