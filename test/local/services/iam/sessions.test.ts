import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { CreateQueueCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs'
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  type Credentials,
  DecodeAuthorizationMessageCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'

const account = '000000000000'
const arn = (role: string) => `arn:aws:iam::${account}:role/${role}`
const queue = (name: string) => `arn:aws:sqs:us-east-1:${account}:${name}`
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const allow = (Action: string | string[], more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more })
const trust = (Action: string | string[], more: object = {}) =>
  document({ Effect: 'Allow', Action, Principal: { AWS: `arn:aws:iam::${account}:root` }, ...more })

let cloud: TestCloud
let iam: IAMClient
beforeAll(async () => {
  cloud = await startTestCloud()
  iam = cloud.client(IAMClient)
  for (const name of ['worker', 'other'])
    await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust('sts:AssumeRole') }))
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'worker',
      PolicyName: 'p',
      PolicyDocument: document(
        allow(['sqs:*', 'sts:*', 's3:*']),
        allow('sqs:*', { Resource: queue(`\${aws:PrincipalTag/team, 'none'}`) }),
      ),
    }),
  )
  for (const QueueName of ['a', 'b']) await cloud.client(SQSClient).send(new CreateQueueCommand({ QueueName }))
})
afterAll(() => cloud.stop())

const keysOf = (credentials: Credentials | undefined) => ({
  accessKeyId: credentials?.AccessKeyId ?? '',
  secretAccessKey: credentials?.SecretAccessKey ?? '',
  sessionToken: credentials?.SessionToken ?? '',
})
const assume = (more: Partial<AssumeRoleCommandInput> = {}, by = cloud.client(STSClient)) =>
  by.send(new AssumeRoleCommand({ RoleArn: arn('worker'), RoleSessionName: 'me', ...more }))
const sts = async (more: Partial<AssumeRoleCommandInput> = {}) =>
  cloud.client(STSClient, keysOf((await assume(more)).Credentials))
const lookUp = async (QueueName: string, more: Partial<AssumeRoleCommandInput>) =>
  cloud.client(SQSClient, keysOf((await assume(more)).Credentials)).send(new GetQueueUrlCommand({ QueueName }))

