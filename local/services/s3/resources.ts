import { AwsError, NotSimulated } from '../../errors.ts'
import type { CloudContext, CreatedResource, Properties, ResourceType } from '../../service.ts'
import { bucketArn } from './access.ts'
import type { Buckets } from './model/buckets.ts'

type CallS3 = (action: string, input: object) => Promise<unknown>

/** CloudFormation resource types of S3. */
export const s3Resources = (context: CloudContext, buckets: Buckets): Record<string, ResourceType> => {
  const call: CallS3 = (action, input) => context.call({ caller: context.administrator, service: 's3', action, input })
  return { 'AWS::S3::Bucket': bucketResource(context, buckets, call), 'AWS::S3::BucketPolicy': policyResource(call) }
}

function bucketResource(context: CloudContext, buckets: Buckets, call: CallS3): ResourceType {
  const created = (name: string): CreatedResource => ({
    ref: name,
    attributes: {
      Arn: bucketArn(name),
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${context.region}.amazonaws.com`,
    },
  })
  return {
    properties: [
      ...['BucketName', 'BucketEncryption', 'LifecycleConfiguration', 'PublicAccessBlockConfiguration'],
      ...['OwnershipControls', 'Tags'],
    ],
    async create(properties, resource) {
      // The name is one of the whole world's, which has no upper case.
      const name = String(properties.BucketName ?? resource.physicalName(63)).toLowerCase()
      if (buckets.find(name)) throw new AwsError('AlreadyExists', `${name} already exists`)
      const { region } = context
      const place = region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region } }
      await call('CreateBucket', { Bucket: String(properties.BucketName ?? name), ...place })
      await applySettings(call, name, properties, {})
      return created(name)
    },
    async update(name, properties, previous) {
      if (properties.BucketName !== previous.BucketName) return undefined
      await applySettings(call, name, properties, previous)
      return created(name)
    },
    async delete(Bucket) {
      if (buckets.find(Bucket)) await call('DeleteBucket', { Bucket })
    },
  }
}

/** A setting, where it stands in a bucket's properties, and the actions that give and take it. */
async function applySettings(call: CallS3, Bucket: string, next: Properties, previous: Properties): Promise<void> {
  const apply = async (name: string, put: (value: unknown) => Promise<unknown>, remove: string): Promise<void> => {
    if (next[name] !== undefined) await put(next[name])
    else if (previous[name] !== undefined) await call(remove, { Bucket })
  }
  checkOwnership(next.OwnershipControls)
  await apply(
    'BucketEncryption',
    (value) => call('PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: encryptionOf(value) }),
    'DeleteBucketEncryption',
  )
  await apply(
    'PublicAccessBlockConfiguration',
    (value) => call('PutPublicAccessBlock', { Bucket, PublicAccessBlockConfiguration: flagsOf(value) }),
    'DeletePublicAccessBlock',
  )
  await apply(
    'LifecycleConfiguration',
    (value) => call('PutBucketLifecycleConfiguration', { Bucket, LifecycleConfiguration: lifecycleOf(value) }),
    'DeleteBucketLifecycle',
  )
  await apply('Tags', (TagSet) => call('PutBucketTagging', { Bucket, Tagging: { TagSet } }), 'DeleteBucketTagging')
}

/** ACLs are off, which is what BucketOwnerEnforced says. */
function checkOwnership(controls: unknown): void {
  const rules = (controls as { Rules?: readonly { ObjectOwnership?: string }[] } | undefined)?.Rules ?? []
  for (const { ObjectOwnership } of rules)
    if (ObjectOwnership !== 'BucketOwnerEnforced')
      throw new NotSimulated(`ObjectOwnership ${ObjectOwnership}`, 'Use BucketOwnerEnforced: there are no ACLs.')
}

/** What the template calls otherwise than the API. */
function encryptionOf(value: unknown): object {
  const { ServerSideEncryptionConfiguration } = value as {
    ServerSideEncryptionConfiguration: readonly { ServerSideEncryptionByDefault: unknown }[]
  }
  return {
    Rules: ServerSideEncryptionConfiguration.map(({ ServerSideEncryptionByDefault, ...others }) => ({
      ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault,
      ...others,
    })),
  }
}

const flagsOf = (value: unknown): object =>
  Object.fromEntries(Object.entries(value as object).map(([name, flag]) => [name, String(flag) === 'true']))

function lifecycleOf(value: unknown): object {
  const { Rules } = value as { Rules: readonly Readonly<Record<string, unknown>>[] }
  return {
    Rules: Rules.map(({ Id, ExpirationInDays, ...others }) => ({
      ID: Id,
      ...(ExpirationInDays === undefined ? {} : { Expiration: { Days: Number(ExpirationInDays) } }),
      ...others,
    })),
  }
}

const policyResource = (call: CallS3): ResourceType => ({
  properties: ['Bucket', 'PolicyDocument'],
  async create({ Bucket, PolicyDocument }) {
    await call('PutBucketPolicy', { Bucket, Policy: JSON.stringify(PolicyDocument) })
    return { ref: String(Bucket), attributes: {} }
  },
  async update(ref, { Bucket, PolicyDocument }, previous) {
    if (Bucket !== previous.Bucket) return undefined
    await call('PutBucketPolicy', { Bucket, Policy: JSON.stringify(PolicyDocument) })
    return { ref, attributes: {} }
  },
  async delete(Bucket) {
    await call('DeleteBucketPolicy', { Bucket })
  },
})
