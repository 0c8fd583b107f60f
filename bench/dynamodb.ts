import { pace, perSecond, type RawClient, rawClient } from './load.ts'
import { startServer } from './server.ts'

const CALLS = 4_000
const ITEMS = Number(process.env.ITEMS ?? 100_000)

const table = (TableName: string) => ({
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
})
const key = (index: number) => ({ pk: { S: `p${index % 1000}` }, sk: { S: `s${index}` } })
const item = (index: number) => ({ ...key(index), data: { S: `${index}`.padEnd(1_000) } })

async function createTable(client: RawClient, name: string): Promise<void> {
  await client.json('DynamoDB_20120810.CreateTable', table(name))
  for (;;) {
    const { Table } = await client.json('DynamoDB_20120810.DescribeTable', { TableName: name })
    if ((Table as { TableStatus: string }).TableStatus === 'ACTIVE') return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const put = (client: RawClient, TableName: string, index: number) =>
  client.json('DynamoDB_20120810.PutItem', {
    TableName,
    Item: item(index),
    ConditionExpression: 'attribute_not_exists(pk)',
  })
const get = (client: RawClient, TableName: string, index: number) =>
  client.json('DynamoDB_20120810.GetItem', { TableName, Key: key(index), ConsistentRead: true })
const transact = (client: RawClient, TableName: string, index: number) =>
  client.json('DynamoDB_20120810.TransactWriteItems', {
    TransactItems: [0, 1, 2].map((part) => ({ Put: { TableName, Item: item(10_000_000 + index * 3 + part) } })),
  })

async function rates(client: RawClient, name: string, transactions: boolean) {
  await createTable(client, name)
  const at = async (concurrency: number, offset: number) => ({
    puts: await pace(CALLS, concurrency, (index) => put(client, name, offset + index)),
    gets: await pace(CALLS, concurrency, (index) => get(client, name, offset + index)),
    transactions: transactions
      ? await pace(CALLS / 2, concurrency, (index) => transact(client, name, offset + index))
      : Number.NaN,
  })
  await pace(1_000, 16, (index) => put(client, name, 5_000_000 + index))
  return { one: await at(1, 0), sixteen: await at(16, 1_000_000) }
}

const started = { ours: await startServer('penstock'), peer: await startServer('dynalite') }
const ours = rawClient({ port: started.ours.port, scope: 'dynamodb' }, 16)
const peer = rawClient({ port: started.peer.port, scope: 'dynamodb' }, 16)
const mine = await rates(ours, 'bench', true)
const theirs = await rates(peer, 'bench', false)
const line = (what: string, a: number, b: number) =>
  process.stdout.write(
    `${what.padEnd(40)}${perSecond(a).padStart(12)}${(Number.isNaN(b) ? 'none' : perSecond(b)).padStart(12)}   ${Number.isNaN(b) ? '' : (a / b).toFixed(2)}\n`,
  )
process.stdout.write(`${''.padEnd(40)}${'penstock'.padStart(12)}${'dynalite'.padStart(12)}   ratio\n`)
line('conditional PutItem, concurrency 1', mine.one.puts, theirs.one.puts)
line('conditional PutItem, concurrency 16', mine.sixteen.puts, theirs.sixteen.puts)
line('GetItem, concurrency 1', mine.one.gets, theirs.one.gets)
line('GetItem, concurrency 16', mine.sixteen.gets, theirs.sixteen.gets)
line('TransactWriteItems of 3, concurrency 1', mine.one.transactions, Number.NaN)
line('TransactWriteItems of 3, concurrency 16', mine.sixteen.transactions, Number.NaN)
started.peer.stop()

await createTable(ours, 'large')
const loading = performance.now()
await pace(ITEMS / 25, 16, (batch) =>
  ours.json('DynamoDB_20120810.BatchWriteItem', {
    RequestItems: {
      large: Array.from({ length: 25 }, (_, index) => ({ PutRequest: { Item: item(batch * 25 + index) } })),
    },
  }),
)
const loaded = (performance.now() - loading) / 1000
const latencies: number[] = []
for (let index = 0; index < 1_000; index++) {
  const asked = performance.now()
  await ours.json('DynamoDB_20120810.Query', {
    TableName: 'large',
    KeyConditionExpression: 'pk = :p',
    ExpressionAttributeValues: { ':p': { S: `p${index}` } },
    Limit: 20,
  })
  latencies.push(performance.now() - asked)
}
const p99 = [...latencies].sort((a, b) => a - b)[Math.floor(latencies.length * 0.99)] ?? Number.NaN
process.stdout.write(
  `${ITEMS.toLocaleString('en-GB')} items of 1 KB: loaded in ${loaded.toFixed(1)} s, ${(await started.ours.memory()).toFixed(0)} MB, Query of 20 items p99 ${p99.toFixed(2)} ms (ITEMS=1000000 for a million)\n`,
)
ours.close()
peer.close()
started.ours.stop()
