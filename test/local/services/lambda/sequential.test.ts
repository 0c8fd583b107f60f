import { CreateTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { expect, test } from 'vitest'
import { createKernel } from '../../../../local/kernel/kernel.ts'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { createFunction } from './support/function.ts'
import { createQueue, map, queueActions } from './support/queue.ts'

/** Reads a number and writes it back one higher: concurrent runs lose updates, depending on who goes first. */
const counts = `import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { randomUUID } from 'node:crypto'
const db = new DynamoDBClient({})
export const handler = async () => {
  const Key = { pk: { S: 'counter' } }
  const { Item } = await db.send(new GetItemCommand({ TableName: 'counters', Key }))
  await db.send(new PutItemCommand({ TableName: 'counters', Item: { ...Key, n: { N: String(Number(Item?.n?.N ?? 0) + 1) }, id: { S: randomUUID() + Math.random() } } }))
}`

type Send = (cloud: TestCloud, queueUrl: string) => Promise<unknown>

/** Four messages, sent before anything runs. */
const atOnce: Send = (cloud, QueueUrl) =>
  cloud.clock.holding('test', async () => {
    for (const MessageBody of ['1', '2', '3', '4'])
      await cloud.client(SQSClient).send(new SendMessageCommand({ QueueUrl, MessageBody }))
  })

/** Four messages of a client that thinks for so many turns of the event loop before each, while the functions are at work. */
const oneByOne =
  (turns: number): Send =>
  async (cloud, QueueUrl) => {
    const client = cloud.outsideClient('test')
    const sqs = cloud.client(SQSClient)
    const mark = (next: (args: never) => unknown) => (args: { request: { headers: Record<string, string> } }) => {
      Object.assign(args.request.headers, client.headers)
      return next(args as never)
    }
    sqs.middlewareStack.add(mark as never, { step: 'finalizeRequest', priority: 'low' })
    for (const MessageBody of ['1', '2', '3', '4']) {
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
    }
    client.close()
  }

/** What happened in a run, in order, without what names the machine. */
async function run(seed: string, send: Send = atOnce) {
  const cloud = await startTestCloud({ clock: 'auto', seed, sequential: true })
  try {
    const db = cloud.client(DynamoDBClient)
    await db.send(
      new CreateTableCommand({
        TableName: 'counters',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      }),
    )
    await cloud.clock.idle()
    const queue = await createQueue(cloud, 'q')
    await createFunction(cloud, 'counts', counts, { actions: [...queueActions, 'dynamodb:*'] })
    await map(cloud, queue.arn, 'counts', { BatchSize: 1 })
    await send(cloud, queue.url)
    await cloud.clock.idle()
    const { Item } = await db.send(new GetItemCommand({ TableName: 'counters', Key: { pk: { S: 'counter' } } }))
    const story = cloud.kernel.journal
      .entries()
      .map(({ at, kind, subject, cause, detail }) => [at, kind, subject, cause, detail])
    return { item: Item, story }
  } finally {
    await cloud.stop()
  }
}

test('the same seed replays the same run to the last id; another seed interleaves the functions in another way', async () => {
  const first = await run('one')
  const again = await run('one')
  expect(again.story).toEqual(first.story)
  expect(again.item).toEqual(first.item)
  const calls = ({ story }: Awaited<ReturnType<typeof run>>) =>
    story
      .filter(([, kind, subject]) => kind === 'api' && String(subject).startsWith('dynamodb:'))
      .map(([, , subject]) => subject)
  const orders = [first, await run('two'), await run('three'), await run('four')].map((each) => calls(each).join())
  expect(new Set(orders).size).toBeGreaterThan(1)
  expect(Number(first.item?.n?.N)).toBeGreaterThan(0)
})

test('a seed replays the pace of an outside client too, however long it thinks between its requests', async () => {
  const quick = await run('one', oneByOne(0))
  const slow = await run('one', oneByOne(2_000))
  expect(slow.story).toEqual(quick.story)
  expect(Number(quick.item?.n?.N)).toBeGreaterThan(1)
})

test('a sequential run needs a clock that can stand still', () => {
  expect(() => createKernel({ clock: 'real', sequential: true })).toThrow('needs a manual or an auto clock')
})
