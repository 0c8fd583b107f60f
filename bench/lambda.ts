import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda'
import { CreateQueueCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { startCloud } from '../local/cloud.ts'
import { zip } from '../test/local/services/lambda/support/zip.ts'
import { pace, perSecond } from './load.ts'

const INVOCATIONS = 10_000
const MESSAGES = 20_000
const CONCURRENCY = 16
const ENVIRONMENTS = 10

const cloud = await startCloud({ seed: 'bench' })
const options = {
  endpoint: cloud.endpoint,
  region: cloud.region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
}
const [iam, lambda, sqs] = [new IAMClient(options), new LambdaClient(options), new SQSClient(options)]
const policy = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })

const { Role } = await iam.send(
  new CreateRoleCommand({
    RoleName: 'bench',
    AssumeRolePolicyDocument: policy({ Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }),
  }),
)
const allowed = policy({ Action: ['sqs:*', 'logs:*'], Resource: '*' })
await iam.send(new PutRolePolicyCommand({ RoleName: 'bench', PolicyName: 'bench', PolicyDocument: allowed }))

const create = (FunctionName: string, source: string) =>
  lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: Role?.Arn,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zip({ 'index.mjs': source }) },
    }),
  )

/** Milliseconds and megabytes of one environment after the other, each with an SDK client loaded. */
async function coldStarts(): Promise<void> {
  const source = `import { SQSClient } from '@aws-sdk/client-sqs'
    const sqs = new SQSClient({})
    export const handler = async () => typeof sqs.send`
  const [before, start] = [process.memoryUsage.rss(), performance.now()]
  for (let index = 0; index < ENVIRONMENTS; index++) {
    await create(`cold-${index}`, source)
    await lambda.send(new InvokeCommand({ FunctionName: `cold-${index}` }))
  }
  const each = (performance.now() - start) / ENVIRONMENTS
  const memory = (process.memoryUsage.rss() - before) / 1e6 / ENVIRONMENTS
  process.stdout.write(`cold start with an SDK client: ${each.toFixed(0)} ms, ${memory.toFixed(0)} MB an environment\n`)
}

async function warmInvocations(): Promise<void> {
  await create('warm', 'export const handler = async (event) => event')
  const invoke = () => lambda.send(new InvokeCommand({ FunctionName: 'warm', Payload: '{"n":1}' }))
  await pace(200, CONCURRENCY, invoke)
  process.stdout.write(`warm synchronous invocations: ${perSecond(await pace(INVOCATIONS, CONCURRENCY, invoke))}\n`)
}

/** The queue is filled before the mapping is made: what is measured is the poller, the function and the delete. */
async function throughMapping(): Promise<void> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'bench' }))
  const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: String(index), MessageBody: 'x'.repeat(256) }))
  await pace(MESSAGES / 10, CONCURRENCY, () => sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })))
  const start = performance.now()
  const EventSourceArn = `arn:aws:sqs:${cloud.region}:${cloud.account}:bench`
  await lambda.send(new CreateEventSourceMappingCommand({ EventSourceArn, FunctionName: 'warm', BatchSize: 10 }))
  await cloud.kernel.clock.idle()
  const seconds = (performance.now() - start) / 1000
  process.stdout.write(`from a queue through a function at batch 10: ${perSecond(MESSAGES / seconds)} (messages)\n`)
}

await coldStarts()
await warmInvocations()
await throughMapping()
for (const client of [iam, lambda, sqs]) client.destroy()
await cloud.stop()
