import type {
  DeleteBucketLifecycleCommandInput,
  DeleteBucketLifecycleCommandOutput,
  GetBucketLifecycleConfigurationCommandInput,
  GetBucketLifecycleConfigurationCommandOutput,
  PutBucketLifecycleConfigurationCommandInput,
  PutBucketLifecycleConfigurationCommandOutput,
} from '@aws-sdk/client-s3'
import { type Action, action } from '../../../service.ts'
import { onBucket, type S3Parts } from '../access.ts'
import { notFound } from '../errors.ts'
import { readRules } from '../model/lifecycle.ts'

const accepts = ['Bucket', 'ExpectedBucketOwner'] as const

export function lifecycleActions(parts: S3Parts): Record<string, Action> {
  const { buckets, context } = parts
  return {
    PutBucketLifecycleConfiguration: action<
      PutBucketLifecycleConfigurationCommandInput,
      PutBucketLifecycleConfigurationCommandOutput
    >({
      accepts: [...accepts, 'LifecycleConfiguration', 'ChecksumAlgorithm'],
      access: (input) => onBucket(parts, 'PutLifecycleConfiguration', input),
      run: ({ Bucket, LifecycleConfiguration }) => {
        const rules = readRules(LifecycleConfiguration?.Rules ?? [], () => context.kernel.random.uuid('lifecycle rule'))
        buckets.get(Bucket).rules = rules
        return {}
      },
    }),
    GetBucketLifecycleConfiguration: action<
      GetBucketLifecycleConfigurationCommandInput,
      GetBucketLifecycleConfigurationCommandOutput
    >({
      accepts,
      access: (input) => onBucket(parts, 'GetLifecycleConfiguration', input),
      run: ({ Bucket }) => {
        const { rules, name } = buckets.get(Bucket)
        if (rules.length === 0)
          throw notFound('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', name)
        return {
          Rules: rules.map(({ id, prefix, days, enabled }) => ({
            ID: id,
            Filter: { Prefix: prefix },
            Status: enabled ? 'Enabled' : 'Disabled',
            Expiration: { Days: days },
          })),
        }
      },
    }),
    DeleteBucketLifecycle: action<DeleteBucketLifecycleCommandInput, DeleteBucketLifecycleCommandOutput>({
      accepts,
      access: (input) => onBucket(parts, 'PutLifecycleConfiguration', input),
      run: ({ Bucket }) => {
        buckets.get(Bucket).rules = []
        return {}
      },
    }),
  }
}
