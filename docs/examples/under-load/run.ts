// A provider is down for ten minutes: nobody's charge is lost, nothing is dead, and it was asked some forty times in all. After two of
// them its consumer is paused, and what is sent from then on is not even received.
//   npx node docs/examples/under-load/run.ts
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCloud } from '../../../local/cloud.ts'
import { createBus } from '../../../messaging/index.ts'
import { synthesize } from './app.ts'
import { Charge } from './contracts.ts'
import { openTable } from './table.ts'

const MINUTE = 60_000
const folder = mkdtempSync(join(tmpdir(), 'under-load-'))
const cloud = await startCloud({ clock: 'manual', start: Date.UTC(2026, 0, 1), seed: 'example' })
const { clock } = cloud.kernel
Object.assign(process.env, cloud.environment)
const table = openTable(cloud)
try {
  await cloud.deploy(synthesize(join(folder, 'cdk.out')).folder)
  const bus = createBus({ app: 'load', now: () => clock.now() })
  await clock.advance(MINUTE)
  await table.provider(false)
  for (let n = 1; n <= 10; n++) await bus.send(Charge, { id: `order-${n}`, customer: 'anyone' })
  await clock.advance(10 * MINUTE)
  console.log(`after 10 minutes: ${(await table.done('charged')).length} charged`)
  const recovered = clock.now()
  await table.provider(true)
  await clock.advance(MINUTE)
  const charged = await table.done('charged')
  const first = Math.round(((charged[0]?.at ?? 0) - recovered) / 1000)
  console.log(`the provider is back: ${charged.length} charged, the first after ${first} s`)
} finally {
  table.close()
  await cloud.stop()
  rmSync(folder, { recursive: true })
}
