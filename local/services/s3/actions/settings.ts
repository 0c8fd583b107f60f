import type {
  DeleteBucketEncryptionCommandInput,
  DeleteBucketEncryptionCommandOutput,
  DeleteBucketTaggingCommandInput,
  DeleteBucketTaggingCommandOutput,
  DeletePublicAccessBlockCommandInput,
  DeletePublicAccessBlockCommandOutput,
  GetBucketEncryptionCommandInput,
  GetBucketEncryptionCommandOutput,
  GetBucketTaggingCommandInput,
  GetBucketTaggingCommandOutput,
  GetPublicAccessBlockCommandInput,
  GetPublicAccessBlockCommandOutput,
  PutBucketEncryptionCommandInput,
  PutBucketEncryptionCommandOutput,
  PutBucketTaggingCommandInput,
  PutBucketTaggingCommandOutput,
  PutPublicAccessBlockCommandInput,
  PutPublicAccessBlockCommandOutput,
} from '@aws-sdk/client-s3'
import { type Action, action } from '../../../service.ts'
import { tagList, tagMap } from '../../tags.ts'
import { onBucket, type S3Parts } from '../access.ts'
import { malformedXml, notFound, only } from '../errors.ts'
import { policyActions } from './policy.ts'

const accepts = ['Bucket', 'ExpectedBucketOwner'] as const

export const settingActions = (parts: S3Parts): Record<string, Action> => ({
  ...policyActions(parts),
  ...accessBlockActions(parts),
  ...encryptionActions(parts),
  ...tagActions(parts),
})

const accessBlockActions = (parts: S3Parts): Record<string, Action> => ({
  PutPublicAccessBlock: action<PutPublicAccessBlockCommandInput, PutPublicAccessBlockCommandOutput>({
    accepts: [...accepts, 'PublicAccessBlockConfiguration', 'ChecksumAlgorithm'],
    access: (input) => onBucket(parts, 'PutBucketPublicAccessBlock', input),
    run: ({ Bucket, PublicAccessBlockConfiguration = {} }) => {
      const { BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets } =
        PublicAccessBlockConfiguration
      parts.buckets.get(Bucket).accessBlock = {
        BlockPublicAcls: BlockPublicAcls ?? false,
        IgnorePublicAcls: IgnorePublicAcls ?? false,
        BlockPublicPolicy: BlockPublicPolicy ?? false,
        RestrictPublicBuckets: RestrictPublicBuckets ?? false,
      }
      return {}
    },
  }),
  GetPublicAccessBlock: action<GetPublicAccessBlockCommandInput, GetPublicAccessBlockCommandOutput>({
    accepts,
    access: (input) => onBucket(parts, 'GetBucketPublicAccessBlock', input),
    run: ({ Bucket }) => {
      const { accessBlock, name } = parts.buckets.get(Bucket)
      if (!accessBlock)
        throw notFound(
          'NoSuchPublicAccessBlockConfiguration',
          'The public access block configuration was not found',
          name,
        )
      return { PublicAccessBlockConfiguration: accessBlock }
    },
  }),
  DeletePublicAccessBlock: action<DeletePublicAccessBlockCommandInput, DeletePublicAccessBlockCommandOutput>({
    accepts,
    access: (input) => onBucket(parts, 'PutBucketPublicAccessBlock', input),
    run: ({ Bucket }) => {
      parts.buckets.get(Bucket).accessBlock = undefined
      return {}
    },
  }),
})

/** SSE-S3 is on in every bucket since January 2023, and the only encryption that is simulated. */
const sseS3 = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }] }

const encryptionActions = (parts: S3Parts): Record<string, Action> => ({
  PutBucketEncryption: action<PutBucketEncryptionCommandInput, PutBucketEncryptionCommandOutput>({
    accepts: [...accepts, 'ServerSideEncryptionConfiguration', 'ChecksumAlgorithm'],
    access: (input) => onBucket(parts, 'PutEncryptionConfiguration', input),
    run: ({ ServerSideEncryptionConfiguration }) => {
      const [rule, ...more] = ServerSideEncryptionConfiguration?.Rules ?? []
      const algorithm = rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm
      if (algorithm === undefined || more.length > 0) throw malformedXml()
      only('server-side encryption', algorithm, 'AES256')
      return {}
    },
  }),
  GetBucketEncryption: action<GetBucketEncryptionCommandInput, GetBucketEncryptionCommandOutput>({
    accepts,
    access: (input) => onBucket(parts, 'GetEncryptionConfiguration', input),
    run: () => ({ ServerSideEncryptionConfiguration: sseS3 }),
  }),
  DeleteBucketEncryption: action<DeleteBucketEncryptionCommandInput, DeleteBucketEncryptionCommandOutput>({
    accepts,
    access: (input) => onBucket(parts, 'PutEncryptionConfiguration', input),
    run: () => ({}),
  }),
})

const tagActions = (parts: S3Parts): Record<string, Action> => ({
  PutBucketTagging: action<PutBucketTaggingCommandInput, PutBucketTaggingCommandOutput>({
    accepts: [...accepts, 'Tagging', 'ChecksumAlgorithm'],
    access: (input) => onBucket(parts, 'PutBucketTagging', input),
    run: ({ Bucket, Tagging }) => {
      parts.buckets.get(Bucket).tags = tagMap(Tagging?.TagSet)
      return {}
    },
  }),
  GetBucketTagging: action<GetBucketTaggingCommandInput, GetBucketTaggingCommandOutput>({
    accepts,
    access: (input) => onBucket(parts, 'GetBucketTagging', input),
    run: ({ Bucket }) => {
      const { tags, name } = parts.buckets.get(Bucket)
      if (tags.size === 0) throw notFound('NoSuchTagSet', 'The TagSet does not exist', name)
      return { TagSet: tagList(tags) }
    },
  }),
  DeleteBucketTagging: action<DeleteBucketTaggingCommandInput, DeleteBucketTaggingCommandOutput>({
    accepts,
    access: (input) => onBucket(parts, 'PutBucketTagging', input),
    run: ({ Bucket }) => {
      parts.buckets.get(Bucket).tags = new Map()
      return {}
    },
  }),
})
