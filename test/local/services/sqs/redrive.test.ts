import {
  CancelMessageMoveTaskCommand,
  DeleteQueueCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sqs } from '../../../../local/services/sqs/index.ts'
import { bodiesOf, type SqsBench, startSqs } from './support.ts'

let bench: SqsBench
beforeAll(async () => {
  bench = await startSqs()
})
afterAll(() => bench.cloud.stop())

const arnOf = (url: string) => `arn:aws:sqs:us-east-1:000000000000:${url.slice(url.lastIndexOf('/') + 1)}`
const redriveTo = (dlq: string, maxReceiveCount = 1) => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(dlq), maxReceiveCount }),
})
const FREE = { VisibilityTimeout: 0, MaxNumberOfMessages: 10 }

describe('dead-letter queues', () => {
  it('SQS 14: the receive that would exceed maxReceiveCount moves the message, its id, body and attributes kept', async () => {
    const dlq = await bench.create('d14')
    const url = await bench.create('q14', redriveTo(dlq, 2))
    const attributes = { color: { DataType: 'String', StringValue: 'red' } }
    const { MessageId } = await bench.send(url, 'a', { MessageAttributes: attributes, MessageGroupId: 'g' })
    await bench.receiveOne(url, FREE)
    await bench.receiveOne(url, FREE)
    expect(await bench.counts(dlq)).toEqual([0, 0, 0])
    expect(await bench.receive(url, FREE)).toEqual([])
    expect(await bench.counts(url)).toEqual([0, 0, 0])
    const dead = await bench.receiveOne(dlq, {
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    })
    expect(dead).toMatchObject({ MessageId, Body: 'a', MessageAttributes: attributes })
    expect(dead.Attributes).toMatchObject({ DeadLetterQueueSourceArn: arnOf(url), MessageGroupId: 'g' })
  })

  it('SQS 14: a FIFO dead-letter queue keeps the group, takes the id for the deduplication id, and deduplicates nothing it takes over', async () => {
    const dlq = await bench.createFifo('d14', { ContentBasedDeduplication: 'true' })
    const url = await bench.createFifo('q14', { ContentBasedDeduplication: 'true', ...redriveTo(dlq) })
    await bench.send(dlq, 'a', { MessageGroupId: 'x' })
    const { MessageId } = await bench.send(url, 'a', { MessageGroupId: 'g' })
    await bench.send(url, 'b', { MessageGroupId: 'g' })
    await bench.receive(url, { VisibilityTimeout: 0 })
    expect(bodiesOf(await bench.receive(url, FREE))).toEqual(['b'])
    const dead = await bench.receive(dlq, { MessageSystemAttributeNames: ['All'], MaxNumberOfMessages: 10 })
    expect(bodiesOf(dead)).toEqual(['a', 'a'])
    expect(dead[1]).toMatchObject({
      MessageId,
      Attributes: {
        MessageGroupId: 'g',
        MessageDeduplicationId: MessageId,
        DeadLetterQueueSourceArn: arnOf(url),
      },
    })
  })

  it('SQS 14: chains of dead-letter queues count receives anew', async () => {
    const last = await bench.create('chain-3')
    const middle = await bench.create('chain-2', redriveTo(last))
    const first = await bench.create('chain-1', redriveTo(middle))
    await bench.send(first, 'a')
    await bench.receiveOne(first, FREE)
    expect(await bench.receive(first, FREE)).toEqual([])
    expect((await bench.receiveOne(middle, FREE)).Body).toBe('a')
    expect(await bench.receive(middle, FREE)).toEqual([])
    const dead = await bench.receiveOne(last, { MessageSystemAttributeNames: ['All'] })
    expect(dead.Attributes).toMatchObject({ ApproximateReceiveCount: '3', DeadLetterQueueSourceArn: arnOf(middle) })
  })

  it('SQS 18: ApproximateFirstReceiveTimestamp is pinned to the first receive, and SenderId exists', async () => {
    const url = await bench.create('q18')
    await bench.send(url, 'a')
    const all = { ...FREE, MessageSystemAttributeNames: ['All' as const] }
    const first = await bench.receiveOne(url, all)
    const at = String(bench.cloud.clock.now())
    await bench.cloud.clock.advance(5_000)
    const second = await bench.receiveOne(url, all)
    expect(first.Attributes).toEqual({
      SenderId: '000000000000',
      SentTimestamp: at,
      ApproximateReceiveCount: '1',
      ApproximateFirstReceiveTimestamp: at,
    })
    expect(second.Attributes).toEqual({ ...first.Attributes, ApproximateReceiveCount: '2' })
  })

  it('SQS 19: a move keeps the sent timestamp of a standard queue and renews it on a FIFO queue', async () => {
    const dlq = await bench.create('d19', { MessageRetentionPeriod: '60' })
    const url = await bench.create('q19', redriveTo(dlq))
    const fifoDlq = await bench.createFifo('d19', { MessageRetentionPeriod: '60' })
    const fifo = await bench.createFifo('q19', { ContentBasedDeduplication: 'true', ...redriveTo(fifoDlq) })
    await bench.send(url, 'a')
    await bench.send(fifo, 'a', { MessageGroupId: 'g' })
    await bench.cloud.clock.advance(50_000)
    for (const each of [url, fifo]) {
      await bench.receive(each, FREE)
      await bench.receive(each, FREE)
    }
    expect(await bench.counts(dlq)).toEqual([1, 0, 0])
    await bench.cloud.clock.advance(10_000)
    expect(await bench.counts(dlq)).toEqual([0, 0, 0])
    expect(await bench.counts(fifoDlq)).toEqual([1, 0, 0])
  })

  it('counts the age in a dead-letter queue from the move, and leaves out what is stuck', async () => {
    const dlq = await bench.create('d-age')
    const url = await bench.create('q-age', redriveTo(dlq, 4))
    const age = (QueueName: string) =>
      bench.cloud.context.service<Sqs>('sqs').gauges.read('ApproximateAgeOfOldestMessage', { QueueName })?.value
    await bench.send(url, 'a')
    await bench.cloud.clock.advance(50_000)
    for (let count = 0; count < 2; count++) await bench.receive(url, FREE)
    expect(age('q-age')).toBe(50)
    await bench.receive(url, FREE)
    expect(age('q-age')).toBe(0)
    for (let count = 0; count < 2; count++) await bench.receive(url, FREE)
    await bench.cloud.clock.advance(7_000)
    expect(age('d-age')).toBe(7)
  })

  it('keeps delivering from the source when the dead-letter queue is gone', async () => {
    const dlq = await bench.create('d-gone')
    const url = await bench.create('q-gone', redriveTo(dlq))
    await bench.sqs.send(new DeleteQueueCommand({ QueueUrl: dlq }))
    await bench.send(url, 'a')
    for (let count = 0; count < 3; count++) expect(await bench.receive(url, FREE)).toHaveLength(1)
  })

  it('wakes a long poll of the dead-letter queue', async () => {
    const dlq = await bench.create('d-poll')
    const url = await bench.create('q-poll', redriveTo(dlq))
    await bench.send(url, 'a')
    await bench.receive(url, FREE)
    const poll = bench.receive(dlq, { WaitTimeSeconds: 20 })
    await bench.polling('d-poll')
    await bench.receive(url, FREE)
    expect(bodiesOf(await poll)).toEqual(['a'])
  })

  it('lists the sources of a dead-letter queue', async () => {
    const dlq = await bench.create('d-list')
    const urls = [await bench.create('q-list-1', redriveTo(dlq)), await bench.create('q-list-2', redriveTo(dlq))]
    const answer = await bench.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dlq }))
    expect(answer.queueUrls).toEqual(urls)
  })
})

