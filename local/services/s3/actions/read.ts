import type {
  GetObjectCommandInput,
  GetObjectCommandOutput,
  HeadObjectCommandInput,
  HeadObjectCommandOutput,
} from '@aws-sdk/client-s3'
import { type Action, action, type Call } from '../../../service.ts'
import { mayKnowOfMissing, onObject, type S3Parts } from '../access.ts'
import { checksumOf, DEFAULT, memberOf } from '../checksums.ts'
import { invalidRange, noSuchKey, notModified, preconditionFailed } from '../errors.ts'
import { expirationOf } from '../expiration.ts'
import type { Bucket, StoredObject } from '../model/bucket.ts'
import { sameTag } from './put.ts'

type ReadInput = GetObjectCommandInput | HeadObjectCommandInput

const accepts = [
  ...(['Bucket', 'Key', 'ExpectedBucketOwner', 'Range', 'ChecksumMode'] as const),
  ...(['IfMatch', 'IfNoneMatch', 'IfModifiedSince', 'IfUnmodifiedSince'] as const),
] as const

export function readActions(parts: S3Parts): Record<string, Action> {
  return {
    GetObject: action<GetObjectCommandInput, object & Partial<GetObjectCommandOutput>>({
      accepts,
      access: (input) => onObject(parts, 'GetObject', input),
      run: (input, call) => {
        const { object, told, range } = read(parts, input, call)
        const { start, end } = range
        return {
          ...told,
          Body: object.body.subarray(start, end) as unknown as NonNullable<GetObjectCommandOutput['Body']>,
        }
      },
    }),
    HeadObject: action<HeadObjectCommandInput, HeadObjectCommandOutput>({
      accepts,
      access: (input) => onObject(parts, 'GetObject', input),
      run: (input, call) => read(parts, input, call).told,
    }),
  }
}

function read(parts: S3Parts, input: ReadInput, call: Call) {
  const bucket = parts.buckets.get(input.Bucket)
  const object = found(parts, bucket, input.Key ?? '', call)
  checkConditions(object, input)
  const range = rangeOf(input.Range, object.body.length)
  return { object, range, told: tell(bucket, object, input, range) }
}

/** @throws AwsError NoSuchKey; AccessDenied where the caller may not know */
export function found(parts: S3Parts, bucket: Bucket, key: string, call: Call): StoredObject {
  const object = bucket.get(key)
  if (object) return object
  mayKnowOfMissing(parts, call, bucket.name)
  throw noSuchKey(key)
}

/** If-Match makes up for a failed If-Unmodified-Since, If-None-Match for If-Modified-Since (S3 API reference, GetObject). */
function checkConditions(object: StoredObject, input: ReadInput): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = input
  if (IfMatch !== undefined) {
    if (!sameTag(IfMatch, object.etag)) throw preconditionFailed('If-Match')
  } else if (IfUnmodifiedSince !== undefined && object.lastModified > IfUnmodifiedSince.getTime())
    throw preconditionFailed('If-Unmodified-Since')
  if (IfNoneMatch !== undefined) {
    if (sameTag(IfNoneMatch, object.etag)) throw notModified()
  } else if (IfModifiedSince !== undefined && object.lastModified <= IfModifiedSince.getTime()) throw notModified()
}

interface Range {
  readonly start: number
  readonly end: number
  readonly partial: boolean
}

/** One range of bytes. Several at once, or another unit, get the whole object, as S3 does. */
function rangeOf(text: string | undefined, size: number): Range {
  const whole = { start: 0, end: size, partial: false }
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(text ?? '') ?? []
  if (text === undefined || first === undefined || (first === '' && last === '')) return whole
  if (first === '') {
    const length = Number(last)
    if (length === 0 || size === 0) throw invalidRange(text, size)
    return { start: Math.max(0, size - length), end: size, partial: true }
  }
  const start = Number(first)
  const end = last === '' ? size : Math.min(Number(last) + 1, size)
  if (last !== '' && Number(last) < start) return whole
  if (start >= size) throw invalidRange(text, size)
  return { start, end, partial: true }
}

function tell(bucket: Bucket, object: StoredObject, { ChecksumMode }: ReadInput, { start, end, partial }: Range) {
  // The checksum is the whole object's, so a part comes without it.
  const checksum =
    ChecksumMode === 'ENABLED' && !partial ? (object.checksum ?? checksumOf(DEFAULT, object.body)) : undefined
  return {
    ...object.headers,
    AcceptRanges: 'bytes',
    ContentLength: end - start,
    ...(partial ? { ContentRange: `bytes ${start}-${end - 1}/${object.body.length}` } : {}),
    ETag: object.etag,
    LastModified: new Date(object.lastModified),
    ServerSideEncryption: 'AES256' as const,
    ...(checksum ? { ...memberOf(checksum), ChecksumType: 'FULL_OBJECT' as const } : {}),
    ...expirationOf(bucket, object),
  }
}
