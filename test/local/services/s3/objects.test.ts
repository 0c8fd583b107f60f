import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressed } from '../../../../local/gateway/protocols/s3.ts'
import { type S3Bench, startS3 } from './support.ts'

let bench: S3Bench
beforeAll(async () => {
  bench = await startS3()
})
afterAll(() => bench.cloud.stop())

const read = async (Bucket: string, Key: string, more: object = {}) => {
  const answer = await bench.s3.send(new GetObjectCommand({ Bucket, Key, ...more }))
  return { ...answer, text: (await answer.Body?.transformToString()) ?? '' }
}

describe('objects', () => {
  it('come back with the bytes, headers and metadata that they were put with', async () => {
    const Bucket = await bench.bucket('headers')
    const bytes = new Uint8Array(300_000).map((_, index) => index * 7)
    const put = await bench.s3.send(
      new PutObjectCommand({
        ...{ Bucket, Key: 'a', Body: bytes, ContentType: 'image/png', CacheControl: 'no-store' },
        Metadata: { by: 'me' },
      }),
    )
    const got = await bench.s3.send(new GetObjectCommand({ Bucket, Key: 'a', ChecksumMode: 'ENABLED' }))
    expect(await got.Body?.transformToByteArray()).toEqual(bytes)
    expect(got).toMatchObject({
      ...{ ContentType: 'image/png', CacheControl: 'no-store', Metadata: { by: 'me' }, ContentLength: 300_000 },
      ...{ ETag: put.ETag, ChecksumCRC32: put.ChecksumCRC32, ServerSideEncryption: 'AES256' },
      LastModified: new Date(bench.cloud.clock.now()),
    })
    const { ContentLength, ETag, ContentType } = await bench.s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }))
    expect({ ContentLength, ETag, ContentType }).toEqual({
      ...{ ContentLength: 300_000, ETag: put.ETag, ContentType: 'image/png' },
    })
  })

  it('have any key: dots, slashes, blanks, marks and letters of all the world', async () => {
    const Bucket = await bench.bucket('keys')
    for (const Key of ['a/../b', './c', 'd//e/', 'f g+h%2F?i#j&k=l', 'é漢😀', "~!*()'"])
      await bench.put(Bucket, Key, Key).then(async () => expect((await read(Bucket, Key)).text).toBe(Key))
  })

  it('arrive from streams, in chunks with their checksum behind them', async () => {
    const Bucket = await bench.bucket('streams')
    const parts = ['one ', 'two ', 'three']
    await bench.s3.send(
      new PutObjectCommand({
        ...{ Bucket, Key: 'a', Body: Readable.from(parts.map((text) => Buffer.from(text))), ContentLength: 13 },
        ChecksumAlgorithm: 'SHA256',
      }),
    )
    const { text, ContentEncoding, ChecksumSHA256 } = await read(Bucket, 'a', { ChecksumMode: 'ENABLED' })
    expect(text).toBe('one two three')
    expect(ContentEncoding).toBeUndefined()
    expect(ChecksumSHA256).toBeDefined()
  })

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)('are verified by %s', async (algorithm) => {
    const Bucket = 'checksums'
    await bench.bucket(Bucket)
    await bench.s3.send(
      new PutObjectCommand({ Bucket, Key: algorithm, Body: '123456789', ChecksumAlgorithm: algorithm }),
    )
    const got = await read(Bucket, algorithm, { ChecksumMode: 'ENABLED' })
    expect(got[`Checksum${algorithm}`]).toBeDefined()
    const wrong = { Bucket, Key: 'b', Body: 'x', [`Checksum${algorithm}`]: got[`Checksum${algorithm}`] }
    await expect(bench.s3.send(new PutObjectCommand(wrong))).rejects.toMatchObject({
      name: 'BadDigest',
      message: `The ${algorithm} you specified did not match the calculated checksum.`,
    })
  })

  it('are read in ranges', async () => {
    const Bucket = await bench.bucket('ranges')
    await bench.put(Bucket, 'a', '0123456789')
    const range = async (Range: string) => {
      const { text, ContentRange, $metadata } = await read(Bucket, 'a', { Range })
      return [$metadata.httpStatusCode, text, ContentRange]
    }
    expect(await range('bytes=2-4')).toEqual([206, '234', 'bytes 2-4/10'])
    expect(await range('bytes=7-')).toEqual([206, '789', 'bytes 7-9/10'])
    expect(await range('bytes=-2')).toEqual([206, '89', 'bytes 8-9/10'])
    expect(await range('bytes=8-99')).toEqual([206, '89', 'bytes 8-9/10'])
    await expect(range('bytes=10-')).rejects.toMatchObject({ name: 'InvalidRange', $metadata: { httpStatusCode: 416 } })
  })

  it('are written and read on conditions', async () => {
    const Bucket = await bench.bucket('conditions')
    const put = (Body: string, condition: object) =>
      bench.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body, ...condition }))
    await expect(put('0', { IfMatch: '"x"' })).rejects.toMatchObject({ name: 'NoSuchKey' })
    const { ETag } = await put('1', { IfNoneMatch: '*' })
    await expect(put('2', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      message: 'At least one of the pre-conditions you specified did not hold',
      Condition: 'If-None-Match',
    })
    await expect(put('2', { IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' })
    expect((await read(Bucket, 'a', { IfMatch: ETag })).text).toBe('1')
    await expect(read(Bucket, 'a', { IfNoneMatch: ETag })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    })
    await put('2', { IfMatch: ETag })
    await expect(read(Bucket, 'a', { IfMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' })
    const now = new Date(bench.cloud.clock.now())
    await expect(read(Bucket, 'a', { IfModifiedSince: now })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    })
    await expect(read(Bucket, 'a', { IfUnmodifiedSince: new Date(0) })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    })
  })

  it('are copied within the service, with their headers or with others', async () => {
    const Bucket = await bench.bucket('copies')
    await bench.s3.send(new PutObjectCommand({ Bucket, Key: 'a b', Body: 'x', ContentType: 'text/plain' }))
    const copy = (more: object) =>
      bench.s3.send(new CopyObjectCommand({ Bucket, Key: 'c', CopySource: `${Bucket}/a%20b`, ...more }))
    expect((await copy({})).CopyObjectResult?.ETag).toBe('"9dd4e461268c8034f5c8564e155c67a6"')
    expect(await read(Bucket, 'c')).toMatchObject({ text: 'x', ContentType: 'text/plain' })
    await copy({ MetadataDirective: 'REPLACE', ContentType: 'text/html' })
    expect((await read(Bucket, 'c')).ContentType).toBe('text/html')
    await expect(copy({ CopySource: `${Bucket}/c` })).rejects.toMatchObject({ name: 'InvalidRequest' })
  })

  it('go one by one or a thousand at once, and it is no error when they are gone', async () => {
    const Bucket = await bench.bucket('deletes')
    for (const Key of ['a', 'b', 'c']) await bench.put(Bucket, Key)
    await bench.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))
    await bench.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))
    const { Deleted } = await bench.s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'b' }, { Key: 'never<&>' }] } }),
    )
    expect(Deleted).toEqual([{ Key: 'b' }, { Key: 'never<&>' }])
    const { Contents } = await bench.s3.send(new ListObjectsV2Command({ Bucket }))
    expect(Contents?.map(({ Key }) => Key)).toEqual(['c'])
    await expect(read(Bucket, 'b')).rejects.toMatchObject({
      ...{ name: 'NoSuchKey', message: 'The specified key does not exist.', Key: 'b' },
      ...{ RequestId: expect.any(String), HostId: expect.any(String) },
    })
    await expect(bench.s3.send(new HeadObjectCommand({ Bucket, Key: 'b' }))).rejects.toMatchObject({ name: 'NotFound' })
  })
})

