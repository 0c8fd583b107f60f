import type { AccessCheck, Call, CloudContext } from '../../service.ts'
import { accessDenied } from './errors.ts'
import type { Bucket } from './model/bucket.ts'
import type { Buckets } from './model/buckets.ts'

export interface S3Parts {
  readonly context: CloudContext
  readonly buckets: Buckets
}

/** What every request on a bucket may say. */
export interface OnBucket {
  readonly Bucket: string | undefined
  readonly ExpectedBucketOwner?: string | undefined
}

export interface OnObject extends OnBucket {
  readonly Key: string | undefined
}

type Keys = Readonly<Record<string, string | undefined>>

/** Condition keys of every request; the endpoint stands for one with TLS (decision 0050). */
const always = { 's3:TlsVersion': '1.3', 's3:signatureversion': 'AWS4-HMAC-SHA256', 's3:authType': 'REST-HEADER' }

const contextOf = (keys: Keys): Record<string, string> => ({
  ...always,
  ...Object.fromEntries(Object.entries(keys).filter((entry): entry is [string, string] => entry[1] !== undefined)),
})

export const bucketArn = (name: string): string => `arn:aws:s3:::${name}`
export const objectArn = (bucket: string, key: string): string => `${bucketArn(bucket)}/${key}`

/** S3 tells of a missing bucket before it asks for permissions. @throws AwsError NoSuchBucket, AccessDenied */
function addressedBucket({ buckets, context }: S3Parts, { Bucket, ExpectedBucketOwner }: OnBucket): Bucket {
  const bucket = buckets.get(Bucket)
  if (ExpectedBucketOwner !== undefined && ExpectedBucketOwner !== context.account) throw accessDenied()
  return bucket
}

/** The check of an IAM action on the bucket itself. */
export const onBucket = (parts: S3Parts, action: string, input: OnBucket, keys: Keys = {}): AccessCheck[] => [
  { action: `s3:${action}`, resource: bucketArn(addressedBucket(parts, input).name), context: contextOf(keys) },
]

/** The check of an IAM action on one object. */
export const onObject = (parts: S3Parts, action: string, input: OnObject, keys: Keys = {}): AccessCheck[] => [
  {
    action: `s3:${action}`,
    resource: objectArn(addressedBucket(parts, input).name, input.Key ?? ''),
    context: contextOf(keys),
  },
]

/**
 * Whoever may not list the bucket is not told that a key is missing: the answer is the denial of `s3:ListBucket`
 * (S3 API reference, GetObject, "Permissions").
 */
export function mayKnowOfMissing({ context }: S3Parts, call: Call, bucket: string): void {
  context.authorize(call.caller, { action: 's3:ListBucket', resource: bucketArn(bucket), context: contextOf({}) })
}
