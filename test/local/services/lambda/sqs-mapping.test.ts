import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { createFunction } from './support/function.ts'
import { createQueue, map, queueActions } from './support/queue.ts'
import { type Recorder, recorder, recording } from './support/recorder.ts'

interface Seen {
  readonly at: number
  readonly bodies: string[]
}

const note = `record({ at: Date.now(), bodies: event.Records.map(({ body }) => body) })`
const handler = (body: string) =>
  `${recording}const attempts = {}; export const handler = async (event) => { ${note}; ${body} }`

describe('an event source mapping of a queue', () => {
  let cloud: TestCloud
  const recorders: Recorder[] = []
  const newRecorder = () => {
    const made = recorder()
    recorders.push(made)
    return made
  }
  beforeAll(async () => {
    cloud = await startTestCloud()
  })
  afterAll(async () => {
    await cloud.stop()
    for (const made of recorders) made.remove()
  })

  /** A queue, a function and a mapping of one name. */
  const setUp = async (
    name: string,
    body: string,
    {
      queue: attributes = {},
      mapping = {},
      fn = {},
    }: { queue?: Record<string, string>; mapping?: object; fn?: object } = {},
  ) => {
    const queue = await createQueue(cloud, name, attributes)
    const plain = name.replace('.fifo', '')
    const records = newRecorder()
    const { Environment } = records
    await createFunction(cloud, plain, handler(body), { actions: queueActions, Environment, ...fn })
    const uuid = await map(cloud, queue.arn, plain, mapping)
    const seen = async () => {
      await cloud.clock.settle()
      return records.taken<Seen>()
    }
    return { queue, uuid, name: plain, seen }
  }
  const sleep = (ms: number) => `await new Promise((resolve) => setTimeout(resolve, ${ms}))`

  test('hands a batch over as soon as messages are there, and deletes it', async () => {
    const { queue, seen } = await setUp('simple', '')
    await queue.send('a', 'b', 'c')
    expect((await seen()).flatMap(({ bodies }) => bodies).sort()).toEqual(['a', 'b', 'c'])
    expect(await queue.count()).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
    const { journal } = cloud.kernel
    const [invoked] = journal.entries(({ kind, subject }) => kind === 'invoke' && subject.endsWith(':simple'))
    const caused = journal.entries(({ cause }) => cause !== undefined && cause === invoked?.cause)
    expect(caused.map(({ kind, subject }) => (kind === 'api' ? subject : kind))).toEqual(
      expect.arrayContaining(['sqs:ReceiveMessage', 'invoke', 'sqs:DeleteMessageBatch']),
    )
  })

  test('Lambda 1: invokes concurrently, up to MaximumConcurrency', async () => {
    const { queue, seen } = await setUp('capped', sleep(1000), {
      mapping: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
    })
    await queue.send('a', 'b', 'c', 'd')
    const start = cloud.clock.now()
    await cloud.clock.advance(5000)
    expect((await seen()).map(({ at }) => at - start)).toEqual([0, 0, 1000, 1000])
  })

  test('Lambda 1: starts with five batches at once and takes up to 300 more a minute', async () => {
    const { queue, seen } = await setUp('grows', sleep(2500), { mapping: { BatchSize: 1 } })
    await queue.send(...Array.from({ length: 20 }, (_, index) => String(index)))
    const start = cloud.clock.now()
    await cloud.clock.advance(3000)
    const starts = (await seen()).map(({ at }) => at - start)
    expect(starts.filter((at) => at === 0)).toHaveLength(5)
    expect(starts.filter((at) => at === 1000)).toHaveLength(5)
    expect(starts.filter((at) => at === 2000)).toHaveLength(5)
  })

  test('Lambda 1: a FIFO group has one batch in flight, in order; groups run beside each other', async () => {
    const { queue, seen } = await setUp('groups.fifo', sleep(1000), {
      queue: { FifoQueue: 'true', ContentBasedDeduplication: 'true' },
      mapping: { BatchSize: 1 },
    })
    const start = cloud.clock.now()
    await queue.send(
      ...['a1', 'a2', 'b1', 'b2'].map((MessageBody) => ({ MessageBody, MessageGroupId: MessageBody[0] as string })),
    )
    await cloud.clock.advance(5000)
    const order = (await seen()).map(({ at, bodies }) => `${at - start} ${bodies}`)
    expect(order.sort()).toEqual(['0 a1', '0 b1', '1000 a2', '1000 b2'])
  })

  describe('with ReportBatchItemFailures', () => {
    const reports = { FunctionResponseTypes: ['ReportBatchItemFailures'] }
    const failing = [
      '[{"itemIdentifier":""}]',
      '[{"itemIdentifier":null}]',
      '[{"id":"x"}]',
      '[{"itemIdentifier":"unknown"}]',
      '"text"',
      '[null]',
    ]

    test('Lambda 2: an empty, null, misnamed or unknown identifier and an answer that is no list or no object fail the whole batch', async () => {
      const { queue, seen } = await setUp('malformed', 'return JSON.parse(event.Records[0].body)', {
        mapping: { ...reports, BatchSize: 1 },
      })
      await queue.send(...failing.map((list) => `{"batchItemFailures":${list}}`), '"done"', '[]', '7')
      await seen()
      expect(await queue.count()).toMatchObject({ visible: 0, inFlight: failing.length + 3 })
    })

    test('Lambda 2: {}, null, an empty string, an empty list and a null list are a success', async () => {
      const { queue, seen } = await setUp('succeeds', 'return JSON.parse(event.Records[0].body)', {
        mapping: { ...reports, BatchSize: 1 },
      })
      await queue.send('{}', 'null', '""', '{"batchItemFailures":[]}', '{"batchItemFailures":null}')
      await seen()
      expect(await queue.count()).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
    })

    test('Lambda 3: deletes the messages that did not fail, and the others come back', async () => {
      const body = `return { batchItemFailures: event.Records.filter(({ body }) => body === 'bad').map(({ messageId }) => ({ itemIdentifier: messageId })) }`
      const { queue, seen } = await setUp('partial', body, {
        mapping: { ...reports, MaximumBatchingWindowInSeconds: 1 },
      })
      await queue.send('good', 'bad', 'fine')
      await cloud.clock.advance(1000)
      expect((await seen())[0]?.bodies.sort()).toEqual(['bad', 'fine', 'good'])
      expect(await queue.count()).toMatchObject({ visible: 0, inFlight: 1 })
      await cloud.clock.advance(32_000)
      expect((await seen()).map(({ bodies }) => bodies)).toEqual([['bad']])
    })

    test('Lambda 3: a FIFO group whose tail failed comes back in order, and nothing overtakes it', async () => {
      const body = `const ids = event.Records.filter(({ body }) => body !== 'a1' && !body.startsWith('b') && attempts[body] !== 2)
        for (const { body } of event.Records) attempts[body] = (attempts[body] ?? 1) + 1
        return { batchItemFailures: ids.map(({ messageId }) => ({ itemIdentifier: messageId })) }`
      const { queue, seen } = await setUp('tail.fifo', body, {
        queue: { FifoQueue: 'true', ContentBasedDeduplication: 'true' },
        mapping: reports,
      })
      const send = (...bodies: string[]) =>
        queue.send(...bodies.map((MessageBody) => ({ MessageBody, MessageGroupId: MessageBody[0] as string })))
      await send('a1', 'a2', 'a3', 'b1')
      await seen()
      await send('a4')
      await cloud.clock.advance(31_000)
      const later = (await seen()).flatMap(({ bodies }) => bodies)
      expect(later).toEqual(['a2', 'a3', 'a4'])
    })

    test('Lambda 3: a batch that fails as a whole deletes nothing and calls nothing', async () => {
      const body = 'return { batchItemFailures: event.Records.map(({ messageId }) => ({ itemIdentifier: messageId })) }'
      const { queue, uuid, seen } = await setUp('all-fail', body, { mapping: reports })
      await queue.send('a')
      await seen()
      expect(await queue.count()).toMatchObject({ inFlight: 1 })
      const { State } = await cloud.client(LambdaClient).send(new GetEventSourceMappingCommand({ UUID: uuid }))
      expect(State).toBe('Enabled')
      expect(cloud.kernel.journal.entries(({ kind }) => kind === 'refused')).toEqual([])
    })
  })

  test('Lambda 4: after an error the messages return at the end of their visibility, and then go to the DLQ', async () => {
    const dlq = await createQueue(cloud, 'errors-dlq')
    const redrive = JSON.stringify({ deadLetterTargetArn: dlq.arn, maxReceiveCount: 2 })
    const { queue, seen } = await setUp('errors', 'throw new Error("no")', {
      queue: { RedrivePolicy: redrive, VisibilityTimeout: '40' },
    })
    const start = cloud.clock.now()
    await queue.send('a')
    await cloud.clock.advance(39_000)
    expect((await seen()).map(({ at }) => at - start)).toEqual([0])
    await cloud.clock.advance(60_000)
    expect((await seen()).map(({ at }) => at - start)).toEqual([40_000])
    expect(await dlq.count()).toMatchObject({ visible: 1 })
  })

  test("Lambda 5: a queue whose visibility timeout is shorter than the function's is refused", async () => {
    const queue = await createQueue(cloud, 'short', { VisibilityTimeout: '5' })
    await createFunction(cloud, 'slow', 'export const handler = async () => {}', { Timeout: 6, actions: queueActions })
    await expect(map(cloud, queue.arn, 'slow')).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'Queue visibility timeout: 5 seconds is less than Function timeout: 6 seconds',
    })
  })

  test('Lambda 6: messages that no filter fits are deleted, record by record', async () => {
    const { queue, seen } = await setUp('filtered', '', {
      mapping: {
        FilterCriteria: { Filters: [{ Pattern: '{"body":{"kind":["wanted"]}}' }, { Pattern: '{"body":["plain"]}' }] },
      },
    })
    await queue.send('{"kind":"wanted"}', '{"kind":"other"}', 'plain', 'text')
    expect((await seen()).flatMap(({ bodies }) => bodies).sort()).toEqual(['plain', '{"kind":"wanted"}'])
    expect(await queue.count()).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
  })

  test('Lambda 7: BatchSize above 10 needs a window; the window gathers a batch across receives', async () => {
    const { queue, uuid, seen } = await setUp('window', '', {
      mapping: { BatchSize: 25, MaximumBatchingWindowInSeconds: 20 },
    })
    const start = cloud.clock.now()
    await queue.send(...Array.from({ length: 30 }, (_, index) => String(index)))
    expect((await seen()).map(({ bodies }) => bodies.length)).toEqual([25])
    await cloud.clock.advance(30_000)
    expect((await seen()).map(({ at, bodies }) => [at - start, bodies.length])).toEqual([[20_000, 5]])
    const update = (input: object) =>
      cloud.client(LambdaClient).send(new UpdateEventSourceMappingCommand({ UUID: uuid, ...input }))
    await expect(update({ MaximumBatchingWindowInSeconds: 0 })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    })
  })

  test('Lambda 7: FIFO queues take at most 10; the default is 10', async () => {
    const { queue, uuid } = await setUp('most.fifo', '', { queue: { FifoQueue: 'true' } })
    const lambda = cloud.client(LambdaClient)
    expect((await lambda.send(new GetEventSourceMappingCommand({ UUID: uuid }))).BatchSize).toBe(10)
    await expect(map(cloud, queue.arn, 'simple', { BatchSize: 11 })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    })
  })

  test('Lambda 8: a second mapping of the same queue and function is a conflict that names the first', async () => {
    const { queue, uuid } = await setUp('twice', '')
    await expect(map(cloud, queue.arn, 'twice')).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message: expect.stringContaining(`UUID ${uuid}`),
    })
  })

  test("Lambda 9: a record has the shape of AWS's", async () => {
    const source = `${recording}export const handler = async (event) => { record(event) }`
    const records = newRecorder()
    const queue = await createQueue(cloud, 'shape')
    await createFunction(cloud, 'shape', source, { actions: queueActions, Environment: records.Environment })
    await map(cloud, queue.arn, 'shape')
    await queue.send({ MessageBody: 'hello', MessageAttributes: { Kind: { DataType: 'String', StringValue: 'x' } } })
    await cloud.clock.settle()
    expect(records.taken()).toEqual([
      {
        Records: [
          {
            messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
            receiptHandle: expect.any(String),
            body: 'hello',
            attributes: {
              ApproximateReceiveCount: '1',
              SentTimestamp: String(cloud.clock.now()),
              SenderId: expect.any(String),
              ApproximateFirstReceiveTimestamp: String(cloud.clock.now()),
            },
            messageAttributes: {
              Kind: { stringValue: 'x', stringListValues: [], binaryListValues: [], dataType: 'String' },
            },
            md5OfMessageAttributes: expect.any(String),
            md5OfBody: '5d41402abc4b2a76b9719d911017c592',
            eventSource: 'aws:sqs',
            eventSourceARN: queue.arn,
            awsRegion: 'us-east-1',
          },
        ],
      },
    ])
  })

  test('Lambda 12: reserved concurrency 0 throttles the mapping; its messages come back and nothing runs', async () => {
    const { queue, name, seen } = await setUp('throttled', '')
    const lambda = cloud.client(LambdaClient)
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: 0 }))
    await queue.send('a')
    await cloud.clock.advance(29_000)
    expect(await seen()).toEqual([])
    expect(await queue.count()).toMatchObject({ inFlight: 1 })
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: 5 }))
    await cloud.clock.advance(5_000)
    expect((await seen()).map(({ bodies }) => bodies)).toEqual([['a']])
  })

  test('Lambda 13: a mapping is Creating, then Enabled; a disabled one takes nothing; a deleted one is gone', async () => {
    const { queue, name, seen } = await setUp('states', '')
    const lambda = cloud.client(LambdaClient)
    const other = await createQueue(cloud, 'states-other')
    const created = await lambda.send(
      new CreateEventSourceMappingCommand({ EventSourceArn: other.arn, FunctionName: name }),
    )
    expect(created).toMatchObject({
      State: 'Creating',
      StateTransitionReason: 'USER_INITIATED',
      $metadata: { httpStatusCode: 202 },
    })
    const UUID = created.UUID as string
    const state = async () => {
      await cloud.clock.settle()
      return (await lambda.send(new GetEventSourceMappingCommand({ UUID }))).State
    }
    expect(await state()).toBe('Enabled')
    expect((await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }))).State).toBe('Disabling')
    expect(await state()).toBe('Disabled')
    await other.send('waits')
    expect(await seen()).toEqual([])
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }))
    expect((await seen()).map(({ bodies }) => bodies)).toEqual([['waits']])
    expect((await lambda.send(new DeleteEventSourceMappingCommand({ UUID }))).State).toBe('Deleting')
    await expect(state()).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    expect(await queue.count()).toMatchObject({ visible: 0 })
  })

  test('Lambda 13: a mapping that still deals with what it took changes no further', async () => {
    const { queue, uuid: UUID } = await setUp('in-use', sleep(2_000))
    const lambda = cloud.client(LambdaClient)
    await queue.send('a')
    await cloud.clock.settle()
    expect((await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }))).State).toBe('Disabling')
    await expect(lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }))).rejects.toMatchObject({
      name: 'ResourceInUseException',
      message: 'Cannot update the event source mapping because it is in use.',
      $metadata: { httpStatusCode: 400 },
    })
    await expect(lambda.send(new DeleteEventSourceMappingCommand({ UUID }))).rejects.toThrow(
      'Cannot delete the event source mapping because it is in use.',
    )
    await cloud.clock.advance(2_000)
    await lambda.send(new DeleteEventSourceMappingCommand({ UUID }))
  })

  test('a mapping that is told to counts its events', async () => {
    const { queue, uuid, seen } = await setUp(
      'counted',
      `if (event.Records[0].body === 'fails') throw new Error('no')`,
      {
        queue: { VisibilityTimeout: '3' },
        mapping: {
          BatchSize: 1,
          FilterCriteria: { Filters: [{ Pattern: '{"body":["fits","fails"]}' }] },
          MetricsConfig: { Metrics: ['EventCount'] },
        },
      },
    )
    const start = cloud.clock.now()
    await queue.send('fits', 'other', 'fails')
    expect(await seen()).toHaveLength(2)
    const sum = async (MetricName: string) => {
      const { Datapoints = [] } = await cloud.client(CloudWatchClient).send(
        new GetMetricStatisticsCommand({
          Namespace: 'AWS/Lambda',
          MetricName,
          Dimensions: [{ Name: 'EventSourceMappingUUID', Value: uuid }],
          StartTime: new Date(start),
          EndTime: new Date(start + 60_000),
          Period: 60,
          Statistics: ['Sum'],
        }),
      )
      return Datapoints[0]?.Sum
    }
    const names = ['Polled', 'FilteredOut', 'Invoked', 'FailedInvoke', 'Deleted'].map((name) => `${name}EventCount`)
    expect(await Promise.all(names.map(sum))).toEqual([3, 1, 2, 1, 1])
    await expect(
      map(cloud, queue.arn, 'counted:$LATEST', { MetricsConfig: { Metrics: ['Some' as 'EventCount'] } }),
    ).rejects.toThrow(
      "Value '[Some]' at 'metricsConfig.metrics' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [EventCount, ErrorCount, KafkaMetrics], Member must not be null]",
    )
  })

  test('Lambda 14: a thousand messages need no time of the clock', async () => {
    const { queue, seen } = await setUp('thousand', '')
    const start = cloud.clock.now()
    await queue.send(...Array.from({ length: 1000 }, (_, index) => String(index)))
    const batches = await seen()
    expect(new Set(batches.flatMap(({ bodies }) => bodies)).size).toBe(1000)
    expect(cloud.clock.now()).toBe(start)
  })

  test("Lambda 15: the poller reads as the function's role, which must be allowed to", async () => {
    const queue = await createQueue(cloud, 'denied')
    await createFunction(cloud, 'denied', 'export const handler = async () => {}', { actions: ['sqs:DeleteMessage'] })
    await expect(map(cloud, queue.arn, 'denied')).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The provided execution role does not have permissions to call ReceiveMessage on SQS',
    })
  })
})
