import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import type { FaultAction } from '../../../../local/kernel/faults.ts'
import type { Iam } from '../../../../local/services/iam/index.ts'
import { startTestCloud } from '../../../support/cloud.ts'

it('a function’s put is throttled in S3’s words, fails, or takes effect without an answer', async () => {
  let fate: FaultAction = 'none'
  const cloud = await startTestCloud({
    faults: (point, { subject }) => (point === 'api.call' && subject === 's3:PutObject' ? fate : 'none'),
  })
  try {
    const iam = cloud.client(IAMClient)
    const statement = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }
    const trust = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    await iam.send(new CreateRoleCommand({ RoleName: 'f', AssumeRolePolicyDocument: trust }))
    const may = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::bucket/*' }
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [may] })
    await iam.send(new PutRolePolicyCommand({ RoleName: 'f', PolicyName: 'own', PolicyDocument }))
    const own = cloud.client(S3Client)
    await own.send(new CreateBucketCommand({ Bucket: 'bucket' }))
    const keys = cloud.context
      .service<Iam>('iam')
      .issueSession(`arn:aws:iam::${cloud.account}:role/f`, 'f', { sandbox: 'sandbox' })
    const s3 = cloud.client(S3Client, keys)
    const put = (Key: string, action: FaultAction) => {
      fate = action
      return s3.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: 'x' }))
    }
    const there = (Key: string) =>
      own.send(new HeadObjectCommand({ Bucket: 'bucket', Key })).then(
        () => true,
        () => false,
      )
    await expect(put('throttled', 'throttle')).rejects.toMatchObject({
      ...{ name: 'SlowDown', message: 'Please reduce your request rate.', $metadata: { httpStatusCode: 503 } },
    })
    await expect(put('failed', 'fail')).rejects.toMatchObject({ name: 'InternalError' })
    await expect(put('lost', 'lose-response')).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect([await there('throttled'), await there('failed'), await there('lost')]).toEqual([false, false, true])
  } finally {
    await cloud.stop()
  }
})
