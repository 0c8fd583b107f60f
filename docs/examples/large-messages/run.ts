// A price list of 5 MB, which no message could hold, reaches two consumers and a saga; a small one travels as it is.
//   npx node docs/examples/large-messages/run.ts
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { startCloud } from '../../../local/cloud.ts'
import { createBus } from '../../../messaging/index.ts'
import { synthesize } from './app.ts'
import { ImportPrices } from './contracts.ts'
import { priceList } from './price-list.ts'
import { readingOf } from './read.ts'

const folder = mkdtempSync(join(tmpdir(), 'large-messages-'))
const cloud = await startCloud({ clock: 'auto', start: Date.UTC(2026, 0, 1), seed: 'example' })
const { clock } = cloud.kernel
Object.assign(process.env, cloud.environment)
try {
  await cloud.deploy(synthesize(join(folder, 'cdk.out')))
  const bus = createBus({ app: 'large', now: () => clock.now() })
  const large = priceList('spring', 'Acme', 5_000_000)
  console.log(`sent: ${large.lines.length} lines, ${(JSON.stringify(large).length / 1e6).toFixed(1)} MB`)
  await bus.send(ImportPrices, large, { id: 'spring' })
  await bus.send(ImportPrices, priceList('tiny', 'Other', 500), { id: 'tiny' })
  await clock.idle()
  for (const service of ['pricing', 'search', 'catalogue'])
    for (const listId of ['spring', 'tiny']) {
      const reading = await readingOf(service, listId)
      console.log(`${service} ${listId}: ${reading ? JSON.stringify(reading) : 'not for it'}`)
    }
  const s3 = new S3Client({})
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: `large-claims-${cloud.account}-${cloud.region}` }),
  )
  s3.destroy()
  for (const { Key = '' } of Contents) console.log(`waiting in S3: ${Key.split('/').slice(0, 3).join('/')}/...`)
} finally {
  await cloud.stop()
  rmSync(folder, { recursive: true })
}
