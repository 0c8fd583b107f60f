import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { PolicyStatement } from '../../../../local/service.ts'
import type { Iam } from '../../../../local/services/iam/index.ts'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'

export interface S3Bench {
  readonly cloud: TestCloud
  readonly s3: S3Client
  bucket(name: string): Promise<string>
  put(Bucket: string, Key: string, Body?: string): Promise<void>
  /** A client of a role with these permissions. */
  as(name: string, Statement: readonly PolicyStatement[]): Promise<S3Client>
}

export async function startS3(): Promise<S3Bench> {
  const cloud = await startTestCloud()
  const s3 = cloud.client(S3Client)
  const iam = cloud.client(IAMClient)
  return {
    cloud,
    s3,
    bucket: async (Bucket) => {
      await s3.send(new CreateBucketCommand({ Bucket }))
      return Bucket
    },
    put: async (Bucket, Key, Body = 'x') => {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body }))
    },
    as: async (RoleName, Statement) => {
      const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }
      const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
      const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
      if (Statement.length > 0)
        await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }))
      return cloud.client(S3Client, cloud.context.service<Iam>('iam').issueSession(Role?.Arn ?? '', 'me'))
    },
  }
}
