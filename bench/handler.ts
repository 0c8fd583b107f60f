import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { bundle } from '../lib/constructs/bundle/bundle.ts'
import { stage } from '../lib/constructs/bundle/handler-code.ts'
import { variables } from '../messaging/index.ts'
import { overheads } from './handler-overhead.ts'

/**
 * What a handler of the kit carries: size and import time of the shop's smallest and largest, bundled in one run with all others as they
 * are deployed; beside the SDK clients that they use alone, by esbuild's own ways and by the shop's; and beside a handler that does the
 * same on middy and Powertools (logger and idempotency). Import time is CPU time of a process of its own, until nothing is left to do.
 */
const RUNS = 7
const root = fileURLToPath(new URL('..', import.meta.url))
mkdirSync(join(root, '.penstock'), { recursive: true })
const scratch = mkdtempSync(join(root, '.penstock/bench-handler-'))

const clients = `export { DynamoDBClient, GetItemCommand, BatchGetItemCommand, QueryCommand, PutItemCommand, UpdateItemCommand,
  TransactWriteItemsCommand, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
export { SQSClient, SendMessageCommand, ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs'
`
const withLambda = `${clients}export { LambdaClient, InvokeCommand } from '@aws-sdk/client-lambda'\n`

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

const SMALLEST = 'functions/loyalty/earn-points.ts'
const LARGEST = 'functions/payments/take-payment.ts'

const handlers = globSync('functions/**/*.ts', { cwd: root }).filter((file) =>
  /^export (const handler =|async function handler)/m.test(readFileSync(join(root, file), 'utf8')),
)
const ofShop = [...handlers, 'messaging/relay.ts', 'messaging/sweeper.ts', 'messaging/saga-keeper.ts']

/** What is bundled, each into a folder of its own. */
const folders: Readonly<Record<string, string>> = {
  ...byShop(ofShop.map((file) => [file, join(root, file)])),
  ...byShop(Object.entries({ clients, withLambda }).map(([name, source]) => [name, sourceFile(name, source)])),
  clientsPlainly: plainly('clientsPlainly', clients),
  withLambdaPlainly: plainly('withLambdaPlainly', withLambda),
  powertools: plainly('powertools', powertools),
}

function byShop(files: readonly (readonly [name: string, file: string])[]): Record<string, string> {
  const made = [...bundle(root, new Map(files))].map(([name, handler]): [string, string] => {
    const folder = mkdtempSync(join(scratch, 'bundle-'))
    stage(folder, handler)
    return [name, folder]
  })
  return Object.fromEntries(made)
}

function sourceFile(name: string, source: string): string {
  const file = join(scratch, `${name}.ts`)
  writeFileSync(file, source)
  return file
}

/** As esbuild's own documentation has it. */
function plainly(name: string, source: string): string {
  const outdir = mkdtempSync(join(scratch, 'bundle-'))
  const entryPoints = { index: sourceFile(name, source) }
  const esm = { format: 'esm' as const, outExtension: { '.js': '.mjs' }, mainFields: ['module', 'main'] }
  buildSync({ entryPoints, outdir, bundle: true, minify: true, platform: 'node', target: 'node24', ...esm })
  return outdir
}

const rows: readonly (readonly [string, string | undefined])[] = [
  ['smallest: loyalty.earn-points', folders[SMALLEST]],
  ['  its SDK clients, plain esbuild', folders.clientsPlainly],
  ['  its SDK clients, the shop’s bundler', folders.clients],
  ['largest: payments.take-payment', folders[LARGEST]],
  ['  its SDK clients, plain esbuild', folders.withLambdaPlainly],
  ['  its SDK clients, the shop’s bundler', folders.withLambda],
  ['middy + Powertools, plain esbuild', folders.powertools],
]

const size = (folder: string): number =>
  readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0) / 1024

const script = `const before = process.cpuUsage()
process.on('exit', () => {
  const { user, system } = process.cpuUsage(before)
  console.log((user + system) / 1000)
})
await import('./index.mjs')`

function importTime(folder: string): number {
  const set = Object.values(variables).map((name) => [name, '{}'])
  const env = { AWS_LAMBDA_FUNCTION_NAME: 'f', AWS_REGION: 'eu-west-2', ...Object.fromEntries(set) }
  const options = { cwd: folder, env, encoding: 'utf8' } as const
  const times = Array.from({ length: RUNS }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], options)),
  )
  return Math.min(...times)
}

const row = (...cells: readonly string[]) =>
  process.stdout.write(`${cells.map((cell, index) => (index === 0 ? cell.padEnd(40) : cell.padStart(12))).join('')}\n`)

row('handler', 'KiB', 'import, ms')
for (const [name, folder = ''] of rows) row(name, size(folder).toFixed(0), importTime(folder).toFixed(0))
rmSync(scratch, { recursive: true })
process.stdout.write(
  `All chunks that a function may load, minified. Import: CPU time, the least of ${RUNS} processes. The shop's bundler leaves the SDK's chain of credentials out.\n`,
)

row('\na handler that does nothing', 'µs a message')
for (const [name, microseconds] of Object.entries(await overheads())) row(name, microseconds.toFixed(0))
