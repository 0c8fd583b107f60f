import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Envelope } from '../../messaging/envelope.ts'
import { claimCheck, consumer, event, variables } from '../../messaging/index.ts'
import { claimBucketName } from '../../messaging/names.ts'
import { dataOf } from '../../messaging/runtime/packing.ts'
import type { StandardSchema } from '../../messaging/standard-schema.ts'
import { again, type Fate, type Lab, openLab } from './lab.ts'
import { envelope } from './support.ts'

const schema: StandardSchema<{ readonly noise: string }> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as { noise: string } }) },
}
const Large = event('orders.Large', { schema, key: () => 'k', claimCheck: claimCheck() })
const Trigger = event('orders.OrderPlaced', { schema: schema as never, key: () => 'k' })

/** Does not compress below what a unit sends inline. */
const noise = (seed: number): string =>
  createHash('shake256', { outputLength: 20_000 }).update(String(seed)).digest('base64')

let lab: Lab
let s3: S3Client
let Bucket: string
beforeAll(async () => {
  lab = await openLab()
  const { account, region } = lab.cloud
  Bucket = claimBucketName('shop', account, region)
  Object.assign(process.env, lab.cloud.environment, { [variables.claims]: Bucket, AWS_MAX_ATTEMPTS: '1' })
  s3 = lab.cloud.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => lab.stop())

/** Publishes other bytes at each run, as a handler with the time in its message would. */
function emitting() {
  let runs = 0
  return consumer(import.meta, { id: 'orders.emit', on: Trigger, publishes: [Large] }, (_, unit) =>
    unit.publish(Large, { noise: noise(runs++) }),
  )
}
const objects = async (): Promise<string[]> =>
  ((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key = '' }) => Key)
const causedBy = async (id: string): Promise<Envelope[]> =>
  (await lab.outgoing()).filter(({ causationid }) => causationid === id)

describe('a body that is put before the commit', () => {
  const fates: readonly (Fate | undefined)[] = [undefined, 'crash before', 'crash after', 'lose answer', 'throttle']
  it.each(fates)('leaves no reference to nothing when its commit meets: %s', async (fate) => {
    const id = `m-${fate ?? 'nothing'}`
    const handler = emitting()
    const [record] = await lab.arrive([envelope({ id })])
    if (!record) throw new Error('nothing arrived')
    let met = false
    const first = await lab.invoke(handler, [record], (command) => {
      if (met || command !== 'PutItemCommand') return undefined
      met = true
      return fate
    })
    // As often as it takes: each run makes other bytes.
    for (let receives = 2; receives < 4; receives++)
      if (first.staying === 'crashed' || first.staying.length > 0) await lab.invoke(handler, [again(record, receives)])
    const out = await causedBy(id)
    expect(out).toHaveLength(1)
    for (const message of out) {
      expect(message).toMatchObject({ data: {}, dataref: expect.stringContaining('/claims/orders.Large/orders.emit/') })
      expect(await dataOf(Large, message)).toMatchObject({ noise: expect.any(String) })
    }
  })

  it('leaves an orphan, which is the lifecycle rule’s, when the process dies between the two', async () => {
    const [record] = await lab.arrive([envelope({ id: 'orphan' })])
    const before = (await objects()).length
    await lab.invoke(emitting(), record ? [record] : [], (command) =>
      command === 'PutItemCommand' ? 'crash before' : undefined,
    )
    expect(await causedBy('orphan')).toEqual([])
    expect((await objects()).length).toBe(before + 1)
  })
})

describe('a claim', () => {
  const handled: string[] = []
  const reading = consumer(
    import.meta,
    { id: 'shipping.read', on: Large, delivery: { attempts: 1 } },
    ({ noise: it_ }) => {
      handled.push(it_)
    },
  )
  const sent = async (id: string): Promise<{ message: Envelope; Key: string }> => {
    const [record] = await lab.arrive([envelope({ id })])
    await lab.invoke(emitting(), record ? [record] : [])
    const [message] = await causedBy(id)
    if (!message?.dataref) throw new Error('nothing left')
    return { message, Key: message.dataref.slice(`s3://${Bucket}/`.length) }
  }
  const reasonFor = async (message: Envelope): Promise<string | undefined> => {
    await lab.invoke(reading, await lab.arrive([message]))
    const letters = await lab.deadLetters()
    const attributes = letters.find(({ Body }) => Body?.includes(message.id))?.MessageAttributes ?? {}
    return Object.values(attributes)
      .map(({ StringValue }) => StringValue)
      .join(' | ')
  }

  it('is fetched before the handler runs', async () => {
    const { message } = await sent('whole')
    await lab.invoke(reading, await lab.arrive([message]))
    expect(handled).toEqual([noise(0)])
  })

  it('that is gone is a dead letter with its reason', async () => {
    const { message, Key } = await sent('gone')
    await s3.send(new DeleteObjectCommand({ Bucket, Key }))
    expect(await reasonFor(message)).toContain('ClaimMissing')
  })

  it('that has changed is a dead letter with its reason', async () => {
    const { message, Key } = await sent('changed')
    const forged = gzipSync(JSON.stringify({ noise: 'forged' }))
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: forged }))
    expect(await reasonFor(message)).toContain('ClaimChanged')
  })

  it('elsewhere than where its contract’s claims lie is not fetched', async () => {
    const { message } = await sent('foreign')
    const dataref = message.dataref?.replace('claims/orders.Large/', 'claims/orders.Secret/') ?? ''
    expect(await reasonFor({ ...message, id: 'foreign-1', dataref })).toContain('ClaimForeign')
  })
})