describe('redrive policies', () => {
  const refused = async (policy: string, reason: string, attribute = 'RedrivePolicy') => {
    const url = await bench.create('policies')
    await expect(
      bench.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { [attribute]: policy } })),
    ).rejects.toMatchObject({ message: `Value ${policy} for parameter ${attribute} is invalid. Reason: ${reason}` })
  }

  it("refuses a malformed redrive policy with AWS's reasons", async () => {
    await refused('{]', 'Redrive policy is not a valid JSON map.')
    await refused('{}', 'Redrive policy does not contain mandatory attribute: maxReceiveCount.')
    await refused('{"maxReceiveCount":1}', 'Redrive policy does not contain mandatory attribute: deadLetterTargetArn.')
    await refused('{"deadLetterTargetArn":"dummy","maxReceiveCount":42}', 'Invalid value for deadLetterTargetArn.')
    await refused(
      `{"deadLetterTargetArn":"${arnOf('x')}","maxReceiveCount":0}`,
      'Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive.',
    )
    await refused(
      `{"deadLetterTargetArn":"${arnOf('missing')}","maxReceiveCount":1}`,
      'Dead letter target does not exist.',
    )
    const fifo = await bench.createFifo('policies-dlq')
    await refused(
      `{"deadLetterTargetArn":"${arnOf(fifo)}","maxReceiveCount":1}`,
      'Dead-letter queue must be same type of queue as the source.',
    )
  })

  it('honours RedriveAllowPolicy when a source is configured and when a message would move', async () => {
    const dlq = await bench.create('allow-dlq')
    const url = await bench.create('allow-q', redriveTo(dlq))
    const allow = (policy: object) =>
      bench.sqs.send(
        new SetQueueAttributesCommand({ QueueUrl: dlq, Attributes: { RedriveAllowPolicy: JSON.stringify(policy) } }),
      )
    await allow({ redrivePermission: 'byQueue', sourceQueueArns: [arnOf(url)] })
    await expect(bench.create('allow-other', redriveTo(dlq))).rejects.toThrow('does not permit')
    await bench.create('allow-q', redriveTo(dlq))
    await allow({ redrivePermission: 'denyAll' })
    await bench.send(url, 'a')
    for (let count = 0; count < 3; count++) expect(await bench.receive(url, FREE)).toHaveLength(1)
    await refused(
      '{"redrivePermission":"some"}',
      "Amazon SQS can't create the redrive allow policy, as it’s in an unsupported format.",
      'RedriveAllowPolicy',
    )
  })
})

