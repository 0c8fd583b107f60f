import { createHash } from 'node:crypto'
import type { PutObjectCommandInput, PutObjectCommandOutput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { onObject, type S3Parts } from '../access.ts'
import { checksumOf, DEFAULT, memberOf, verified } from '../checksums.ts'
import { noSuchKey, only, preconditionFailed } from '../errors.ts'
import { expirationOf } from '../expiration.ts'
import type { ObjectHeaders, StoredObject } from '../model/bucket.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html and UsingMetadata.html, bytes. */
const MAX_KEY = 1024
const MAX_METADATA = 2048

export function putActions(parts: S3Parts): Record<string, Action> {
  const { buckets, context } = parts
  return {
    PutObject: action<PutObjectCommandInput, PutObjectCommandOutput>({
      accepts: [
        ...(['Bucket', 'Key', 'Body', 'ContentLength', 'ContentMD5', 'ExpectedBucketOwner'] as const),
        ...(['CacheControl', 'ContentDisposition', 'ContentEncoding', 'ContentLanguage', 'ContentType'] as const),
        ...(['Metadata', 'IfMatch', 'IfNoneMatch', 'ServerSideEncryption', 'StorageClass'] as const),
        ...(['ChecksumAlgorithm', 'ChecksumCRC32', 'ChecksumCRC32C', 'ChecksumCRC64NVME'] as const),
        ...(['ChecksumSHA1', 'ChecksumSHA256'] as const),
      ],
      access: (input) =>
        onObject(parts, 'PutObject', input, {
          's3:x-amz-server-side-encryption': input.ServerSideEncryption,
          's3:x-amz-storage-class': input.StorageClass,
          's3:if-match': input.IfMatch,
          's3:if-none-match': input.IfNoneMatch,
        }),
      run: (input) => {
        const { Key = '', IfMatch, IfNoneMatch } = input
        only('server-side encryption', input.ServerSideEncryption, 'AES256')
        only('the storage class', input.StorageClass, 'STANDARD')
        only('the If-None-Match of a put', IfNoneMatch, '*')
        checkNames(Key, input.Metadata)
        const body = bytesOf(input.Body)
        const checksum = verified(input, body)
        const bucket = buckets.get(input.Bucket)
        checkPrecondition(bucket.get(Key), Key, { IfMatch, IfNoneMatch })
        const object = newObject(Key, body, headersOf(input), { checksum, now: context.kernel.clock.now() })
        bucket.put(object)
        return {
          ETag: object.etag,
          ServerSideEncryption: 'AES256',
          ChecksumType: 'FULL_OBJECT',
          ...memberOf(checksum ?? checksumOf(DEFAULT, body)),
          ...expirationOf(bucket, object),
        }
      },
    }),
  }
}

/** A copy: what the gateway has read may be a view of a larger piece. Another service of the local cloud may give text. */
const bytesOf = (body: PutObjectCommandInput['Body']): Uint8Array =>
  body === undefined ? new Uint8Array() : Buffer.from(body as Uint8Array | string)

export const headersOf = (input: ObjectHeaders): ObjectHeaders => {
  const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Metadata } = input
  return {
    ...{ CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, Metadata },
    ContentType: ContentType ?? 'binary/octet-stream',
  }
}

export const newObject = (
  key: string,
  body: Uint8Array,
  headers: ObjectHeaders,
  { checksum, now }: { checksum: StoredObject['checksum']; now: number },
): StoredObject => ({
  ...{ key, body, headers, checksum },
  etag: `"${createHash('md5').update(body).digest('hex')}"`,
  // Last-Modified has whole seconds, and so has all that is compared with it.
  lastModified: Math.floor(now / 1000) * 1000,
})

/** @throws AwsError KeyTooLongError, MetadataTooLarge */
export function checkNames(key: string, metadata: ObjectHeaders['Metadata'] = {}): void {
  const size = Buffer.byteLength(key)
  if (size > MAX_KEY)
    throw new AwsError('KeyTooLongError', 'Your key is too long', {
      status: 400,
      fields: { Size: size, MaxSizeAllowed: MAX_KEY },
    })
  const told = Object.entries(metadata).reduce((sum, entry) => sum + Buffer.byteLength(entry.join('')), 0)
  if (told > MAX_METADATA)
    throw new AwsError('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      status: 400,
      fields: { Size: told, MaxSizeAllowed: MAX_METADATA },
    })
}

/** S3 user guide, "How to prevent object overwrites with conditional writes". */
function checkPrecondition(
  object: StoredObject | undefined,
  key: string,
  { IfMatch, IfNoneMatch }: { IfMatch: string | undefined; IfNoneMatch: string | undefined },
): void {
  if (IfNoneMatch !== undefined && object) throw preconditionFailed('If-None-Match')
  if (IfMatch === undefined) return
  if (!object) throw noSuchKey(key)
  if (!sameTag(IfMatch, object.etag)) throw preconditionFailed('If-Match')
}

/** ETags may come with or without their quotes. */
export const sameTag = (given: string, etag: string): boolean =>
  given === '*' || given.replace(/^"|"$/g, '') === etag.slice(1, -1)
