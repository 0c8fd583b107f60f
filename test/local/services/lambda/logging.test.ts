import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import {
  InvokeCommand,
  LambdaClient,
  type LoggingConfig,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { createFunction } from './support/function.ts'

let cloud: TestCloud
beforeAll(async () => {
  cloud = await startTestCloud({ clock: 'auto' })
})
afterAll(() => cloud.stop())

const logging = ['logs:CreateLogStream', 'logs:PutLogEvents']
const lines = async (logGroupName: string) => {
  const { events = [] } = await cloud.client(CloudWatchLogsClient).send(new FilterLogEventsCommand({ logGroupName }))
  return events
}
const source = `export const handler = async () => {
  console.log('first')
  await new Promise((resolve) => setTimeout(resolve, 5000))
  console.warn('second', { a: 1 }) }`

test('lines reach the log group at their time of the clock', async () => {
  await createFunction(cloud, 'writes', source, { actions: logging, Timeout: 10 })
  const start = cloud.clock.now()
  await cloud.client(LambdaClient).send(new InvokeCommand({ FunctionName: 'writes' }))
  const events = await lines('/aws/lambda/writes')
  expect(
    events.map(({ timestamp = 0, message = '' }) => [
      timestamp - start,
      message.replaceAll(/[0-9a-f-]{36}/g, 'ID').replace(/Max Memory Used: \d+/, 'Max Memory Used: N'),
    ]),
  ).toEqual([
    [0, 'START RequestId: ID Version: $LATEST'],
    [0, `${new Date(start).toISOString()}\tID\tINFO\tfirst`],
    [5000, `${new Date(start + 5000).toISOString()}\tID\tWARN\tsecond { a: 1 }`],
    [5000, 'END RequestId: ID'],
    [
      5000,
      expect.stringMatching(
        /^REPORT RequestId: ID\tDuration: 5000\.00 ms\tBilled Duration: 5000 ms\tMemory Size: 128 MB\tMax Memory Used: N MB\tInit Duration: 0\.00 ms$/,
      ),
    ],
  ])
  expect(events[0]?.logStreamName).toMatch(/^2026\/01\/01\/\[\$LATEST\][0-9a-f]{32}$/)
})

test("the JSON format writes the platform's and the function's lines as objects", async () => {
  const LoggingConfig = { LogFormat: 'JSON' as const, LogGroup: '/own/group' }
  await createFunction(cloud, 'json', source, { actions: logging, Timeout: 10, LoggingConfig })
  await cloud.client(LambdaClient).send(new InvokeCommand({ FunctionName: 'json' }))
  const written = (await lines('/own/group')).map(({ message = '' }) => JSON.parse(message) as object)
  expect(written).toMatchObject([
    { type: 'platform.start', record: { version: '$LATEST' } },
    { level: 'INFO', message: 'first', requestId: expect.any(String) },
    { level: 'WARN', message: 'second { a: 1 }' },
    { type: 'platform.report', record: { status: 'success', metrics: { durationMs: 5000, memorySizeMB: 128 } } },
  ])
})

test('lines below the levels of the JSON format are not kept', async () => {
  const LoggingConfig = { LogFormat: 'JSON' as const, ApplicationLogLevel: 'WARN', SystemLogLevel: 'WARN' } as const
  const talks = `export const handler = async () => {
    console.log('chat'); console.error('alarm')
    process.stdout.write(JSON.stringify({ level: 'debug', message: 'own' }) + '\\n')
    process.stdout.write('plain\\n') }`
  await createFunction(cloud, 'leveled', talks, { actions: logging, LoggingConfig })
  await cloud.client(LambdaClient).send(new InvokeCommand({ FunctionName: 'leveled' }))
  const written = (await lines('/aws/lambda/leveled')).map(({ message }) => message)
  expect(written).toEqual([expect.stringContaining('"message":"alarm"'), 'plain'])
})

test('the JSON format brings levels with it, the Text format takes them away (recorded by LocalStack)', async () => {
  await createFunction(cloud, 'formats', source)
  const update = async (config: LoggingConfig) =>
    (
      await cloud
        .client(LambdaClient)
        .send(new UpdateFunctionConfigurationCommand({ FunctionName: 'formats', LoggingConfig: config }))
    ).LoggingConfig
  const LogGroup = '/aws/lambda/formats'
  expect(await update({ LogFormat: 'JSON' })).toEqual({
    ApplicationLogLevel: 'INFO',
    LogFormat: 'JSON',
    LogGroup,
    SystemLogLevel: 'INFO',
  })
  const debugging = { ApplicationLogLevel: 'INFO', LogFormat: 'JSON', LogGroup, SystemLogLevel: 'DEBUG' }
  expect(await update({ SystemLogLevel: 'DEBUG' })).toEqual(debugging)
  expect(await update({ LogFormat: 'JSON', ApplicationLogLevel: 'TRACE' })).toEqual({
    ...debugging,
    ApplicationLogLevel: 'TRACE',
    SystemLogLevel: 'INFO',
  })
  expect(await update({ LogFormat: 'Text' })).toEqual({ LogFormat: 'Text', LogGroup })
  await expect(update({ ApplicationLogLevel: 'DEBUG' })).rejects.toThrow(
    'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or change the LogFormat to "JSON" and try again.',
  )
})

test('a function whose role may not write logs writes none', async () => {
  await createFunction(cloud, 'silent', source, { Timeout: 10 })
  await cloud.client(LambdaClient).send(new InvokeCommand({ FunctionName: 'silent' }))
  await expect(lines('/aws/lambda/silent')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})
