import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  type StreamViewType,
} from '@aws-sdk/client-dynamodb'
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams'
import { GetEventSourceMappingCommand, LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda'
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { createFunction } from './support/function.ts'
import { createQueue, map } from './support/queue.ts'
import { type Recorder, recorder, recording } from './support/recorder.ts'

interface Seen {
  readonly at: number
  /** `pk=v` of each record. */
  readonly items: string[]
}

const streamActions = [
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:DescribeStream',
  'dynamodb:ListStreams',
  's3:PutObject',
  'sqs:SendMessage',
]
const note = `const items = event.Records.map(({ dynamodb: { NewImage: { pk, v } } }) => pk.S + '=' + v.S)
  record({ at: Date.now(), items })`

describe('an event source mapping of a stream', () => {
  let cloud: TestCloud
  let db: DynamoDBClient
  const recorders: Recorder[] = []
  beforeAll(async () => {
    cloud = await startTestCloud()
    db = cloud.client(DynamoDBClient)
  })
  afterAll(async () => {
    await cloud.stop()
    for (const made of recorders) made.remove()
  })

  const createTable = async (TableName: string, view: StreamViewType = 'NEW_AND_OLD_IMAGES') => {
    const { TableDescription } = await db.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        StreamSpecification: { StreamEnabled: true, StreamViewType: view },
      }),
    )
    await cloud.clock.advance(60_000)
    return TableDescription?.LatestStreamArn as string
  }
  const put = (TableName: string, pk: string, v: string) =>
    db.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, v: { S: v } } }))
  /** Writes items at once: they are all in the stream before anything reads it. */
  const putAll = (TableName: string, ...items: string[]) =>
    db.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [TableName]: items.map((item) => {
            const [pk = '', v = ''] = item.split('=')
            return { PutRequest: { Item: { pk: { S: pk }, v: { S: v } } } }
          }),
        },
      }),
    )

  /** A table with a stream, a function and a mapping of one name. */
  const setUp = async (name: string, body: string, mapping: object = {}) => {
    const stream = await createTable(name)
    const records = recorder()
    recorders.push(records)
    const source = `${recording}export const handler = async (event) => { ${note}; ${body} }`
    await createFunction(cloud, name, source, { actions: streamActions, Environment: records.Environment, Timeout: 60 })
    const uuid = await map(cloud, stream, name, { StartingPosition: 'TRIM_HORIZON', ...mapping })
    const seen = async () => {
      await cloud.clock.settle()
      return records.taken<Seen>()
    }
    return { seen, uuid, stream }
  }
  const readAll = async (StreamArn: string) => {
    const streams = cloud.client(DynamoDBStreamsClient)
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }))
    const oldest = { ShardId: StreamDescription?.Shards?.[0]?.ShardId, ShardIteratorType: 'TRIM_HORIZON' as const }
    const { ShardIterator } = await streams.send(new GetShardIteratorCommand({ StreamArn, ...oldest }))
    return (await streams.send(new GetRecordsCommand({ ShardIterator }))).Records ?? []
  }
  const batches = (seen: Seen[]) => seen.map(({ items }) => items)
  const failsOn = (value: string) => `if (items.some((item) => item.endsWith('${value}'))) throw new Error('no')`

  test('hands records over in the order of their writes, as AWS shapes them', async () => {
    const stream = await createTable('shapes')
    const records = recorder()
    recorders.push(records)
    await createFunction(cloud, 'shapes', `${recording}export const handler = async (event) => { record(event) }`, {
      actions: streamActions,
      Environment: records.Environment,
    })
    await map(cloud, stream, 'shapes', { StartingPosition: 'LATEST' })
    await put('shapes', 'a', '1')
    await cloud.clock.settle()
    expect(records.taken()).toEqual([
      {
        Records: [
          {
            eventID: expect.any(String),
            eventName: 'INSERT',
            eventVersion: '1.1',
            eventSource: 'aws:dynamodb',
            awsRegion: 'us-east-1',
            dynamodb: {
              ApproximateCreationDateTime: Math.floor(cloud.clock.now() / 1000),
              Keys: { pk: { S: 'a' } },
              NewImage: { pk: { S: 'a' }, v: { S: '1' } },
              SequenceNumber: expect.any(String),
              SizeBytes: expect.any(Number),
              StreamViewType: 'NEW_AND_OLD_IMAGES',
            },
            eventSourceARN: stream,
          },
        ],
      },
    ])
  })

  test('a mapping that stood still for longer than the stream keeps records goes on at the oldest that is there', async () => {
    const { seen, uuid, stream } = await setUp('outage', '')
    await put('outage', 'a', '1')
    expect(batches(await seen())).toEqual([['a=1']])
    const lambda = cloud.client(LambdaClient)
    const enable = (Enabled: boolean) => lambda.send(new UpdateEventSourceMappingCommand({ UUID: uuid, Enabled }))
    await enable(false)
    await cloud.clock.advance(60_000)
    await put('outage', 'b', '1')
    await cloud.clock.advance(25 * 3_600_000)
    // Whoever reads finds b gone; its shard goes as the next one is opened.
    expect(await readAll(stream)).toEqual([])
    await put('outage', 'c', '1')
    await enable(true)
    await cloud.clock.advance(60_000)
    expect(batches(await seen())).toEqual([['c=1']])
  })

  test('LATEST takes what comes after the mapping, TRIM_HORIZON what the stream holds', async () => {
    const stream = await createTable('positions')
    await putAll('positions', 'a=1', 'b=2')
    const seen: Record<string, () => Promise<string[][]>> = {}
    for (const position of ['LATEST', 'TRIM_HORIZON'] as const) {
      const records = recorder()
      recorders.push(records)
      const name = `from-${position}`
      await createFunction(cloud, name, `${recording}export const handler = async (event) => { ${note} }`, {
        actions: streamActions,
        Environment: records.Environment,
      })
      await map(cloud, stream, name, { StartingPosition: position })
      seen[position] = async () => {
        await cloud.clock.settle()
        return batches(records.taken<Seen>())
      }
    }
    await put('positions', 'c', '3')
    expect((await seen.LATEST?.())?.flat()).toEqual(['c=3'])
    expect((await seen.TRIM_HORIZON?.())?.flat()).toEqual(['a=1', 'b=2', 'c=3'])
  })

  test('Lambda 7: the default batch is 100; a window gathers records until it is full or over', async () => {
    const { seen, uuid } = await setUp('windowed', '', { MaximumBatchingWindowInSeconds: 10, BatchSize: 3 })
    const start = cloud.clock.now()
    await putAll('windowed', 'a=1', 'b=2', 'c=3', 'd=4')
    expect(batches(await seen())).toHaveLength(1)
    await cloud.clock.advance(10_000)
    expect((await seen()).map(({ at, items }) => [at - start, items.length])).toEqual([[10_000, 1]])
    const lambda = cloud.client(LambdaClient)
    expect(await lambda.send(new GetEventSourceMappingCommand({ UUID: uuid }))).toMatchObject({
      BatchSize: 3,
      LastProcessingResult: 'OK',
      StateTransitionReason: 'User action',
      MaximumRetryAttempts: -1,
    })
  })

  test('Lambda 10: a failing batch blocks what comes after it, and is tried again with growing waits', async () => {
    const { seen } = await setUp('blocks', failsOn('bad'), { BatchSize: 1 })
    const start = cloud.clock.now()
    await putAll('blocks', 'a=bad')
    await putAll('blocks', 'b=good')
    await cloud.clock.advance(8_000)
    expect((await seen()).map(({ at, items }) => [at - start, ...items])).toEqual([
      [0, 'a=bad'],
      [1_000, 'a=bad'],
      [3_000, 'a=bad'],
      [7_000, 'a=bad'],
    ])
  })

  test('Lambda 10: after MaximumRetryAttempts the batch is skipped, and its place is told to the destination', async () => {
    const dlq = await createQueue(cloud, 'stream-failures')
    const { seen, stream } = await setUp('exhausts', failsOn('bad'), {
      BatchSize: 1,
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: dlq.arn } },
    })
    await putAll('exhausts', 'a=bad')
    await putAll('exhausts', 'b=good')
    await cloud.clock.advance(10_000)
    expect(batches(await seen())).toEqual([['a=bad'], ['a=bad'], ['a=bad'], ['b=good']])
    const { Messages = [] } = await cloud.client(SQSClient).send(new ReceiveMessageCommand({ QueueUrl: dlq.url }))
    expect(JSON.parse(Messages[0]?.Body ?? '')).toMatchObject({
      requestContext: {
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:exhausts',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      DDBStreamBatchInfo: { batchSize: 1, streamArn: stream, shardId: expect.stringMatching(/^shardId-/) },
    })
    expect(Messages[0]?.Body).not.toContain('NewImage')
  })

  test('Lambda 10: a bucket gets the given-up records themselves, as an object by mapping, shard and time', async () => {
    const s3 = cloud.client(S3Client)
    await s3.send(new CreateBucketCommand({ Bucket: 'given-up' }))
    const { uuid } = await setUp('to-bucket', failsOn('bad'), {
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::given-up' } },
    })
    await putAll('to-bucket', 'a=bad')
    await cloud.clock.settle()
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'given-up' }))
    const { Key = '' } = Contents[0] ?? {}
    const time = new Date(cloud.clock.now()).toISOString().slice(0, 19).replaceAll(':', '.')
    expect(Key).toMatch(
      new RegExp(`^aws/lambda/${uuid}/shardId-[^/]+/${time.slice(0, 10).replaceAll('-', '/')}/${time}-[0-9a-f-]{36}$`),
    )
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'given-up', Key }))
    const record = JSON.parse((await Body?.transformToString()) ?? '') as { payload: string }
    expect(record).toMatchObject({ requestContext: { condition: 'RetryAttemptsExhausted' } })
    expect(JSON.parse(record.payload)).toMatchObject({ Records: [{ dynamodb: { Keys: { pk: { S: 'a' } } } }] })
  })

  test('Lambda 10: records older than MaximumRecordAgeInSeconds are given up', async () => {
    const dlq = await createQueue(cloud, 'stream-old')
    const { seen } = await setUp('ages', failsOn('bad'), {
      MaximumRecordAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: dlq.arn } },
    })
    await put('ages', 'a', 'bad')
    await cloud.clock.advance(200_000)
    await put('ages', 'b', 'good')
    expect(batches(await seen()).at(-1)).toEqual(['b=good'])
    const { Messages = [] } = await cloud.client(SQSClient).send(new ReceiveMessageCommand({ QueueUrl: dlq.url }))
    expect(JSON.parse(Messages[0]?.Body ?? '')).toMatchObject({ requestContext: { condition: 'RecordAgeExceeded' } })
  })

  test('Lambda 10: bisecting finds the record that fails, and splits are no attempts', async () => {
    const { seen } = await setUp('bisects', failsOn('bad'), {
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 1,
    })
    await putAll('bisects', 'a=1', 'b=2', 'c=bad', 'd=4')
    await cloud.clock.advance(10_000)
    const all = batches(await seen())
    expect(all[0]).toHaveLength(4)
    expect(all.filter((items) => items.length === 1 && items[0] === 'c=bad')).toHaveLength(2)
    expect(
      all
        .filter((items) => !items.includes('c=bad'))
        .flat()
        .sort(),
    ).toEqual(['a=1', 'b=2', 'd=4'])
  })

  test('Lambda 10: with ReportBatchItemFailures the batch goes on at the first record that failed', async () => {
    const body = `const bad = event.Records.find(({ dynamodb }) => dynamodb.NewImage.v.S === 'bad')
      return { batchItemFailures: bad ? [{ itemIdentifier: bad.dynamodb.SequenceNumber }] : [] }`
    const dlq = await createQueue(cloud, 'stream-partial')
    const { seen } = await setUp('partial', body, {
      MaximumRetryAttempts: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: dlq.arn } },
    })
    await putAll('partial', 'a=1', 'b=bad', 'c=3')
    await cloud.clock.advance(10_000)
    const all = batches(await seen())
    expect(all[0]?.toSorted()).toEqual(['a=1', 'b=bad', 'c=3'])
    expect(all[1]?.[0]).toBe('b=bad')
    expect(await dlq.count()).toMatchObject({ visible: 1 })
  })

  test('Lambda 10: lanes of a parallelized shard keep the order of each item', async () => {
    const { seen, uuid } = await setUp('lanes', 'await new Promise((resolve) => setTimeout(resolve, 1000))', {
      ParallelizationFactor: 4,
      BatchSize: 1,
    })
    const start = cloud.clock.now()
    for (const v of ['1', '2', '3']) await putAll('lanes', `a=${v}`, `b=${v}`, `c=${v}`, `d=${v}`)
    await cloud.clock.advance(20_000)
    const all = await seen()
    for (const pk of ['a', 'b', 'c', 'd'])
      expect(all.flatMap(({ items }) => items).filter((item) => item.startsWith(pk))).toEqual([
        `${pk}=1`,
        `${pk}=2`,
        `${pk}=3`,
      ])
    expect(all.filter(({ at }) => at === start).length).toBeGreaterThan(1)
    await cloud.client(LambdaClient).send(new UpdateEventSourceMappingCommand({ UUID: uuid, ParallelizationFactor: 1 }))
    const later = cloud.clock.now()
    await putAll('lanes', 'a=4', 'b=4', 'c=4')
    await cloud.clock.advance(20_000)
    expect((await seen()).map(({ at }) => at - later)).toEqual([0, 1000, 2000])
  })

  test('Lambda 6: records that no filter fits are passed over', async () => {
    const { seen } = await setUp('filters', '', {
      FilterCriteria: { Filters: [{ Pattern: '{"dynamodb":{"NewImage":{"v":{"S":["wanted"]}}}}' }] },
    })
    await putAll('filters', 'a=wanted', 'b=other', 'c=wanted')
    await put('filters', 'd', 'wanted')
    expect(
      batches(await seen())
        .flat()
        .sort(),
    ).toEqual(['a=wanted', 'c=wanted', 'd=wanted'])
  })

  test('Lambda 13: a disabled mapping stands still and goes on where it stopped', async () => {
    const { seen, uuid } = await setUp('stands', '')
    const lambda = cloud.client(LambdaClient)
    await put('stands', 'a', '1')
    expect(batches(await seen())).toEqual([['a=1']])
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID: uuid, Enabled: false }))
    await cloud.clock.settle()
    await put('stands', 'b', '2')
    expect(await seen()).toEqual([])
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID: uuid, Enabled: true }))
    expect(batches(await seen())).toEqual([['b=2']])
  })

  test('a stream is read on into the shards that follow', async () => {
    const { seen } = await setUp('shards', '')
    for (const v of ['1', '2', '3']) {
      await put('shards', 'a', v)
      await cloud.clock.advance(5 * 3_600_000)
    }
    expect(batches(await seen()).flat()).toEqual(['a=1', 'a=2', 'a=3'])
  })

  test('settings of queues are refused', async () => {
    const stream = await createTable('refuses')
    await createFunction(cloud, 'refuses', 'export const handler = async () => {}', { actions: streamActions })
    const refused = (settings: object) => expect(map(cloud, stream, 'refuses', settings)).rejects
    await refused({ StartingPosition: 'LATEST', ScalingConfig: { MaximumConcurrency: 2 } }).toMatchObject({
      name: 'InvalidParameterValueException',
    })
    await refused({}).toMatchObject({ name: 'InvalidParameterValueException' })
    const moment = { StartingPositionTimestamp: new Date() }
    await refused({ StartingPosition: 'LATEST', ...moment }).toMatchObject({
      message: 'Timestamp only valid with StartingPosition AT_TIMESTAMP',
    })
    await refused({ StartingPosition: 'AT_TIMESTAMP', ...moment }).toMatchObject({
      message: `Unsupported starting position for arn type: ${stream}`,
    })
    await refused({ StartingPosition: 'SOON' }).toMatchObject({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value 'SOON' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]",
    })
    const made = await map(cloud, stream, 'refuses', { StartingPosition: 'LATEST' })
    await refused({ StartingPosition: 'LATEST' }).toMatchObject({
      name: 'ResourceConflictException',
      message: `The event source arn (" ${stream} ") and function (" refuses ") provided mapping already exists. Please update or delete the existing mapping with UUID ${made}`,
    })
  })
})

