// Asks a responder through its queue, and the short way.
//   npx node docs/examples/request-reply/run.ts
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { startCloud } from '../../../local/cloud.ts'
import { createBus, Refused } from '../../../messaging/index.ts'
import { synthesize } from './app.ts'
import { GetStock } from './contracts.ts'

const folder = mkdtempSync(join(tmpdir(), 'request-reply-'))
const cloud = await startCloud({ clock: 'auto', start: Date.UTC(2026, 0, 1), seed: 'example' })
Object.assign(process.env, cloud.environment)
try {
  await cloud.deploy(synthesize(join(folder, 'cdk.out')))
  const Item = marshall({ pk: 'stock#22423', sk: '-', item: { sku: '22423', left: 7 } })
  const dynamo = new DynamoDBClient({})
  await dynamo.send(new PutItemCommand({ TableName: 'ask-inventory', Item }))
  dynamo.destroy()
  const bus = createBus({ app: 'ask', now: () => cloud.kernel.clock.now() })
  console.log(await bus.request(GetStock, { sku: '22423' }, { timeout: '10s' }))
  console.log(await bus.request(GetStock, { sku: '22423' }, { timeout: '10s', by: 'lambda' }))
  await bus.request(GetStock, { sku: 'unicorn' }).catch((error: unknown) => {
    if (error instanceof Refused) console.log(`refused: ${error.message}`)
  })
} finally {
  await cloud.stop()
  rmSync(folder, { recursive: true })
}
