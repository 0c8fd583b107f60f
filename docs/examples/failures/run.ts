// What fails, where it goes, and how it comes back: retries, a dead letter, a parked group.
//   npx node docs/examples/failures/run.ts
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { startCloud } from '../../../local/cloud.ts'
import { createBus } from '../../../messaging/index.ts'
import { synthesize } from './app.ts'
import { Book, Charge, SetRate } from './contracts.ts'

const folder = mkdtempSync(join(tmpdir(), 'failures-'))
const cloud = await startCloud({ clock: 'auto', start: Date.UTC(2026, 0, 1), seed: 'example' })
const { clock } = cloud.kernel
Object.assign(process.env, cloud.environment)

/** Runs the command line, as a person would. */
async function penstock(...args: string[]): Promise<void> {
  const bin = fileURLToPath(new URL('../../../bin/penstock.ts', import.meta.url))
  console.log(`$ penstock ${args.map((arg) => (/[ {]/.test(arg) ? `'${arg}'` : arg)).join(' ')}`)
  const { stdout } = await promisify(execFile)(process.execPath, [bin, ...args, '--app', 'bank'])
  console.log(stdout.trimEnd().replaceAll(/[0-9a-f]{32}/g, '(an id)'))
}

async function statement(account: string): Promise<void> {
  await clock.idle()
  const Key = { pk: { S: `statements#${account}` }, sk: { S: '-' } }
  const { Item } = await new DynamoDBClient({}).send(new GetItemCommand({ TableName: 'bank-bank', Key }))
  console.log(`${account}: ${Item ? unmarshall(Item).item.lines.join(', ') : 'nothing'}`)
}

try {
  await cloud.deploy(synthesize(join(folder, 'cdk.out')))
  const bus = createBus({ app: 'bank', now: () => clock.now() })

  await bus.send(Charge, { account: 'ada', card: 'slow' })
  await bus.send(Charge, { account: 'bob', card: 'expired' }, { id: 'bobs-charge' })
  await statement('ada')
  await statement('bob')
  await bus.send(Charge, { account: 'eve', card: 'night' })
  await statement('eve')
  await penstock('dlq', 'group', 'bank.charge')
  await penstock('dlq', 'edit', 'bank.charge', '--id', 'bobs-charge', '--data', '{"account":"bob","card":"new"}')
  await penstock('dlq', 'redrive', 'bank.charge', '--filter', 'class=Dead/CardExpired')
  await statement('bob')

  for (const amount of [1, 2]) await bus.send(Book, { account: 'cyd', amount, currency: amount === 1 ? 'EUR' : 'GBP' })
  await bus.send(Book, { account: 'dan', amount: 3, currency: 'GBP' })
  await statement('cyd')
  await statement('dan')
  await penstock('parked', 'ls')
  await bus.send(SetRate, { currency: 'EUR', rate: 0.5 })
  await clock.idle()
  await penstock('parked', 'resume', 'bank.book')
  await statement('cyd')
} finally {
  await cloud.stop()
  rmSync(folder, { recursive: true })
}