describe('listings', () => {
  it('are in the order of bytes, in pages, and fold what lies behind a delimiter', async () => {
    const Bucket = await bench.bucket('listings')
    for (const Key of ['b/2', 'a', 'b/1', 'c/x/1', 'B', 'b', '漢', '😀']) await bench.put(Bucket, Key)
    const list = async (more: object) => {
      const answer = await bench.s3.send(new ListObjectsV2Command({ Bucket, ...more }))
      return {
        keys: answer.Contents?.map(({ Key }) => Key),
        prefixes: answer.CommonPrefixes?.map(({ Prefix }) => Prefix),
        next: answer.NextContinuationToken,
      }
    }
    expect((await list({})).keys).toEqual(['B', 'a', 'b', 'b/1', 'b/2', 'c/x/1', '漢', '😀'])
    expect(await list({ Delimiter: '/' })).toMatchObject({ keys: ['B', 'a', 'b', '漢', '😀'], prefixes: ['b/', 'c/'] })
    expect((await list({ Prefix: 'b/' })).keys).toEqual(['b/1', 'b/2'])
    expect((await list({ StartAfter: 'b/1', Delimiter: '/' })).prefixes).toEqual(['b/', 'c/'])
    const seen: unknown[] = []
    let ContinuationToken: string | undefined
    do {
      const page = await list({ MaxKeys: 2, Delimiter: '/', ContinuationToken })
      seen.push([...(page.keys ?? []), ...(page.prefixes ?? [])])
      ContinuationToken = page.next
    } while (ContinuationToken !== undefined)
    expect(seen).toEqual([['B', 'a'], ['b', 'b/'], ['漢', 'c/'], ['😀']])
  })
})

