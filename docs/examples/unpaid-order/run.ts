// An order that nobody pays is cancelled after half an hour, one that is paid is not: a day in a second or two.
//   npx node docs/examples/unpaid-order/run.ts
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCloud } from '../../../local/cloud.ts'
import { createBus } from '../../../messaging/index.ts'
import { synthesize } from './app.ts'
import { PayOrder, PlaceOrder } from './contracts.ts'
import { readOrder } from './read-order.ts'

const folder = mkdtempSync(join(tmpdir(), 'unpaid-order-'))
const cloud = await startCloud({ clock: 'auto', start: Date.UTC(2026, 0, 1), seed: 'example' })
const { clock } = cloud.kernel
Object.assign(process.env, cloud.environment)
try {
  await cloud.deploy(synthesize(join(folder, 'cdk.out')))
  const bus = createBus({ app: 'unpaid', now: () => clock.now() })
  await bus.send(PlaceOrder, { orderId: 'forgotten' })
  await bus.send(PlaceOrder, { orderId: 'paid' })
  // The clock jumps to whatever comes next, so the payment is sent for its time.
  await bus.send(PayOrder, { orderId: 'paid' }, { delay: '10m' })
  await clock.idle()
  for (const orderId of ['forgotten', 'paid']) {
    const { status, log } = await readOrder(cloud, orderId)
    console.log(`${orderId}: ${status}, ${log.join(', ')}`)
  }
} finally {
  await cloud.stop()
  rmSync(folder, { recursive: true })
}
