import { randomUUID } from 'node:crypto'
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency'
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb'
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { z } from 'zod'
import { startCloud } from '../local/cloud.ts'
import type { DynamoDb } from '../local/services/dynamodb/index.ts'
import { consumer, event, store } from '../messaging/index.ts'

/**
 * One handler, three ways: it reads a counter, adds one, and tells so in an event. The kit's ways are one write; Powertools'
 * idempotency wraps the handler between two writes of its own, and the event leaves outside of all of them.
 */
const MESSAGES = 200
const TABLE = 'bench'

const cloud = await startCloud({ seed: 'bench' })
Object.assign(process.env, cloud.environment, {
  PENSTOCK_APP: 'bench',
  PENSTOCK_SERVICE: 'bench',
  PENSTOCK_TABLE: TABLE,
  PENSTOCK_QUEUE_URL: `${cloud.endpoint}/${cloud.account}/bench`,
  PENSTOCK_DLQ_URL: `${cloud.endpoint}/${cloud.account}/bench-dlq`,
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  POWERTOOLS_METRICS_DISABLED: 'true',
})
const dynamodb = new DynamoDBClient({})
const table = (name: string, keys: readonly string[]): CreateTableCommandInput => ({
  TableName: name,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: 'S' })),
  KeySchema: keys.map((key, index) => ({ AttributeName: key, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
})
for (const [name, keys] of [
  [TABLE, ['pk', 'sk']],
  ['powertools', ['id']],
] as const) {
  await dynamodb.send(new CreateTableCommand(table(name, keys)))
  // A table takes a while to become active.
  await cloud.kernel.clock.advance(60_000)
}

const Order = z.object({ orderId: z.string() })
const key = ({ orderId }: { orderId: string }) => orderId
const Placed = event('orders.OrderPlaced', { schema: Order, key })
const Counted = event('bench.OrderCounted', { schema: Order, key })
const Counter = store('counter', { schema: z.object({ id: z.string(), n: z.number() }), key: ({ id }) => id })

const publishes = consumer(import.meta, { id: 'bench.publishes', on: Placed, publishes: [Counted] }, (order, unit) => {
  unit.publish(Counted, order)
})
const counts = consumer(
  import.meta,
  { id: 'bench.counts', on: Placed, stores: { counter: Counter }, publishes: [Counted] },
  async (order, unit) => {
    const before = await unit.counter.get(order.orderId)
    unit.counter.save({ id: order.orderId, n: (before?.n ?? 0) + 1 })
    unit.publish(Counted, order)
  },
)

const context = {
  functionName: 'bench',
  awsRequestId: randomUUID(),
  getRemainingTimeInMillis: () => 30_000,
}
const envelopeOf = (index: number) => ({
  specversion: '1.0',
  id: `m-${index}`,
  source: 'orders',
  type: Placed.name,
  time: new Date(cloud.kernel.clock.now()).toISOString(),
  datacontenttype: 'application/json',
  dataversion: 1,
  partitionkey: `o-${index}`,
  correlationid: `c-${index}`,
  hops: 0,
  data: { orderId: `o-${index}` },
})
const record = (index: number) => ({
  messageId: `sqs-${index}`,
  receiptHandle: `handle-${index}`,
  body: JSON.stringify(envelopeOf(index)),
  attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(cloud.kernel.clock.now()) },
  messageAttributes: {},
  eventSource: 'aws:sqs',
  eventSourceARN: `arn:aws:sqs:us-east-1:${cloud.account}:bench`,
  awsRegion: cloud.region,
})

const idempotency = new IdempotencyConfig({ eventKeyJmesPath: 'id' })
idempotency.registerLambdaContext(context as never)
const idempotent = makeIdempotent(
  async ({ orderId }: { id: string; orderId: string }) => {
    const where = marshall({ pk: `plain#${orderId}`, sk: '-' })
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: TABLE, Key: where, ConsistentRead: true }))
    const n = Number((Item && unmarshall(Item).n) ?? 0) + 1
    await dynamodb.send(new PutItemCommand({ TableName: TABLE, Item: { ...where, ...marshall({ n }) } }))
    return { n }
  },
  {
    persistenceStore: new DynamoDBPersistenceLayer({ tableName: 'powertools' }),
    config: idempotency,
  },
)

type Way = (index: number) => Promise<unknown>
const handled =
  (handler: typeof counts): Way =>
  async (index) => {
    const answer = (await handler({ Records: [record(index)] } as never, context as never)) as {
      batchItemFailures: unknown[]
    }
    if (answer.batchItemFailures.length > 0) throw new Error(`message ${index} was not handled`)
  }
const ways: Readonly<Record<string, Way>> = {
  'kit, publishes only (C0)': handled(publishes),
  'kit, reads, writes and publishes (B)': handled(counts),
  'Powertools idempotency, reads and writes': (index) => idempotent({ id: `m-${index}`, orderId: `o-${index}` }),
}

const service = cloud.context.service<DynamoDb>('dynamodb')
const row = (...cells: readonly (string | number)[]) =>
  process.stdout.write(
    `${cells.map((cell, index) => (index === 0 ? String(cell).padEnd(44) : String(cell).padStart(10))).join('')}\n`,
  )

row('per message', 'writes', 'reads', 'WCU', 'RCU', 'again WCU')
for (const [name, way] of Object.entries(ways)) {
  const measure = async () => {
    service.resetMeter()
    for (let index = 0; index < MESSAGES; index++) await way(index)
    const readings = service.meter()
    const per = (value: number) => (value / MESSAGES).toFixed(2)
    const sum = (pick: (reading: (typeof readings)[number]) => number) =>
      readings.reduce((total, one) => total + pick(one), 0)
    return {
      writes: per(sum((one) => (one.writeUnits > 0 ? one.calls : 0))),
      reads: per(sum((one) => (one.writeUnits > 0 ? 0 : one.calls))),
      writeUnits: per(sum((one) => one.writeUnits)),
      readUnits: per(sum((one) => one.readUnits)),
    }
  }
  const first = await measure()
  const again = await measure()
  row(name, first.writes, first.reads, first.writeUnits, first.readUnits, again.writeUnits)
}
process.stdout.write(
  '"again": the same messages a second time. Powertools publishes outside of its writes; the kit\'s event is in them.\n',
)
dynamodb.destroy()
await cloud.stop()
