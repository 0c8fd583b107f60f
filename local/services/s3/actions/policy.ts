import type {
  DeleteBucketPolicyCommandInput,
  DeleteBucketPolicyCommandOutput,
  GetBucketPolicyCommandInput,
  GetBucketPolicyCommandOutput,
  PutBucketPolicyCommandInput,
  PutBucketPolicyCommandOutput,
} from '@aws-sdk/client-s3'
import { type Action, action } from '../../../service.ts'
import { onBucket, type S3Parts } from '../access.ts'
import { checkBucketPolicy } from '../bucket-policy.ts'
import { notFound } from '../errors.ts'

const accepts = ['Bucket', 'ExpectedBucketOwner'] as const

export function policyActions(parts: S3Parts): Record<string, Action> {
  const { buckets } = parts
  return {
    PutBucketPolicy: action<PutBucketPolicyCommandInput, PutBucketPolicyCommandOutput>({
      accepts: [...accepts, 'Policy', 'ChecksumAlgorithm'],
      access: (input) => onBucket(parts, 'PutBucketPolicy', input),
      run: ({ Bucket, Policy = '' }, call) => {
        const bucket = buckets.get(Bucket)
        bucket.policy = checkBucketPolicy(parts, bucket, Policy, call)
        return {}
      },
    }),
    GetBucketPolicy: action<GetBucketPolicyCommandInput, GetBucketPolicyCommandOutput>({
      accepts,
      access: (input) => onBucket(parts, 'GetBucketPolicy', input),
      run: ({ Bucket }) => {
        const { policy, name } = buckets.get(Bucket)
        if (!policy) throw notFound('NoSuchBucketPolicy', 'The bucket policy does not exist', name)
        return { Policy: policy.text }
      },
    }),
    DeleteBucketPolicy: action<DeleteBucketPolicyCommandInput, DeleteBucketPolicyCommandOutput>({
      accepts,
      access: (input) => onBucket(parts, 'DeleteBucketPolicy', input),
      run: ({ Bucket }) => {
        buckets.get(Bucket).policy = undefined
        return {}
      },
    }),
  }
}
