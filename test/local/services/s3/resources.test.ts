import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeAssembly } from '../../assembly/support.ts'
import { type S3Bench, startS3 } from './support.ts'

let bench: S3Bench
beforeAll(async () => {
  bench = await startS3()
})
afterAll(() => bench.cloud.stop())

const properties = {
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
  },
  LifecycleConfiguration: { Rules: [{ Id: 'old', Status: 'Enabled', Prefix: 'claims/', ExpirationInDays: 30 }] },
  OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  PublicAccessBlockConfiguration: {
    ...{ BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
  },
  Tags: [{ Key: 'team', Value: 'orders' }],
}
const template = (bucket: object) => ({
  Resources: {
    Bucket: { Type: 'AWS::S3::Bucket', Properties: bucket },
    Policy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'Bucket' },
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              ...{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: { 'Fn::GetAtt': ['Bucket', 'Arn'] } },
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      },
    },
  },
})

it('a bucket of a template has its encryption, block, lifecycle, tags and policy, and takes changes in place', async () => {
  const { cloud, s3 } = bench
  await cloud.deploy(writeAssembly({ store: { template: template(properties) } }))
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}))
  const Bucket = Buckets[0]?.Name ?? ''
  expect(Bucket).toMatch(/^store-bucket-[a-z0-9]+$/)
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }))
  expect(ServerSideEncryptionConfiguration?.Rules).toMatchObject([
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
  ])
  const rules = async () => (await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules
  expect(await rules()).toEqual([
    { ID: 'old', Status: 'Enabled', Filter: { Prefix: 'claims/' }, Expiration: { Days: 30 } },
  ])
  const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }))
  expect(PublicAccessBlockConfiguration).toEqual(properties.PublicAccessBlockConfiguration)
  expect((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(properties.Tags)
  expect((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toContain(`arn:aws:s3:::${Bucket}`)

  const { LifecycleConfiguration: _, ...without } = properties
  await cloud.deploy(writeAssembly({ store: { template: template(without) } }))
  await expect(rules()).rejects.toMatchObject({ name: 'NoSuchLifecycleConfiguration' })
  expect((await s3.send(new ListBucketsCommand({}))).Buckets).toHaveLength(1)
})

it('a property that is not simulated is refused by name', async () => {
  const versioned = template({ VersioningConfiguration: { Status: 'Enabled' } })
  await expect(bench.cloud.deploy(writeAssembly({ versions: { template: versioned } }))).rejects.toThrow(
    'VersioningConfiguration',
  )
})

it('a bucket that a template kept comes back with what it holds', async () => {
  const { cloud } = bench
  const kept = (Resources: object) => writeAssembly({ keeping: { template: { Resources } } })
  const Name = { Type: 'AWS::SSM::Parameter', Properties: { Name: '/n', Type: 'String', Value: 'x' } }
  const Bucket = { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain', Properties: { BucketName: 'kept-bucket' } }
  await cloud.deploy(kept({ Name, Bucket }))
  await bench.put('kept-bucket', 'a')
  await cloud.deploy(kept({ Name }))
  await expect(cloud.deploy(kept({ Name, Bucket }))).rejects.toThrow(/kept-bucket already exists.*--import-existing/)
  await cloud.deploy(kept({ Name, Bucket }), { importExisting: true })
  expect((await bench.s3.send(new ListObjectsV2Command({ Bucket: 'kept-bucket' }))).KeyCount).toBe(1)
})
