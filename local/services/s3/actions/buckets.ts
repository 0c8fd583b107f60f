import type {
  CreateBucketCommandInput,
  CreateBucketCommandOutput,
  DeleteBucketCommandInput,
  DeleteBucketCommandOutput,
  GetBucketLocationCommandInput,
  GetBucketVersioningCommandInput,
  GetBucketVersioningCommandOutput,
  HeadBucketCommandInput,
  HeadBucketCommandOutput,
  ListBucketsCommandInput,
  ListBucketsCommandOutput,
} from '@aws-sdk/client-s3'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { bucketArn, onBucket, type S3Parts } from '../access.ts'
import { malformedXml } from '../errors.ts'

export function bucketActions(parts: S3Parts): Record<string, Action> {
  const { buckets, context } = parts
  return {
    // Once more in us-east-1 gives the owner the bucket that is there; elsewhere BucketAlreadyOwnedByYou.
    CreateBucket: action<CreateBucketCommandInput, CreateBucketCommandOutput>({
      accepts: ['Bucket', 'CreateBucketConfiguration'],
      access: ({ Bucket }) => [{ action: 's3:CreateBucket', resource: bucketArn(Bucket ?? '') }],
      run: ({ Bucket = '', CreateBucketConfiguration = {} }) => {
        checkLocation(CreateBucketConfiguration, context.region)
        if (context.region !== 'us-east-1' && buckets.find(Bucket))
          throw new AwsError(
            'BucketAlreadyOwnedByYou',
            'Your previous request to create the named bucket succeeded and you already own it.',
            { fields: { BucketName: Bucket } },
          )
        const { name } = buckets.create(Bucket)
        return { Location: `/${name}`, BucketArn: bucketArn(name) }
      },
    }),
    HeadBucket: action<HeadBucketCommandInput, HeadBucketCommandOutput>({
      accepts: ['Bucket', 'ExpectedBucketOwner'],
      access: (input) => onBucket(parts, 'ListBucket', input),
      run: ({ Bucket }) => ({
        BucketRegion: context.region,
        BucketArn: bucketArn(Bucket ?? ''),
        AccessPointAlias: false,
      }),
    }),
    // us-east-1 is told as nothing, as it has been since it was the only region.
    GetBucketLocation: action<GetBucketLocationCommandInput, object>({
      accepts: ['Bucket', 'ExpectedBucketOwner'],
      access: (input) => onBucket(parts, 'GetBucketLocation', input),
      run: () => (context.region === 'us-east-1' ? {} : { LocationConstraint: context.region }),
    }),
    // A bucket that has never had versions says nothing of them.
    GetBucketVersioning: action<GetBucketVersioningCommandInput, GetBucketVersioningCommandOutput>({
      accepts: ['Bucket', 'ExpectedBucketOwner'],
      access: (input) => onBucket(parts, 'GetBucketVersioning', input),
      run: () => ({}),
    }),
    DeleteBucket: action<DeleteBucketCommandInput, DeleteBucketCommandOutput>({
      accepts: ['Bucket', 'ExpectedBucketOwner'],
      access: (input) => onBucket(parts, 'DeleteBucket', input),
      run: ({ Bucket }) => {
        buckets.delete(Bucket)
        return {}
      },
    }),
    ListBuckets: action<ListBucketsCommandInput, ListBucketsCommandOutput>({
      accepts: ['Prefix'],
      access: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
      run: ({ Prefix = '' }) => ({
        Owner: { ID: context.account },
        Buckets: buckets
          .all()
          .filter(({ name }) => name.startsWith(Prefix))
          .map(({ name, created }) => ({
            Name: name,
            CreationDate: new Date(created),
            BucketRegion: context.region,
            BucketArn: bucketArn(name),
          })),
      }),
    }),
  }
}

/** us-east-1 has no name of its own here; every other region must be named at its own endpoint. */
function checkLocation(
  { LocationConstraint, ...others }: NonNullable<CreateBucketCommandInput['CreateBucketConfiguration']>,
  region: string,
): void {
  if (Object.values(others).some((value) => value !== undefined)) throw malformedXml()
  const named: string | undefined = LocationConstraint
  if (named === (region === 'us-east-1' ? undefined : region)) return
  throw new AwsError(
    'IllegalLocationConstraintException',
    `The ${LocationConstraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    { status: 400 },
  )
}
