import type { CopyObjectCommandInput, CopyObjectCommandOutput } from '@aws-sdk/client-s3'
import { type Action, action } from '../../../service.ts'
import { type OnObject, onObject, type S3Parts } from '../access.ts'
import { memberOf } from '../checksums.ts'
import { invalidArgument, invalidRequest, only } from '../errors.ts'
import { expirationOf } from '../expiration.ts'
import { checkNames, headersOf, newObject } from './put.ts'
import { found } from './read.ts'

export function copyActions(parts: S3Parts): Record<string, Action> {
  const { buckets, context } = parts
  return {
    CopyObject: action<CopyObjectCommandInput, CopyObjectCommandOutput>({
      accepts: [
        ...(['Bucket', 'Key', 'CopySource', 'MetadataDirective', 'ExpectedBucketOwner'] as const),
        ...(['CacheControl', 'ContentDisposition', 'ContentEncoding', 'ContentLanguage', 'ContentType'] as const),
        ...(['Metadata', 'ServerSideEncryption', 'StorageClass'] as const),
      ],
      access: (input) => [
        ...onObject(parts, 'GetObject', sourceOf(input.CopySource)),
        ...onObject(parts, 'PutObject', input, { 's3:x-amz-copy-source': input.CopySource }),
      ],
      run: (input, call) => {
        only('server-side encryption', input.ServerSideEncryption, 'AES256')
        only('the storage class', input.StorageClass, 'STANDARD')
        only('the metadata directive', input.MetadataDirective, 'COPY', 'REPLACE')
        const { Key = '' } = input
        const from = sourceOf(input.CopySource)
        const replace = input.MetadataDirective === 'REPLACE'
        if (!replace && from.Bucket === input.Bucket && from.Key === Key)
          throw invalidRequest(
            "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
          )
        checkNames(Key, input.Metadata)
        const source = found(parts, buckets.get(from.Bucket), from.Key ?? '', call)
        const bucket = buckets.get(input.Bucket)
        const object = newObject(Key, source.body, replace ? headersOf(input) : source.headers, {
          checksum: source.checksum,
          now: context.kernel.clock.now(),
        })
        bucket.put(object)
        return {
          ServerSideEncryption: 'AES256',
          CopyObjectResult: {
            ETag: object.etag,
            LastModified: new Date(object.lastModified),
            ...(object.checksum ? memberOf(object.checksum) : {}),
          },
          ...expirationOf(bucket, object),
        }
      },
    }),
  }
}

/** `bucket/key`, with a slash before it or not, URL-encoded. */
function sourceOf(text = ''): OnObject {
  const [, Bucket, Key] = /^\/?([^/]+)\/(.+)$/s.exec(decoded(text)) ?? []
  if (Bucket === undefined || Key?.includes('?versionId='))
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      text,
    )
  return { Bucket, Key }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalidArgument('Invalid copy source encoding.', 'x-amz-copy-source', text)
  }
}
