import { gunzipSync } from 'node:zlib'
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteSubscriptionFilterCommand,
  DescribeSubscriptionFiltersCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
  PutMetricFilterCommand,
  PutSubscriptionFilterCommand,
  type PutSubscriptionFilterCommandInput,
} from '@aws-sdk/client-cloudwatch-logs'
import { AddPermissionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { createFunction } from '../lambda/support/function.ts'

let cloud: TestCloud
let logs: CloudWatchLogsClient
let sink: string
beforeAll(async () => {
  cloud = await startTestCloud()
  logs = cloud.client(CloudWatchLogsClient)
  sink = await createFunction(cloud, 'sink', 'export const handler = (event) => console.log(event.awslogs.data)', {
    actions: ['logs:*'],
  })
})
afterAll(() => cloud.stop())

async function createGroup(logGroupName: string): Promise<void> {
  await logs.send(new CreateLogGroupCommand({ logGroupName }))
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's' }))
}
const put = (logGroupName: string, ...messages: string[]) => {
  const logEvents = messages.map((message) => ({ timestamp: cloud.clock.now(), message }))
  return logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 's', logEvents }))
}
const subscribe = (logGroupName: string, more: Partial<PutSubscriptionFilterCommandInput> = {}) =>
  logs.send(
    new PutSubscriptionFilterCommand({
      logGroupName,
      filterName: 'f',
      filterPattern: '',
      destinationArn: sink,
      ...more,
    }),
  )
const allow = (StatementId: string, Principal: string, SourceArn: string) =>
  cloud.client(LambdaClient).send(
    new AddPermissionCommand({
      FunctionName: 'sink',
      StatementId,
      Action: 'lambda:InvokeFunction',
      Principal,
      SourceArn,
    }),
  )
const refusal = (answer: Promise<unknown>) =>
  answer.then(
    () => 'accepted',
    ({ name, message }: Error) => `${name}: ${message}`,
  )

it('hands the matching events of a write to the function, once the function allows it', async () => {
  await createGroup('/orders')
  expect(await refusal(subscribe('/orders'))).toBe(
    'InvalidParameterException: Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
  )
  await allow('one', 'logs.us-east-1.amazonaws.com', 'arn:aws:logs:us-east-1:000000000000:log-group:/orders:*')
  await subscribe('/orders', { filterPattern: 'ERROR' })
  await put('/orders', 'INFO fine', 'ERROR one', 'ERROR two')
  await put('/orders', 'INFO fine')
  await cloud.clock.advance(1_000)
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/sink' }))
  const data = events.flatMap(({ message = '' }) => message.match(/H4sI[\w+/=]+/) ?? [])
  const messages = data.map((each) => JSON.parse(gunzipSync(Buffer.from(each, 'base64')).toString()))
  expect(messages).toEqual([
    {
      messageType: 'DATA_MESSAGE',
      owner: '000000000000',
      logGroup: '/orders',
      logStream: 's',
      subscriptionFilters: ['f'],
      logEvents: [
        { id: expect.stringMatching(/^\d{56}$/), timestamp: expect.any(Number), message: 'ERROR one' },
        { id: expect.stringMatching(/^\d{56}$/), timestamp: expect.any(Number), message: 'ERROR two' },
      ],
    },
  ])
})

it('describes, replaces and deletes filters, two to a group (recorded by LocalStack, February 2026)', async () => {
  await createGroup('/described')
  await allow('two', 'logs.amazonaws.com', 'arn:aws:logs:us-east-1:000000000000:log-group:/described:*')
  const described = async () =>
    (await logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName: '/described' }))).subscriptionFilters
  expect(await described()).toEqual([])
  await subscribe('/described')
  await subscribe('/described', { filterPattern: '[]' })
  expect(await described()).toEqual([
    {
      filterName: 'f',
      logGroupName: '/described',
      filterPattern: '[]',
      destinationArn: sink,
      distribution: 'ByLogStream',
      applyOnTransformedLogs: false,
      creationTime: expect.any(Number),
    },
  ])
  await subscribe('/described', { filterName: 'g' })
  expect(await refusal(subscribe('/described', { filterName: 'h' }))).toBe(
    'LimitExceededException: Resource limit exceeded.',
  )
  const drop = (logGroupName: string, filterName: string) =>
    refusal(logs.send(new DeleteSubscriptionFilterCommand({ logGroupName, filterName })))
  expect(await drop('/described', 'f')).toBe('accepted')
  expect(await drop('/described', 'f')).toBe(
    'ResourceNotFoundException: The specified subscription filter does not exist.',
  )
  expect(await drop('/none', 'f')).toBe('ResourceNotFoundException: The specified log group does not exist.')
})

it.each([
  [
    'arn:aws:lambda:us-east-1:111111111111:function:f',
    'AccessDeniedException: Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross account lambda triggers.',
  ],
  [
    'arn:aws:kinesis:us-east-1:000000000000:stream/s',
    'InvalidParameterException: destinationArn for vendor kinesis cannot be used without roleArn',
  ],
  [
    'arn:aws:sqs:us-east-1:000000000000:q',
    'InvalidParameterException: PutSubscriptionFilter operation cannot work with destinationArn for vendor sqs',
  ],
  ['arn:aws:logs:us-east-1:000000000000:destination:d', /^NotSimulated: .*Subscribe a Lambda function/],
])('refuses the destination %s before it looks at the group', async (destinationArn, words) => {
  expect(await refusal(subscribe('/none', { destinationArn }))).toMatch(words)
})

it('gives the default value of a metric filter for a minute whose events match nothing, and for no other', async () => {
  await createGroup('/defaults')
  const transformation = { metricName: 'errors', metricNamespace: 'Defaults', metricValue: '1', defaultValue: 0 }
  const filterOf = (more: object = {}) =>
    logs.send(
      new PutMetricFilterCommand({
        logGroupName: '/defaults',
        filterName: 'e',
        filterPattern: 'ERROR',
        metricTransformations: [{ ...transformation, ...more }],
      }),
    )
  await filterOf()
  const start = Math.ceil(cloud.clock.now() / 60_000) * 60_000
  await cloud.clock.advance(start - cloud.clock.now())
  await put('/defaults', 'INFO', 'INFO')
  await cloud.clock.advance(60_000)
  await put('/defaults', 'INFO', 'ERROR')
  await cloud.clock.advance(120_000)
  const { Datapoints = [] } = await cloud.client(CloudWatchClient).send(
    new GetMetricStatisticsCommand({
      Namespace: 'Defaults',
      MetricName: 'errors',
      StartTime: new Date(start),
      EndTime: new Date(start + 180_000),
      Period: 60,
      Statistics: ['Sum', 'SampleCount'],
    }),
  )
  const points = Datapoints.map(({ Timestamp, Sum, SampleCount }) => [Number(Timestamp) - start, Sum, SampleCount])
  expect(points.sort()).toEqual([
    [0, 0, 1],
    [60_000, 1, 1],
  ])
  expect(await refusal(filterOf({ dimensions: { Level: '$.level' } }))).toBe(
    'InvalidParameterException: Default value cannot be assigned to a metric with dimensions.',
  )
})