describe("a session's own policies", () => {
  it('limit what its role may, and give nothing', async () => {
    const Policy = document(allow(['sqs:GetQueueUrl', 'dynamodb:*'], { Resource: [queue('a'), '*'] }))
    await lookUp('a', { Policy })
    const only = document(allow('sqs:GetQueueUrl', { Resource: queue('a') }))
    await expect(lookUp('b', { Policy: only })).rejects.toThrow(
      'because no session policy allows the sqs:getqueueurl action',
    )
    const denies = document(allow('*'), { Effect: 'Deny', Action: 'sqs:*', Resource: queue('b') })
    await expect(lookUp('b', { Policy: denies })).rejects.toThrow('with an explicit deny in a session policy')
    const keys = keysOf((await assume({ Policy })).Credentials)
    await expect(cloud.client(DynamoDBClient, keys).send(new ListTablesCommand({}))).rejects.toThrow(
      'because no identity-based policy allows the dynamodb:ListTables action',
    )
  })

  it('may be managed policies, and are told packed', async () => {
    const PolicyArns = [{ arn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' }]
    await expect(lookUp('a', { PolicyArns })).rejects.toThrow('because no session policy allows')
    expect((await assume({ PolicyArns })).PackedPolicySize).toBeGreaterThan(0)
    expect((await assume()).PackedPolicySize).toBeUndefined()
  })

  it('are refused in the words of IAM', async () => {
    await expect(assume({ Policy: '{' })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message: 'Syntax errors in policy.',
    })
  })
})

describe("a session's tags and source identity", () => {
  it('need a permission of the trust policy each', async () => {
    const by = await sts()
    const asked = { RoleArn: arn('other') }
    const who = `arn:aws:sts::${account}:assumed-role/worker/me`
    await assume(asked, by)
    await expect(assume({ ...asked, Tags: [{ Key: 'team', Value: 'a' }] }, by)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: ${who} is not authorized to perform: sts:TagSession on resource: ${arn('other')}`,
    })
    await expect(assume({ ...asked, SourceIdentity: 'jo' }, by)).rejects.toThrow(
      `is not authorized to perform: sts:SetSourceIdentity on resource: ${arn('other')}`,
    )
    const PolicyDocument = trust(['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'], {
      Condition: { StringEquals: { 'aws:RequestTag/team': 'a' } },
    })
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'other', PolicyDocument }))
    const tagged = await assume({ ...asked, Tags: [{ Key: 'team', Value: 'a' }], SourceIdentity: 'jo' }, by)
    expect(tagged.SourceIdentity).toBe('jo')
    await expect(assume({ ...asked, Tags: [{ Key: 'team', Value: 'b' }] }, by)).rejects.toThrow('sts:AssumeRole')
  })

  it('fill policy variables, and transitive ones go on to further sessions', async () => {
    const own = document(allow('sqs:*', { Resource: queue(`\${aws:PrincipalTag/team}`) }), allow('sts:*'))
    const Tags = [{ Key: 'team', Value: 'a' }]
    await lookUp('a', { Policy: own, Tags })
    await expect(lookUp('b', { Policy: own, Tags })).rejects.toThrow('no session policy')
    const by = await sts({ Tags, TransitiveTagKeys: ['team'], SourceIdentity: 'jo' })
    const chained = await assume({ RoleArn: arn('other') }, by)
    expect(chained.SourceIdentity).toBe('jo')
    await expect(assume({ RoleArn: arn('other'), SourceIdentity: 'al' }, by)).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    await expect(assume({ Tags: [...Tags, { Key: 'Team', Value: 'b' }] })).rejects.toThrow('Duplicate tag keys')
  })
})

it('a session of the developer may do what the developer may, and cannot make another', async () => {
  const { Credentials } = await cloud.client(STSClient).send(new GetSessionTokenCommand({ DurationSeconds: 900 }))
  const keys = keysOf(Credentials)
  expect(await cloud.client(STSClient, keys).send(new GetCallerIdentityCommand({}))).toMatchObject({
    Arn: `arn:aws:iam::${account}:root`,
  })
  await expect((await sts()).send(new GetSessionTokenCommand({}))).rejects.toThrow(
    'Cannot call GetSessionToken with session credentials',
  )
  expect(
    await cloud.client(STSClient).send(new GetAccessKeyInfoCommand({ AccessKeyId: 'A'.repeat(20) })),
  ).toMatchObject({
    Account: account,
  })
  await expect(
    cloud.client(STSClient).send(new DecodeAuthorizationMessageCommand({ EncodedMessage: 'x' })),
  ).rejects.toMatchObject({ name: 'InvalidAuthorizationMessageException' })
})

it('S3 quotes the resource of a denial, and tells strangers nothing', async () => {
  const keys = keysOf((await assume({ Policy: document(allow('sqs:*')) })).Credentials)
  const { CreateBucketCommand } = await import('@aws-sdk/client-s3')
  await cloud.client(S3Client).send(new CreateBucketCommand({ Bucket: 'letters' }))
  await expect(
    cloud.client(S3Client, keys).send(new PutObjectCommand({ Bucket: 'letters', Key: 'k' })),
  ).rejects.toThrow(
    's3:PutObject on resource: "arn:aws:s3:::letters/k" because no session policy allows the s3:PutObject action',
  )
})

it.each([
  ['AmazonSSM.GetParameter', 400, 'MissingAuthenticationTokenException'],
  ['DynamoDB_20120810.ListTables', 400, 'MissingAuthenticationTokenException'],
])('an unsigned request %s is told so', async (target, status, type) => {
  const answer = await fetch(cloud.endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' },
    body: '{"Name":"x"}',
  })
  expect(answer.status).toBe(status)
  expect(await answer.json()).toEqual({
    __type: `com.amazon.coral.service#${type}`,
    message: 'Request is missing Authentication Token',
  })
})

it('CloudWatch, which was Query once, tells a wrong token by its old code', async () => {
  const keys = { ...keysOf((await assume()).Credentials), sessionToken: 'wrong' }
  await expect(cloud.client(CloudWatchClient, keys).send(new ListMetricsCommand({}))).rejects.toMatchObject({
    name: 'InvalidClientTokenId',
  })
})

it('an unsigned form is told so in XML', async () => {
  const answer = await fetch(cloud.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  })
  expect(answer.status).toBe(403)
  expect(await answer.text()).toContain('<Code>MissingAuthenticationToken</Code>')
})
