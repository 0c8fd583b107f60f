import type { ListObjectsV2CommandInput, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import { type Action, action } from '../../../service.ts'
import { onBucket, type S3Parts } from '../access.ts'
import { invalidArgument, only } from '../errors.ts'
import type { Bucket } from '../model/bucket.ts'

const MAX_KEYS = 1000

export function listActions(parts: S3Parts): Record<string, Action> {
  return {
    ListObjectsV2: action<ListObjectsV2CommandInput, ListObjectsV2CommandOutput>({
      accepts: [
        ...(['Bucket', 'Prefix', 'Delimiter', 'MaxKeys', 'ContinuationToken', 'StartAfter'] as const),
        ...(['EncodingType', 'FetchOwner', 'ExpectedBucketOwner'] as const),
      ],
      access: (input) =>
        onBucket(parts, 'ListBucket', input, {
          's3:prefix': input.Prefix,
          's3:delimiter': input.Delimiter,
          's3:max-keys': input.MaxKeys?.toString(),
        }),
      run: (input) => {
        only('the encoding type', input.EncodingType, 'url')
        const { Prefix = '', MaxKeys = MAX_KEYS, FetchOwner } = input
        if (MaxKeys < 0)
          throw invalidArgument(
            'Argument maxKeys must be an integer between 0 and 2147483647',
            'max-keys',
            String(MaxKeys),
          )
        const bucket = parts.buckets.get(input.Bucket)
        const { keys, prefixes, next } = pageOf(bucket, input, Math.min(MaxKeys, MAX_KEYS))
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

/** Keys and common prefixes in one order; each common prefix counts as one element. */
function pageOf(
  bucket: Bucket,
  { Prefix = '', Delimiter = '', ContinuationToken, StartAfter = '' }: ListObjectsV2CommandInput,
  size: number,
): { keys: string[]; prefixes: string[]; next: string | undefined } {
  const told = ContinuationToken === undefined ? '' : Buffer.from(ContinuationToken, 'base64').toString()
  const keys: string[] = []
  const prefixes: string[] = []
  let last: string | undefined
  for (const key of bucket.keys()) {
    if (!key.startsWith(Prefix) || !isAfter(key, StartAfter)) continue
    const cut = Delimiter === '' ? -1 : key.indexOf(Delimiter, Prefix.length)
    const element = cut < 0 ? key : key.slice(0, cut + Delimiter.length)
    if (element === last || !isAfter(element, told)) continue
    if (keys.length + prefixes.length >= size) return { keys, prefixes, next: size === 0 ? undefined : last }
    ;(cut < 0 ? keys : prefixes).push(element)
    last = element
  }
  return { keys, prefixes, next: undefined }
}