describe('move tasks', () => {
  const deadLetters = async (name: string, count: number): Promise<{ url: string; dlq: string }> => {
    const dlq = await bench.create(`${name}-dlq`)
    const url = await bench.create(name, redriveTo(dlq))
    for (let index = 0; index < count; index++) await bench.send(url, String(index))
    for (let index = 0; index < count; index++) await bench.receive(url, FREE)
    expect(await bench.counts(dlq)).toEqual([count, 0, 0])
    return { url, dlq }
  }
  const start = (SourceArn: string, more: object = {}) =>
    bench.sqs.send(new StartMessageMoveTaskCommand({ SourceArn, ...more }))
  const list = async (SourceArn: string) =>
    (await bench.sqs.send(new ListMessageMoveTasksCommand({ SourceArn }))).Results?.[0]

  it('SQS 15: moves messages back to their sources, as new messages, and completes', async () => {
    const { url, dlq } = await deadLetters('m15', 2)
    const [{ MessageId: deadId = '' } = {}] = await bench.receive(dlq, { VisibilityTimeout: 0 })
    await start(arnOf(dlq))
    expect(await list(arnOf(dlq))).toMatchObject({ Status: 'RUNNING', ApproximateNumberOfMessagesMoved: 0 })
    await bench.cloud.clock.advance(1_000)
    expect(await list(arnOf(dlq))).toEqual({
      Status: 'COMPLETED',
      SourceArn: arnOf(dlq),
      ApproximateNumberOfMessagesMoved: 2,
      ApproximateNumberOfMessagesToMove: 2,
      StartedTimestamp: bench.cloud.clock.now() - 1_000,
    })
    const moved = await bench.receive(url, { MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] })
    expect(bodiesOf(moved).toSorted()).toEqual(['0', '1'])
    expect(moved.map(({ MessageId }) => MessageId)).not.toContain(deadId)
    expect(moved[0]?.Attributes).toMatchObject({ ApproximateReceiveCount: '1' })
    expect(moved[0]?.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn')
  })

  it('SQS 15: moves at its rate to a destination; only one task of a source is active; cancel ends it', async () => {
    const { dlq } = await deadLetters('m15-rate', 5)
    const destination = await bench.create('m15-destination')
    const DestinationArn = arnOf(destination)
    const { TaskHandle } = await start(arnOf(dlq), { DestinationArn, MaxNumberOfMessagesPerSecond: 1 })
    await expect(start(arnOf(dlq))).rejects.toThrow(
      'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
    )
    expect(await list(arnOf(dlq))).toMatchObject({ TaskHandle, MaxNumberOfMessagesPerSecond: 1, DestinationArn })
    await bench.cloud.clock.advance(2_000)
    expect(await bench.counts(destination)).toEqual([2, 0, 0])
    const cancel = new CancelMessageMoveTaskCommand({ TaskHandle })
    expect(await bench.sqs.send(cancel)).toMatchObject({ ApproximateNumberOfMessagesMoved: 2 })
    await bench.cloud.clock.advance(10_000)
    expect(await list(arnOf(dlq))).toMatchObject({ Status: 'CANCELLED', ApproximateNumberOfMessagesMoved: 2 })
    expect(await list(arnOf(dlq))).not.toHaveProperty('TaskHandle')
  })

  it('SQS 15: fails when its destination is deleted meanwhile, and leaves the rest where it is', async () => {
    const { dlq } = await deadLetters('m15-fail', 5)
    const destination = await bench.create('m15-fail-destination')
    await start(arnOf(dlq), { DestinationArn: arnOf(destination), MaxNumberOfMessagesPerSecond: 1 })
    await bench.cloud.clock.advance(2_000)
    await bench.sqs.send(new DeleteQueueCommand({ QueueUrl: destination }))
    await bench.cloud.clock.advance(2_000)
    expect(await list(arnOf(dlq))).toMatchObject({
      Status: 'FAILED',
      FailureReason: 'AWS.SimpleQueueService.NonExistentQueue',
      ApproximateNumberOfMessagesMoved: 2,
    })
    expect(await bench.counts(dlq)).toEqual([3, 0, 0])
  })

  it('SQS 15: refuses a source that is no dead-letter queue, missing queues and unknown tasks', async () => {
    const { dlq } = await deadLetters('m15-refuse', 0)
    const plain = await bench.create('m15-plain')
    await expect(start(arnOf(plain))).rejects.toThrow('Source queue must be configured as a Dead Letter Queue.')
    await expect(start(arnOf('missing'))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "The resource that you specified for the SourceArn parameter doesn't exist.",
      $metadata: { httpStatusCode: 404 },
    })
    await expect(start(arnOf(dlq), { DestinationArn: arnOf('missing') })).rejects.toThrow(
      "The resource that you specified for the DestinationArn parameter doesn't exist.",
    )
    const cancel = (handle: object | string) =>
      bench.sqs.send(
        new CancelMessageMoveTaskCommand({ TaskHandle: Buffer.from(JSON.stringify(handle)).toString('base64') }),
      )
    await expect(cancel('x')).rejects.toThrow('Value for parameter TaskHandle is invalid.')
    await expect(cancel({ taskId: 'x', sourceArn: arnOf(dlq) })).rejects.toThrow('Task does not exist.')
  })
})
