import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge'
import {
  type DestinationConfig,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda'
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { ReceiveMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { createFunction } from './support/function.ts'
import { createQueue, type TestQueue } from './support/queue.ts'
import { type Recorder, recorder, recording } from './support/recorder.ts'

describe('an asynchronous invocation', () => {
  let cloud: TestCloud
  let lambda: LambdaClient
  const recorders: Recorder[] = []
  beforeAll(async () => {
    cloud = await startTestCloud()
    lambda = cloud.client(LambdaClient)
  })
  afterAll(async () => {
    await cloud.stop()
    for (const made of recorders) made.remove()
  })

  const setUp = async (name: string, body: string, config: object = {}) => {
    const records = recorder()
    recorders.push(records)
    const source = `${recording}export const handler = async (event, { awsRequestId }) => { record([Date.now(), awsRequestId]); ${body} }`
    const arn = await createFunction(cloud, name, source, {
      actions: ['sqs:SendMessage'],
      Environment: records.Environment,
      ...config,
    })
    const start = cloud.clock.now()
    const times = async () => {
      await cloud.clock.settle()
      return records.taken<[number, string]>().map(([at]) => at - start)
    }
    return { arn, times, records }
  }
  const send = (FunctionName: string, event: unknown = { n: 1 }) =>
    lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(event) }))
  const messages = async (queue: TestQueue) =>
    (
      await cloud
        .client(SQSClient)
        .send(new ReceiveMessageCommand({ QueueUrl: queue.url, MessageAttributeNames: ['All'] }))
    ).Messages ?? []

  test('is accepted with 202 and no payload, and runs', async () => {
    const { times } = await setUp('accepted', '')
    expect(await send('accepted')).toMatchObject({ StatusCode: 202 })
    expect(await times()).toEqual([0])
  })

  test('Lambda 11: is tried again after one and two minutes under the same request id, then dead-lettered as it was sent', async () => {
    const dlq = await createQueue(cloud, 'async-dlq')
    const { times, records } = await setUp('fails', 'throw new TypeError("no")', {
      DeadLetterConfig: { TargetArn: dlq.arn },
    })
    await send('fails', { order: 7 })
    await cloud.clock.advance(59_999)
    const first = records.taken<[number, string]>()
    await cloud.clock.advance(3_600_000)
    expect(await times()).toEqual([60_000, 180_000])
    const [message] = await messages(dlq)
    expect(message?.Body).toBe('{"order":7}')
    expect(message?.MessageAttributes).toMatchObject({
      RequestID: { StringValue: first[0]?.[1] },
      ErrorCode: { StringValue: '200', DataType: 'Number' },
      ErrorMessage: { StringValue: 'no' },
    })
  })

  test('Lambda 11: MaximumRetryAttempts and the failure destination of its configuration are honoured', async () => {
    const failures = await createQueue(cloud, 'async-failures')
    const { arn, times } = await setUp('configured', 'throw new TypeError("no")')
    await lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: 'configured',
        MaximumRetryAttempts: 1,
        DestinationConfig: { OnFailure: { Destination: failures.arn } },
      }),
    )
    await send('configured')
    await cloud.clock.advance(3_600_000)
    expect(await times()).toEqual([0, 60_000])
    expect(JSON.parse((await messages(failures))[0]?.Body ?? '')).toMatchObject({
      version: '1.0',
      timestamp: expect.any(String),
      requestContext: { functionArn: `${arn}:$LATEST`, condition: 'RetriesExhausted', approximateInvokeCount: 2 },
      requestPayload: { n: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'TypeError', errorMessage: 'no' },
    })
  })

  test('Lambda 11: a failure may go to a bucket, a success may not; events are counted as they come and as they wait', async () => {
    const s3 = cloud.client(S3Client)
    await s3.send(new CreateBucketCommand({ Bucket: 'failures' }))
    const arn = await createFunction(
      cloud,
      'to-bucket',
      `export const handler = async () => { throw new Error('no') }`,
      {
        actions: ['s3:PutObject'],
      },
    )
    const Destination = 'arn:aws:s3:::failures'
    const configure = (DestinationConfig: DestinationConfig) =>
      lambda.send(
        new PutFunctionEventInvokeConfigCommand({
          FunctionName: 'to-bucket',
          MaximumRetryAttempts: 1,
          DestinationConfig,
        }),
      )
    await expect(configure({ OnSuccess: { Destination } })).rejects.toThrow(
      `The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=${Destination}), onFailure=null) is invalid.`,
    )
    await configure({ OnFailure: { Destination } })
    const start = cloud.clock.now()
    await send('to-bucket')
    await cloud.clock.advance(60_000)
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'failures' }))
    const { Key = '' } = Contents[0] ?? {}
    expect(Key).toMatch(/^aws\/lambda\/async\/to-bucket\/\d{4}\/\d\d\/\d\d\/[\dT.-]{19}-[0-9a-f-]{36}$/)
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'failures', Key }))
    expect(JSON.parse((await Body?.transformToString()) ?? '')).toMatchObject({
      requestContext: { functionArn: `${arn}:$LATEST`, condition: 'RetriesExhausted' },
      requestPayload: { n: 1 },
    })
    const metric = async (MetricName: string, Statistic: 'Sum' | 'Maximum') => {
      const { Datapoints = [] } = await cloud.client(CloudWatchClient).send(
        new GetMetricStatisticsCommand({
          Namespace: 'AWS/Lambda',
          MetricName,
          Dimensions: [{ Name: 'FunctionName', Value: 'to-bucket' }],
          StartTime: new Date(start),
          EndTime: new Date(start + 3_600_000),
          Period: 3600,
          Statistics: [Statistic],
        }),
      )
      return Datapoints[0]?.[Statistic]
    }
    expect(await metric('AsyncEventsReceived', 'Sum')).toBe(1)
    expect(await metric('AsyncEventAge', 'Maximum')).toBe(60_000)
    expect(await metric('AsyncEventsDropped', 'Sum')).toBe(1)
  })

  test('Lambda 11: a success goes to the success destination', async () => {
    const successes = await createQueue(cloud, 'async-successes')
    await setUp('succeeds', 'return { done: true }')
    await lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: 'succeeds',
        DestinationConfig: { OnSuccess: { Destination: successes.arn } },
      }),
    )
    await send('succeeds')
    await cloud.clock.settle()
    expect(JSON.parse((await messages(successes))[0]?.Body ?? '')).toMatchObject({
      requestContext: { condition: 'Success', approximateInvokeCount: 1 },
      responsePayload: { done: true },
    })
  })

  test('Lambda 11: destinations are topics, functions and buses, too', async () => {
    const inbox = await createQueue(cloud, 'async-inbox')
    const sns = cloud.client(SNSClient)
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'ended' }))
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: inbox.arn }],
    })
    await cloud.client(SQSClient).send(new SetQueueAttributesCommand({ QueueUrl: inbox.url, Attributes: { Policy } }))
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'sqs',
        Endpoint: inbox.arn,
        Attributes: { RawMessageDelivery: 'true' },
      }),
    )
    const events = cloud.client(EventBridgeClient)
    const bus = await events.send(new CreateEventBusCommand({ Name: 'ended' }))
    const EventPattern = JSON.stringify({
      source: ['lambda'],
      'detail-type': ['Lambda Function Invocation Result - Success'],
    })
    await events.send(new PutRuleCommand({ Name: 'ended', EventBusName: 'ended', EventPattern }))
    await events.send(
      new PutTargetsCommand({ Rule: 'ended', EventBusName: 'ended', Targets: [{ Id: 'q', Arn: inbox.arn }] }),
    )
    const next = await setUp('takes-over', '')
    const actions = ['sns:Publish', 'lambda:InvokeFunction', 'events:PutEvents']
    for (const [name, Destination] of [
      ['to-topic', TopicArn],
      ['to-function', next.arn],
      ['to-bus', bus.EventBusArn],
    ] as const) {
      await createFunction(
        cloud,
        name,
        'export const handler = async () => ({ by: process.env.AWS_LAMBDA_FUNCTION_NAME })',
        { actions },
      )
      await lambda.send(
        new PutFunctionEventInvokeConfigCommand({
          FunctionName: name,
          DestinationConfig: { OnSuccess: { Destination } },
        }),
      )
      await send(name)
      await cloud.clock.settle()
    }
    expect(next.records.taken()).toHaveLength(1)
    const bodies = [...(await messages(inbox)), ...(await messages(inbox))].map(
      ({ Body = '' }) => JSON.parse(Body) as Record<string, unknown>,
    )
    expect(bodies.find(({ responsePayload }) => responsePayload)).toMatchObject({ responsePayload: { by: 'to-topic' } })
    expect(bodies.find(({ source }) => source === 'lambda')).toMatchObject({
      resources: [bus.EventBusArn, 'arn:aws:lambda:us-east-1:000000000000:function:to-bus:$LATEST'],
      detail: { responsePayload: { by: 'to-bus' } },
    })
  })

  test('Lambda 12: throttles are no attempts; the event waits with growing pauses until its maximum age', async () => {
    const failures = await createQueue(cloud, 'async-old')
    const { times } = await setUp('throttled', '')
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'throttled', ReservedConcurrentExecutions: 0 }))
    await lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: 'throttled',
        MaximumEventAgeInSeconds: 120,
        DestinationConfig: { OnFailure: { Destination: failures.arn } },
      }),
    )
    const start = cloud.clock.now()
    await send('throttled')
    const fired = await cloud.clock.advance(200_000)
    const retries = fired.filter(({ label }) => label.startsWith('lambda throttled')).map(({ at }) => at - start)
    expect(retries).toEqual([1_000, 3_000, 7_000, 15_000, 31_000, 63_000, 120_000])
    expect(await times()).toEqual([])
    const record = JSON.parse((await messages(failures))[0]?.Body ?? '') as { requestContext: object }
    expect(record.requestContext).toMatchObject({ condition: 'EventAgeExceeded', approximateInvokeCount: 0 })
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'throttled', ReservedConcurrentExecutions: 1 }))
    await send('throttled')
    expect(await times()).toHaveLength(1)
  })

  test('Lambda 12: reserved concurrency throttles a synchronous invocation with its reason', async () => {
    await setUp('reserved', '')
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'reserved', ReservedConcurrentExecutions: 0 }))
    await expect(lambda.send(new InvokeCommand({ FunctionName: 'reserved' }))).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      $metadata: { httpStatusCode: 429 },
    })
  })

  test('reserved concurrency leaves 100 for the others', async () => {
    const reserve = (ReservedConcurrentExecutions: number) =>
      lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'reserved', ReservedConcurrentExecutions }))
    await expect(reserve(901)).rejects.toMatchObject({ name: 'InvalidParameterValueException' })
  })

  test("limits of its configuration are AWS's", async () => {
    const put = (input: object) =>
      expect(lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName: 'reserved', ...input }))).rejects
    await put({}).toMatchObject({ message: 'You must specify at least one of error handling or destination setting.' })
    const OnFailure = { Destination: 'arn:aws:lambda:us-east-1:000000000000:function:reserved' }
    await put({ DestinationConfig: { OnFailure } }).toMatchObject({
      message: "You can't specify the function as a destination for itself.",
    })
    const denied = { Destination: 'arn:aws:sns:us-east-1:000000000000:t' }
    await put({ DestinationConfig: { OnFailure: denied } }).toMatchObject({
      message: expect.stringMatching(/execution role does not have permissions to call Publish on arn:aws:sns/),
    })
    await put({ MaximumRetryAttempts: 3 }).toMatchObject({ name: 'ValidationException' })
    await put({ MaximumEventAgeInSeconds: 59 }).toMatchObject({ name: 'ValidationException' })
  })
})