test('Lambda 13: a restarted cloud that keeps its tables goes on where each mapping was', async () => {
  const persist = mkdtempSync(join(tmpdir(), 'penstock-test-'))
  const records = recorder()
  onTestFinished(() => {
    rmSync(persist, { recursive: true, force: true })
    records.remove()
  })
  let stream = ''
  for (const [round, before, after] of [
    [1, [], ['a', 'b']],
    [2, ['c'], ['d']],
  ] as const) {
    const cloud = await startTestCloud({ persist })
    const db = cloud.client(DynamoDBClient)
    const put = (pk: string) =>
      db.send(new PutItemCommand({ TableName: 'kept', Item: { pk: { S: pk }, v: { S: '' } } }))
    if (round === 1) {
      const { TableDescription } = await db.send(
        new CreateTableCommand({
          TableName: 'kept',
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
        }),
      )
      stream = TableDescription?.LatestStreamArn as string
      await cloud.clock.advance(60_000)
    }
    for (const pk of before) await put(pk)
    await createFunction(cloud, 'kept', `${recording}export const handler = async (event) => { ${note} }`, {
      actions: streamActions,
      Environment: records.Environment,
    })
    await map(cloud, stream, 'kept', { StartingPosition: 'LATEST' })
    for (const pk of after) await put(pk)
    await cloud.clock.settle()
    await cloud.stop()
  }
  expect(records.taken<Seen>().flatMap(({ items }) => items)).toEqual(['a=', 'b=', 'c=', 'd='])
})
