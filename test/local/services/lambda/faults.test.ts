import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { expect, onTestFinished, test } from 'vitest'
import { Clock } from '../../../../local/kernel/clock.ts'
import type { FaultPlan } from '../../../../local/kernel/faults.ts'
import { WorkerLink } from '../../../../local/services/lambda/runtime/worker-link.ts'
import { startTestCloud } from '../../../support/cloud.ts'
import { createFunction, invoke } from './support/function.ts'
import { createQueue, map, queueActions } from './support/queue.ts'
import { recorder, recording } from './support/recorder.ts'

const cloudWith = async (faults: FaultPlan) => {
  const cloud = await startTestCloud({ clock: 'auto', faults })
  onTestFinished(() => cloud.stop())
  return cloud
}

/** Strikes the first time only. */
const once = (wanted: string, action: string): FaultPlan => {
  let struck = false
  return (point) => {
    if (point !== wanted || struck) return 'none'
    struck = true
    return action as ReturnType<FaultPlan>
  }
}

const sends = (queue: string) => `import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs'
  let count = 0
  export const handler = async () => {
    await new SQSClient({ maxAttempts: 1 }).send(new SendMessageCommand({ QueueUrl: '${queue}', MessageBody: 'effect' }))
    return ++count }`

test('a crash before a call ends the environment without the effect, one after it with the effect', async () => {
  for (const [action, effects] of [
    ['crash-before', 0],
    ['crash-after', 1],
  ] as const) {
    const cloud = await cloudWith(once('api.call', action))
    const queue = await createQueue(cloud, 'effects')
    await createFunction(cloud, 'crashes', sends(queue.url), { actions: ['sqs:SendMessage'] })
    expect(await invoke(cloud, 'crashes')).toMatchObject({
      error: 'Unhandled',
      payload: { errorType: 'Runtime.ExitError' },
    })
    expect(await queue.count()).toMatchObject({ visible: effects })
    expect((await invoke(cloud, 'crashes')).payload).toBe(1)
  }
})

test('a mapping misses no message where polls that do not wait may: on AWS its pollers wait', async () => {
  const cloud = await cloudWith((point) => (point === 'sqs.short-poll' ? 'empty' : 'none'))
  const effects = await createQueue(cloud, 'effects')
  const source = await createQueue(cloud, 'source')
  await createFunction(cloud, 'polled', sends(effects.url), { actions: [...queueActions, 'sqs:SendMessage'] })
  await map(cloud, source.arn, 'polled')
  await source.send('few')
  await cloud.clock.idle()
  expect(await effects.count()).toMatchObject({ visible: 1 })
})

test('a crash after the handler keeps its effects, loses its answer and its environment; the message comes again', async () => {
  const cloud = await cloudWith(once('lambda.result', 'crash'))
  const effects = await createQueue(cloud, 'effects')
  const source = await createQueue(cloud, 'source', { VisibilityTimeout: '30' })
  await createFunction(cloud, 'crashes', sends(effects.url), { actions: [...queueActions, 'sqs:SendMessage'] })
  await map(cloud, source.arn, 'crashes')
  await source.send('once')
  await cloud.clock.idle()
  expect(await effects.count()).toMatchObject({ visible: 2 })
  expect(await source.count()).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
  expect((await invoke(cloud, 'crashes')).payload).toBe(2)
})

test('a batch of a stream that is handed over again is the same batch', async () => {
  const cloud = await cloudWith(once('stream.batch', 'repeat'))
  const records = recorder()
  onTestFinished(() => records.remove())
  const db = cloud.client(DynamoDBClient)
  const { TableDescription } = await db.send(
    new CreateTableCommand({
      TableName: 'repeats',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    }),
  )
  await cloud.clock.idle()
  const source = `${recording}export const handler = async (event) => record(event.Records.map(({ eventID }) => eventID))`
  const actions = ['dynamodb:*']
  await createFunction(cloud, 'repeats', source, { actions, Environment: records.Environment })
  await map(cloud, TableDescription?.LatestStreamArn as string, 'repeats', { StartingPosition: 'TRIM_HORIZON' })
  await db.send(new PutItemCommand({ TableName: 'repeats', Item: { pk: { S: 'a' } } }))
  await cloud.clock.idle()
  const batches = records.taken<string[]>()
  expect(batches).toHaveLength(2)
  expect(batches[1]).toEqual(batches[0])
})

test('a lost response leaves the effect, and the SDK finds the connection broken', async () => {
  const cloud = await cloudWith(once('api.call', 'lose-response'))
  const queue = await createQueue(cloud, 'effects')
  await createFunction(cloud, 'loses', sends(queue.url), { actions: ['sqs:SendMessage'] })
  expect((await invoke(cloud, 'loses')).error).toBe('Unhandled')
  expect(await queue.count()).toMatchObject({ visible: 1 })
})

test('a loop that waits for frozen time is given up in real time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'penstock-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(
    join(folder, 'index.mjs'),
    'const start = Date.now(); while (Date.now() < start + 1000); export const handler = 1',
  )
  const clock = new Clock('manual', 0)
  const given = await new Promise((resolve) => {
    const link: WorkerLink = new WorkerLink({
      clock,
      owner: 'loops',
      start: {
        ...{ folder, handler: 'index.handler', major: 24, jsonLogs: false, sandbox: 'loops' },
        clock: new SharedArrayBuffer(8),
        virtual: true,
      },
      env: {},
      memoryMb: 128,
      patience: 300,
      heard: () => resolve('heard'),
      ended: () => resolve('ended'),
      silent: () => {
        resolve('silent')
        void link.terminate()
      },
      working: () => {},
    })
  })
  expect(given).toBe('silent')
  await clock.settle()
  expect(clock.owners()).toEqual([])
})
