import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '../lib/constructs/bundle/bundle.ts'
import { overheads } from './handler-overhead.ts'

/**
 * What a handler of the kit carries: size and import time of the shop's smallest and largest handler, beside the SDK clients that they
 * use alone, and beside the same handler on middy and Powertools (logger and idempotency). One bundler run with the shop's settings
 * makes each; import time is of a process of its own, in Lambda's init phase as far as the kit can tell.
 */
const RUNS = 7
const root = fileURLToPath(new URL('..', import.meta.url))
const scratch = mkdtempSync(join(root, '.penstock/bench-handler-'))

const clients = `export { DynamoDBClient, GetItemCommand, BatchGetItemCommand, QueryCommand, PutItemCommand, UpdateItemCommand,
  TransactWriteItemsCommand, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
export { SQSClient, SendMessageCommand, ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs'
export const handler = () => {}`

const powertools = `import middy from '@middy/core'
import { Logger } from '@aws-lambda-powertools/logger'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency'
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb'
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import * as z from 'zod'
const schema = z.object({ orderId: z.string() })
const logger = new Logger(), dynamo = new DynamoDBClient({}), sqs = new SQSClient({}), events = new EventBridgeClient({})
const once = makeIdempotent(async (order) => {
  await dynamo.send(new PutItemCommand({ TableName: 't', Item: { pk: { S: order.orderId } } }))
  await events.send(new PutEventsCommand({ Entries: [] }))
  await sqs.send(new SendMessageCommand({ QueueUrl: 'q', MessageBody: '' }))
}, { persistenceStore: new DynamoDBPersistenceLayer({ tableName: 'i' }), config: new IdempotencyConfig({ eventKeyJmesPath: 'id' }) })
export const handler = middy(async ({ Records }) => { for (const { body } of Records) await once(schema.parse(JSON.parse(body))) })
  .use(injectLambdaContext(logger))`

const sources: Readonly<Record<string, string>> = { clients, powertools }
for (const [name, source] of Object.entries(sources)) writeFileSync(join(scratch, `${name}.ts`), source)
const bundled = bundle(
  root,
  new Map([
    ['smallest: loyalty.earn-points', join(root, 'functions/loyalty/earn-points.ts')],
    ['largest: payments.take-payment', join(root, 'functions/payments/take-payment.ts')],
    ['the SDK clients alone', join(scratch, 'clients.ts')],
    ['middy + Powertools', join(scratch, 'powertools.ts')],
  ]),
)

/** KiB of all files that a function may load. */
const size = (files: ReadonlyMap<string, Uint8Array>): number =>
  [...files.values()].reduce((sum, { byteLength }) => sum + byteLength, 0) / 1024

function importTime(name: string, files: ReadonlyMap<string, Uint8Array>): number {
  const folder = join(mkdtempSync(join(tmpdir(), 'handler-')), 'code')
  mkdirSync(folder)
  for (const [file, content] of files) writeFileSync(join(folder, file), content)
  const script = `const t = performance.now(); await import('./index.mjs'); console.log(performance.now() - t)`
  const env = { AWS_LAMBDA_FUNCTION_NAME: 'f', AWS_REGION: 'eu-west-2', PENSTOCK_CONSUMER: name }
  const times = Array.from({ length: RUNS }, () =>
    Number(
      execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, env, encoding: 'utf8' }),
    ),
  )
  rmSync(folder, { recursive: true })
  return Math.min(...times)
}

const row = (...cells: readonly string[]) =>
  process.stdout.write(`${cells.map((cell, index) => (index === 0 ? cell.padEnd(34) : cell.padStart(12))).join('')}\n`)

row('handler', 'KiB', 'import, ms')
for (const [name, { files }] of bundled) row(name, size(files).toFixed(0), importTime(name, files).toFixed(0))
rmSync(scratch, { recursive: true })
process.stdout.write(
  `All chunks that a function may load, whitespace removed, names kept; import time: the fastest of ${RUNS} processes.\n`,
)

row('\na handler that does nothing', 'µs a message')
for (const [name, microseconds] of Object.entries(await overheads())) row(name, microseconds.toFixed(0))
