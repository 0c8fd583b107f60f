import { Logger } from '@aws-lambda-powertools/logger'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import * as z from 'zod'
import { consumer, event, variables } from '../messaging/index.ts'

const INVOCATIONS = 2_000
const BATCH = 10

const schema = z.object({ orderId: z.string() })
const Placed = event('orders.OrderPlaced', { schema, key: ({ orderId }) => orderId })
const context = { functionName: 'bench', awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 }
const body = (n: number) =>
  JSON.stringify({
    specversion: '1.0',
    id: `m-${n}`,
    source: 'orders',
    type: Placed.name,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    dataversion: 1,
    partitionkey: `o-${n}`,
    correlationid: `c-${n}`,
    hops: 0,
    data: { orderId: `o-${n}` },
  })
const eventOf = (invocation: number) => ({
  Records: Array.from({ length: BATCH }, (_, index) => ({
    messageId: `sqs-${invocation}-${index}`,
    receiptHandle: 'handle',
    body: body(invocation * BATCH + index),
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: '0' },
    eventSourceARN: 'arn:aws:sqs:eu-west-2:000000000000:bench',
  })),
})

/** Microseconds a message of a handler that does nothing: what stands around it, and no request. */
export async function overheads(): Promise<Readonly<Record<string, number>>> {
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-2',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
    [variables.app]: 'bench',
    [variables.table]: 'bench',
    [variables.queueUrl]: 'https://sqs.eu-west-2.amazonaws.com/000000000000/bench',
    [variables.deadLetterQueueUrl]: 'https://sqs.eu-west-2.amazonaws.com/000000000000/bench-dlq',
  })
  const kit = consumer(import.meta, { id: 'bench.look', on: Placed }, () => {})
  const peer = middy(async ({ Records }: { Records: readonly { body: string }[] }) => {
    for (const record of Records) schema.parse((JSON.parse(record.body) as { data: unknown }).data)
  }).use(injectLambdaContext(new Logger()))
  return {
    'a consumer of the kit': await timed((at) => kit(eventOf(at), context)),
    'middy, Powertools’ logger, zod': await timed((at) => peer(eventOf(at) as never, context as never)),
  }
}

async function timed(invoke: (at: number) => Promise<unknown>): Promise<number> {
  for (let at = 0; at < INVOCATIONS / 10; at++) await invoke(at)
  const started = performance.now()
  for (let at = 0; at < INVOCATIONS; at++) await invoke(at)
  return ((performance.now() - started) * 1000) / (INVOCATIONS * BATCH)
}
