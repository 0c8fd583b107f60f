import {
  GetBucketLifecycleConfigurationCommand,
  HeadObjectCommand,
  type LifecycleRule,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
} from '@aws-sdk/client-s3'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expiryOf } from '../../../../local/services/s3/model/lifecycle.ts'
import { type S3Bench, startS3 } from './support.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

let bench: S3Bench
beforeAll(async () => {
  bench = await startS3()
})
afterAll(() => bench.cloud.stop())

const setRules = (Bucket: string, Rules: LifecycleRule[]) =>
  bench.s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }))
const keys = async (Bucket: string) =>
  ((await bench.s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key)

it('objects under a prefix expire at the midnight after their days, and others stay', async () => {
  const { clock } = bench.cloud
  const Bucket = await bench.bucket('expiring')
  await bench.put(Bucket, 'tmp/before')
  await setRules(Bucket, [{ ID: 'tmp', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 3 } }])
  await clock.advance(10.5 * HOUR)
  await bench.put(Bucket, 'tmp/a')
  await bench.put(Bucket, 'kept')
  const { Expiration } = await bench.s3.send(new HeadObjectCommand({ Bucket, Key: 'tmp/a' }))
  expect(Expiration).toBe('expiry-date="Mon, 05 Jan 2026 00:00:00 GMT", rule-id="tmp"')
  await clock.advance(3 * DAY)
  expect(await keys(Bucket)).toEqual(['kept', 'tmp/a', 'tmp/before'])
  await clock.advance(13.5 * HOUR)
  expect(await keys(Bucket)).toEqual(['kept'])
  await clock.advance(365 * DAY)
  expect(await keys(Bucket)).toEqual(['kept'])
})

it('a rule that is off removes nothing, and rules come back as they were put', async () => {
  const Bucket = await bench.bucket('ruled')
  const get = async () => (await bench.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules
  await expect(get()).rejects.toMatchObject({ name: 'NoSuchLifecycleConfiguration' })
  const rule = { ID: 'off', Status: 'Disabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } } as const
  await setRules(Bucket, [rule])
  expect(await get()).toEqual([rule])
  await bench.put(Bucket, 'a')
  await bench.cloud.clock.advance(10 * DAY)
  expect(await keys(Bucket)).toEqual(['a'])
})

it('what else a rule may say is refused by name', async () => {
  const Bucket = await bench.bucket('other-rules')
  const rule = (more: object): LifecycleRule[] => [{ Status: 'Enabled', Filter: { Prefix: '' }, ...more }]
  await expect(setRules(Bucket, rule({ Transitions: [{ Days: 1, StorageClass: 'GLACIER' }] }))).rejects.toThrow(
    'does not simulate Transitions in a lifecycle rule',
  )
  await expect(
    setRules(Bucket, rule({ Filter: { ObjectSizeGreaterThan: 5 }, Expiration: { Days: 1 } })),
  ).rejects.toThrow('Filter.ObjectSizeGreaterThan')
  await expect(setRules(Bucket, rule({ Expiration: { Days: 0 } }))).rejects.toMatchObject({ name: 'InvalidArgument' })
  await expect(setRules(Bucket, rule({}))).rejects.toMatchObject({ name: 'InvalidRequest' })
})

it('an object lives its days in full and never a whole day more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1, max: 400 }), (written, days) => {
      const { at } = expiryOf([{ id: 'a', prefix: '', days, enabled: true }], 'k', written) ?? { at: 0 }
      expect(at % DAY).toBe(0)
      expect(at - written).toBeGreaterThan(days * DAY)
      expect(at - written).toBeLessThanOrEqual((days + 1) * DAY)
    }),
  )
})
