import {
  DeleteObjectsCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type S3Bench, startS3 } from './support.ts'

let bench: S3Bench
beforeAll(async () => {
  bench = await startS3()
})
afterAll(() => bench.cloud.stop())

const allow = (Action: string | string[], Resource: string, Condition?: object) => ({
  Effect: 'Allow' as const,
  Action,
  Resource,
  ...(Condition ? { Condition: Condition as Record<string, Record<string, string>> } : {}),
})
const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }

it('a role reads and writes under its own prefix only', async () => {
  const Bucket = await bench.bucket('prefixes')
  await bench.put(Bucket, 'theirs/a')
  const s3 = await bench.as('own-prefix', [allow(['s3:GetObject', 's3:PutObject'], `arn:aws:s3:::${Bucket}/own/*`)])
  await s3.send(new PutObjectCommand({ Bucket, Key: 'own/a', Body: 'x' }))
  await s3.send(new GetObjectCommand({ Bucket, Key: 'own/a' }))
  await expect(s3.send(new PutObjectCommand({ Bucket, Key: 'theirs/a', Body: 'x' }))).rejects.toMatchObject(denied)
  await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'theirs/a' }))).rejects.toThrow(
    `is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::${Bucket}/theirs/a" because no identity-based policy allows the s3:GetObject action`,
  )
  const { Deleted, Errors } = await s3.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'own/a' }] } }),
  )
  expect([Deleted, Errors]).toMatchObject([undefined, [{ Key: 'own/a', Code: 'AccessDenied' }]])
})

it('a missing key is a 404 only to those who may list the bucket', async () => {
  const Bucket = await bench.bucket('missing')
  const read = allow('s3:GetObject', `arn:aws:s3:::${Bucket}/*`)
  const blind = await bench.as('blind', [read])
  await expect(blind.send(new GetObjectCommand({ Bucket, Key: 'no' }))).rejects.toThrow(
    `is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::${Bucket}" because`,
  )
  await expect(blind.send(new HeadObjectCommand({ Bucket, Key: 'no' }))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 403 },
  })
  const seeing = await bench.as('seeing', [read, allow('s3:ListBucket', `arn:aws:s3:::${Bucket}`)])
  await expect(seeing.send(new GetObjectCommand({ Bucket, Key: 'no' }))).rejects.toMatchObject({ name: 'NoSuchKey' })
  await expect(blind.send(new GetObjectCommand({ Bucket: 'no-such', Key: 'no' }))).rejects.toMatchObject({
    name: 'NoSuchBucket',
  })
})

it('a listing is judged by its prefix', async () => {
  const Bucket = await bench.bucket('listed')
  const onlyOwn = allow('s3:ListBucket', `arn:aws:s3:::${Bucket}`, { StringLike: { 's3:prefix': 'own/*' } })
  const s3 = await bench.as('lister', [onlyOwn])
  await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'own/x' }))
  await expect(s3.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject(denied)
  await expect(s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'theirs/' }))).rejects.toMatchObject(denied)
})

it("the bucket's policy grants and denies", async () => {
  const Bucket = await bench.bucket('policies')
  const s3 = await bench.as('named', [])
  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
  await expect(put('in/a')).rejects.toMatchObject(denied)
  const arn = `arn:aws:s3:::${Bucket}`
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${bench.cloud.account}:role/named` },
        Action: 's3:PutObject',
        Resource: `${arn}/in/*`,
      },
      { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `${arn}/in/locked/*` },
    ],
  })
  await bench.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  expect((await bench.s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy)
  await put('in/a')
  await expect(put('out/a')).rejects.toMatchObject(denied)
  await expect(put('in/locked/a')).rejects.toThrow('with an explicit deny in a resource-based policy')
})

it('a policy of other buckets, other services or nobody is malformed, and a public one is blocked', async () => {
  const Bucket = await bench.bucket('refusals')
  const put = (statement: object) =>
    bench.s3.send(
      new PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify({
          Statement: [
            {
              ...{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` },
              ...statement,
            },
          ],
        }),
      }),
    )
  await expect(put({ Resource: 'arn:aws:s3:::other/*' })).rejects.toMatchObject({
    ...{ name: 'MalformedPolicy', message: 'Policy has invalid resource' },
  })
  await expect(put({ Action: 'sqs:SendMessage' })).rejects.toThrow('Policy has invalid action')
  await expect(put({ Principal: { AWS: 'arn:aws:iam::000000000000:role/nobody' } })).rejects.toThrow(
    'Invalid principal in policy',
  )
  await expect(put({})).rejects.toThrow('because public policies are prevented by the BlockPublicPolicy setting')
  await put({ Condition: { StringEquals: { 'aws:SourceAccount': '000000000000' } } })
  const { PublicAccessBlockConfiguration } = await bench.s3.send(new GetPublicAccessBlockCommand({ Bucket }))
  expect(PublicAccessBlockConfiguration).toMatchObject({ BlockPublicPolicy: true, RestrictPublicBuckets: true })
  const open = { BlockPublicPolicy: false }
  await bench.s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: open }))
  await put({})
})

it('another owner than the expected one is refused', async () => {
  const Bucket = await bench.bucket('owners')
  await bench.put(Bucket, 'a')
  const get = (ExpectedBucketOwner: string) =>
    bench.s3.send(new GetObjectCommand({ Bucket, Key: 'a', ExpectedBucketOwner }))
  await get(bench.cloud.account)
  await expect(get('111111111111')).rejects.toMatchObject(denied)
})