it('the older listing goes on behind a key, and tells it only with a delimiter', async () => {
  const Bucket = await bench.bucket('older-listings')
  for (const Key of ['a', 'b/1', 'b/2', 'c']) await bench.put(Bucket, Key)
  const list = (more: object) => bench.s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 2, ...more }))
  const first = await list({})
  expect(first).toMatchObject({ IsTruncated: true, Marker: '', MaxKeys: 2, Name: Bucket })
  expect(first.NextMarker).toBeUndefined()
  expect(first.Contents?.map(({ Key, Owner }) => [Key, Owner?.ID])).toEqual([
    ['a', '000000000000'],
    ['b/1', '000000000000'],
  ])
  expect((await list({ Marker: 'b/1' })).Contents?.map(({ Key }) => Key)).toEqual(['b/2', 'c'])
  const folded = await list({ Delimiter: '/' })
  expect(folded).toMatchObject({ NextMarker: 'b/', CommonPrefixes: [{ Prefix: 'b/' }] })
  expect((await list({ Delimiter: '/', Marker: folded.NextMarker })).Contents?.map(({ Key }) => Key)).toEqual(['c'])
})

it('a presigned URL ends on the clock of the cloud', async () => {
  const Bucket = await bench.bucket('presigned')
  await bench.put(Bucket, 'k')
  const url = (seconds: number, date = '20260101T000000Z') =>
    `${bench.cloud.endpoint}/${Bucket}/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=${date}&X-Amz-Expires=${seconds}&X-Amz-SignedHeaders=host&X-Amz-Signature=0`
  const past = Math.floor((bench.cloud.clock.now() - Date.UTC(2026, 0, 1)) / 1000)
  expect((await fetch(url(past + 10))).status).toBe(200)
  await bench.cloud.clock.advance(11_000)
  const ended = await fetch(url(past + 10))
  expect([ended.status, await ended.text()]).toEqual([
    403,
    expect.stringMatching(
      /<Code>AccessDenied<\/Code><Message>Request has expired<\/Message><X-Amz-Expires>\d+<\/X-Amz-Expires><Expires>2026-[^<]+Z<\/Expires><ServerTime>/,
    ),
  ])
  expect(await (await fetch(url(604_801))).text()).toContain('<Code>AuthorizationQueryParametersError</Code>')
})

