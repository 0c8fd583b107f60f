import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  IAMClient,
  ListEntitiesForPolicyCommand,
  ListPoliciesCommand,
  ListPolicyTagsCommand,
  ListPolicyVersionsCommand,
  SetDefaultPolicyVersionCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
  UpdateRoleDescriptionCommand,
} from '@aws-sdk/client-iam'
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'

/** Managed policies, as LocalStack's tests recorded them from AWS in February 2026. */

let cloud: TestCloud
let iam: IAMClient
beforeAll(async () => {
  cloud = await startTestCloud()
  iam = cloud.client(IAMClient)
})
afterAll(() => cloud.stop())

const documentOf = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' }],
})
const createPolicy = async (PolicyName: string, action: string) =>
  (await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: documentOf(action) }))).Policy?.Arn ?? ''
const versionsOf = async (PolicyArn: string) =>
  (await iam.send(new ListPolicyVersionsCommand({ PolicyArn }))).Versions?.map(({ VersionId, IsDefaultVersion }) =>
    IsDefaultVersion ? `${VersionId} default` : VersionId,
  )

it('lists versions from the newest, and what a role may follows the default one', async () => {
  const PolicyArn = await createPolicy('versioned', 's3:GetObject')
  const PolicyDocument = documentOf('sqs:GetQueueAttributes')
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument }))
  expect(await versionsOf(PolicyArn)).toEqual(['v2', 'v1 default'])
  await iam.send(new CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument: trust }))
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'reader', PolicyArn }))
  const { QueueUrl } = await cloud.client(SQSClient).send(new CreateQueueCommand({ QueueName: 'read' }))
  const role = { RoleArn: 'arn:aws:iam::000000000000:role/reader', RoleSessionName: 'reads' }
  const { Credentials } = await cloud.client(STSClient).send(new AssumeRoleCommand(role))
  const sqs = cloud.client(SQSClient, {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  })
  const read = () => sqs.send(new GetQueueAttributesCommand({ QueueUrl }))
  await expect(read()).rejects.toMatchObject({ name: 'AccessDenied' })
  await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }))
  expect(await versionsOf(PolicyArn)).toEqual(['v2 default', 'v1'])
  await read()
  const set = (arn: string, VersionId: string) =>
    iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn: arn, VersionId }))
  await expect(set(PolicyArn, 'v4')).rejects.toThrow(
    `Policy ${PolicyArn} version v4 does not exist or is not attachable.`,
  )
  await expect(set(PolicyArn, '1')).rejects.toThrow(
    "1 validation error detected: Value at 'versionId' failed to satisfy constraint: Member must satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?",
  )
  const { PolicyRoles } = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }))
  expect(PolicyRoles).toEqual([{ RoleName: 'reader', RoleId: expect.stringMatching(/^AROA/) }])
})

it('keeps the tags of a policy', async () => {
  const PolicyArn = await createPolicy('tagged', 's3:GetObject')
  const tags = async () => (await iam.send(new ListPolicyTagsCommand({ PolicyArn }))).Tags
  expect((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.Tags).toEqual([])
  const Tags = [
    { Key: 'a', Value: '1' },
    { Key: 'b', Value: '2' },
  ]
  await iam.send(new TagPolicyCommand({ PolicyArn, Tags }))
  await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: ['a'] }))
  expect(await tags()).toEqual([{ Key: 'b', Value: '2' }])
  expect((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.Tags).toEqual([{ Key: 'b', Value: '2' }])
})

it('describes a role anew, and tells of it no duration', async () => {
  await iam.send(new CreateRoleCommand({ RoleName: 'described', AssumeRolePolicyDocument: trust }))
  const update = new UpdateRoleDescriptionCommand({ RoleName: 'described', Description: 'new' })
  const { Role } = await iam.send(update)
  expect(Role).toMatchObject({ RoleName: 'described', Description: 'new' })
  expect(Role).not.toHaveProperty('MaxSessionDuration')
})

it('reads the policies of AWS that are built in', async () => {
  const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }))
  expect(Policy).toMatchObject({
    ...{
      PolicyName: 'AWSLambdaBasicExecutionRole',
      Path: '/service-role/',
      DefaultVersionId: 'v1',
      IsAttachable: true,
    },
  })
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }))
  expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toContain('logs:PutLogEvents')
  const { Policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: 'AWS', PathPrefix: '/service-role/' }))
  expect(Policies.map(({ Arn }) => Arn)).toContain(PolicyArn)
})
