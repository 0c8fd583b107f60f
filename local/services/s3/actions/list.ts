import type {
  ListObjectsCommandInput,
  ListObjectsCommandOutput,
  ListObjectsV2CommandInput,
  ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3'
import { type Action, action } from '../../../service.ts'
import { onBucket, type S3Parts } from '../access.ts'
import { invalidArgument, only } from '../errors.ts'
import type { Bucket } from '../model/bucket.ts'

const MAX_KEYS = 1000

const keysOf = (input: Pick<ListObjectsCommandInput, 'Prefix' | 'Delimiter' | 'MaxKeys'>) => ({
  's3:prefix': input.Prefix,
  's3:delimiter': input.Delimiter,
  's3:max-keys': input.MaxKeys?.toString(),
})

/** @throws AwsError InvalidArgument */
function sizeOf(MaxKeys: number): number {
  if (MaxKeys >= 0) return Math.min(MaxKeys, MAX_KEYS)
  throw invalidArgument('Argument maxKeys must be an integer between 0 and 2147483647', 'max-keys', String(MaxKeys))
}

/** The older listing, which the resource classes of other SDKs still use: pages go on behind a key, and owners are told. */
function listObjects(parts: S3Parts, input: ListObjectsCommandInput) {
  only('the encoding type', input.EncodingType, 'url')
  const { Prefix = '', Delimiter, Marker = '', MaxKeys = MAX_KEYS, EncodingType } = input
  const bucket = parts.buckets.get(input.Bucket)
  const range = { Prefix, Delimiter, after: Marker, StartAfter: undefined }
  const { keys, prefixes, next } = pageOf(bucket, range, sizeOf(MaxKeys))
  const told = EncodingType === 'url' ? encoded : (text: string) => text
  return {
    Name: bucket.name,
    Prefix: told(Prefix),
    Marker: told(Marker),
    MaxKeys,
    IsTruncated: next !== undefined,
    ...(Delimiter === undefined ? {} : { Delimiter: told(Delimiter) }),
    ...(EncodingType === undefined ? {} : { EncodingType }),
    // Told only with a delimiter: without one the last key says it (API reference of ListObjects).
    ...(next === undefined || Delimiter === undefined ? {} : { NextMarker: told(next) }),
    Contents: keys.map((key) => ({
      ...summary(bucket, key),
      Key: told(key),
      Owner: { ID: parts.context.account },
    })),
    CommonPrefixes: prefixes.map((prefix) => ({ Prefix: told(prefix) })),
  }
}

export function listActions(parts: S3Parts): Record<string, Action> {
  return {
    ListObjects: action<ListObjectsCommandInput, ListObjectsCommandOutput>({
      accepts: [
        ...(['Bucket', 'Prefix', 'Delimiter', 'MaxKeys', 'Marker'] as const),
        ...(['EncodingType', 'ExpectedBucketOwner'] as const),
      ],
      access: (input) => onBucket(parts, 'ListBucket', input, keysOf(input)),
      run: (input) => listObjects(parts, input),
    }),
    ListObjectsV2: action<ListObjectsV2CommandInput, ListObjectsV2CommandOutput>({
      accepts: [
        ...(['Bucket', 'Prefix', 'Delimiter', 'MaxKeys', 'ContinuationToken', 'StartAfter'] as const),
        ...(['EncodingType', 'FetchOwner', 'ExpectedBucketOwner'] as const),
      ],
      access: (input) => onBucket(parts, 'ListBucket', input, keysOf(input)),
      run: (input) => {
        only('the encoding type', input.EncodingType, 'url')
        const { Prefix = '', MaxKeys = MAX_KEYS, FetchOwner } = input
        const bucket = parts.buckets.get(input.Bucket)
        const { keys, prefixes, next } = pageOf(
          bucket,
          { ...input, after: fromToken(input.ContinuationToken) },
          sizeOf(MaxKeys),
        )
        const told = input.EncodingType === 'url' ? encoded : (text: string) => text
        return {
          Name: bucket.name,
          Prefix: told(Prefix),
          MaxKeys,
          KeyCount: keys.length + prefixes.length,
          IsTruncated: next !== undefined,
          ...(input.Delimiter === undefined ? {} : { Delimiter: told(input.Delimiter) }),
          ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
          ...(input.StartAfter === undefined ? {} : { StartAfter: told(input.StartAfter) }),
          ...(input.ContinuationToken === undefined ? {} : { ContinuationToken: input.ContinuationToken }),
          ...(next === undefined ? {} : { NextContinuationToken: Buffer.from(next).toString('base64') }),
          Contents: keys.map((key) => ({
            ...summary(bucket, key),
            Key: told(key),
            ...(FetchOwner ? { Owner: { ID: parts.context.account } } : {}),
          })),
          CommonPrefixes: prefixes.map((prefix) => ({ Prefix: told(prefix) })),
        }
      },
    }),
  }
}

function summary(bucket: Bucket, key: string) {
  const object = bucket.get(key)
  if (!object) return {}
  return {
    ETag: object.etag,
    LastModified: new Date(object.lastModified),
    Size: object.body.length,
    StorageClass: 'STANDARD' as const,
  }
}

const encoded = (text: string): string => encodeURIComponent(text).replace(/%2F/g, '/').replace(/%20/g, '+')

const isAfter = (text: string, other: string): boolean => Buffer.compare(Buffer.from(text), Buffer.from(other)) > 0

const fromToken = (token: string | undefined): string =>
  token === undefined ? '' : Buffer.from(token, 'base64').toString()

type Listed = Pick<ListObjectsV2CommandInput, 'Prefix' | 'Delimiter' | 'StartAfter'> & {
  /** The last element of the page before. */
  readonly after: string
}

/** Keys and common prefixes in one order; each common prefix counts as one element. */
function pageOf(
  bucket: Bucket,
  { Prefix = '', Delimiter = '', after, StartAfter = '' }: Listed,
  size: number,
): { keys: string[]; prefixes: string[]; next: string | undefined } {
  const keys: string[] = []
  const prefixes: string[] = []
  let last: string | undefined
  for (const key of bucket.keys()) {
    if (!key.startsWith(Prefix) || !isAfter(key, StartAfter)) continue
    const cut = Delimiter === '' ? -1 : key.indexOf(Delimiter, Prefix.length)
    const element = cut < 0 ? key : key.slice(0, cut + Delimiter.length)
    if (element === last || !isAfter(element, after)) continue
    if (keys.length + prefixes.length >= size) return { keys, prefixes, next: size === 0 ? undefined : last }
    ;(cut < 0 ? keys : prefixes).push(element)
    last = element
  }
  return { keys, prefixes, next: undefined }
}