describe('buckets', () => {
  it('are made with names that S3 permits, found, listed and deleted when empty', async () => {
    for (const Bucket of ['Upper', 'ab', '-a-', '192.168.0.1'])
      await expect(bench.s3.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
        name: 'InvalidBucketName',
      })
    const Bucket = await bench.bucket('life')
    await bench.put(Bucket, 'a')
    await bench.s3.send(new HeadBucketCommand({ Bucket }))
    const { Buckets } = await bench.s3.send(new ListBucketsCommand({ Prefix: 'life' }))
    expect(Buckets).toMatchObject([{ Name: 'life', CreationDate: new Date(bench.cloud.clock.now()) }])
    expect((await bench.s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeFalsy()
    expect((await bench.s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined()
    const remove = () => bench.s3.send(new DeleteBucketCommand({ Bucket }))
    await expect(remove()).rejects.toMatchObject({ name: 'BucketNotEmpty', $metadata: { httpStatusCode: 409 } })
    await bench.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))
    await remove()
    await expect(remove()).rejects.toMatchObject({ name: 'NoSuchBucket', BucketName: 'life' })
    await expect(bench.s3.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'NotFound' })
  })

  it('stand in the path, or in the host as LocalStack and AWS have it', () => {
    expect(addressed('127.0.0.1:4566', '/b/k/l')).toEqual({ bucket: 'b', path: '/k/l' })
    expect(addressed('localhost:4566', '/b')).toEqual({ bucket: 'b', path: '/' })
    expect(addressed('s3.localhost', '/')).toEqual({ bucket: undefined, path: '/' })
    expect(addressed('s3.localhost.localstack.cloud:4566', '/b/k')).toEqual({ bucket: 'b', path: '/k' })
    expect(addressed('b.localhost:4566', '/k')).toEqual({ bucket: 'b', path: '/k' })
    expect(addressed('my.b.s3.localhost', '/k')).toEqual({ bucket: 'my.b', path: '/k' })
    expect(addressed('b.s3.us-east-1.localhost.localstack.cloud:4566', '/')).toEqual({ bucket: 'b', path: '/' })
    expect(addressed('b.s3.eu-west-1.amazonaws.com', '/k')).toEqual({ bucket: 'b', path: '/k' })
  })

  it('answer clients of other make, which do not name the operation', async () => {
    const Bucket = await bench.bucket('plain-http')
    const authorization = 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, Signature=0'
    const request = (method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
      fetch(`${bench.cloud.endpoint}/${Bucket}${path}`, {
        method,
        headers: { authorization, ...headers },
        ...(body ? { body } : {}),
      })
    expect((await request('PUT', '/k', 'hello')).headers.get('etag')).toBe('"5d41402abc4b2a76b9719d911017c592"')
    expect(await (await request('GET', '/k')).text()).toBe('hello')
    expect((await request('HEAD', '/k')).headers.get('content-length')).toBe('5')
    expect(await (await request('PUT', '/l', undefined, { 'x-amz-copy-source': `/${Bucket}/k` })).text()).toContain(
      '<CopyObjectResult',
    )
    expect(await (await request('GET', '/?list-type=2')).text()).toContain('<Key>l</Key>')
    expect((await request('DELETE', '/k')).status).toBe(204)
    const missing = await request('GET', '/k')
    expect([missing.status, await missing.text()]).toEqual([
      404,
      expect.stringMatching(
        /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>NoSuchKey<\/Code><Message>The specified key does not exist.<\/Message><Key>k<\/Key><RequestId>[^<]+<\/RequestId><HostId>[^<]+<\/HostId><\/Error>$/,
      ),
    ])
    expect((await request('POST', '/?delete', '<Delete><Object></Delete>')).status).toBe(400)
  })
})

describe('what is not simulated', () => {
  it('is refused by name: versions, ACLs, other classes and keys of KMS', async () => {
    const Bucket = await bench.bucket('refused')
    const put = (more: object) => bench.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', ...more }))
    await expect(put({ ACL: 'public-read' })).rejects.toThrow('does not simulate the member ACL of s3:PutObject')
    await expect(put({ ServerSideEncryption: 'aws:kms' })).rejects.toThrow(
      "server-side encryption 'aws:kms'. Use 'AES256'",
    )
    await expect(put({ StorageClass: 'GLACIER' })).rejects.toThrow("the storage class 'GLACIER'")
    await expect(
      bench.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })),
    ).rejects.toThrow('does not simulate the action s3:PutBucketVersioning')
  })
})
