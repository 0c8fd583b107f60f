import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Iam } from '../../../../local/services/iam/index.ts'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { account, createRole, statement, trust } from './support.ts'

let cloud: TestCloud
let iam: IAMClient
let authority: Iam
beforeAll(async () => {
  cloud = await startTestCloud()
  iam = cloud.client(IAMClient)
  authority = cloud.context.service<Iam>('iam')
})
afterAll(() => cloud.stop())

const role = (name: string, document?: string): Promise<string> => createRole(iam, name, document)

/** An IAM client that acts as a session of the role. */
function as(roleArn: string): IAMClient {
  const { accessKeyId, secretAccessKey, sessionToken } = authority.issueSession(roleArn, 'test')
  return cloud.client(IAMClient, { accessKeyId, secretAccessKey, sessionToken })
}

describe('what a session may do', () => {
  it('follows the changes of its role at once', async () => {
    const session = as(await role('changing'))
    const list = () => session.send(new ListRolesCommand({}))
    const denied = {
      name: 'AccessDenied',
      message: `User: arn:aws:sts::${account}:assumed-role/changing/test is not authorized to perform: iam:ListRoles on resource: arn:aws:iam::${account}:role/ because no identity-based policy allows the iam:ListRoles action`,
    }
    await expect(list()).rejects.toMatchObject(denied)
    const put = (document: string) =>
      iam.send(new PutRolePolicyCommand({ RoleName: 'changing', PolicyName: 'p', PolicyDocument: document }))
    await put(statement('Allow', 'iam:List*'))
    await expect(list()).resolves.toBeDefined()
    await put(statement('Deny', 'iam:*'))
    await expect(list()).rejects.toThrow('with an explicit deny in an identity-based policy')
  })

  it('comes from managed policies too, and from their default version', async () => {
    const session = as(await role('by-managed'))
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'lists', PolicyDocument: statement('Allow', 'iam:ListRoles') }),
    )
    const PolicyArn = Policy?.Arn ?? ''
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'by-managed', PolicyArn }))
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'by-managed' }))
    expect(AttachedPolicies).toEqual([{ PolicyName: 'lists', PolicyArn }])
    await expect(session.send(new ListRolesCommand({}))).resolves.toBeDefined()
    const version = { PolicyArn, PolicyDocument: statement('Allow', 'sqs:*') }
    await iam.send(new CreatePolicyVersionCommand({ ...version, SetAsDefault: false }))
    await expect(session.send(new ListRolesCommand({}))).resolves.toBeDefined()
    await iam.send(new CreatePolicyVersionCommand({ ...version, SetAsDefault: true }))
    await expect(session.send(new ListRolesCommand({}))).rejects.toThrow('no identity-based policy allows')
  })

  it('ends with its role and with its time', async () => {
    const arn = await role('ending')
    await iam.send(
      new PutRolePolicyCommand({ RoleName: 'ending', PolicyName: 'p', PolicyDocument: statement('Allow', '*') }),
    )
    const { accessKeyId, secretAccessKey, sessionToken } = authority.issueSession(arn, 'short', { seconds: 900 })
    const sts = cloud.client(STSClient, { accessKeyId, secretAccessKey, sessionToken })
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: account,
      Arn: `arn:aws:sts::${account}:assumed-role/ending/short`,
    })
    await cloud.clock.advance(900_000)
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' })
    const session = { accessKeyId, secretAccessKey, sessionToken }
    const [tables, queues] = [cloud.client(DynamoDBClient, session), cloud.client(SQSClient, session)]
    const list = new ListTablesCommand({})
    await expect(tables.send(list)).rejects.toMatchObject({
      name: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
      $metadata: { httpStatusCode: 400 },
    })
    // SQS speaks JSON and keeps the codes of its Query days beside.
    await expect(queues.send(new ListQueuesCommand({}))).rejects.toMatchObject({ Code: 'ExpiredToken' })
    authority.issueSession(arn, 'another')
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' })
    const orphan = as(arn)
    const orphanTables = cloud.client(DynamoDBClient, authority.issueSession(arn, 'test'))
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'ending', PolicyName: 'p' }))
    await iam.send(new DeleteRoleCommand({ RoleName: 'ending' }))
    await expect(orphan.send(new ListRolesCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
    const unrecognized = { name: 'UnrecognizedClientException', $metadata: { httpStatusCode: 400 } }
    await expect(orphanTables.send(list)).rejects.toMatchObject(unrecognized)
  })
})

describe('assuming a role', () => {
  it('by a service needs its trust', async () => {
    const arn = await role('for-lambda')
    expect(authority.assume('lambda.amazonaws.com', arn)).toMatchObject({ kind: 'role', roleArn: arn })
    expect(() => authority.assume('scheduler.amazonaws.com', arn)).toThrow(
      `User: scheduler.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    )
    expect(() => authority.assume('lambda.amazonaws.com', `${arn}-gone`)).toThrow('is not authorized')
  })

  it('by a service may depend on what it acts for', async () => {
    const source = `arn:aws:scheduler:us-east-1:${account}:schedule-group/default`
    const arn = await role(
      'for-scheduler',
      JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          ...{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'scheduler.amazonaws.com' } },
          Condition: { ArnEquals: { 'aws:SourceArn': source } },
        },
      }),
    )
    expect(authority.assume('scheduler.amazonaws.com', arn, 's', source).arn).toBe(
      `arn:aws:sts::${account}:assumed-role/for-scheduler/s`,
    )
    expect(() => authority.assume('scheduler.amazonaws.com', arn, 's', `${source}2`)).toThrow('is not authorized')
  })

  it('by another role needs the trust, and what it hands to the account needs a policy', async () => {
    const target = await role('target', trust({ AWS: `arn:aws:iam::${account}:root` }))
    const asker = await role('asker')
    const keys = authority.issueSession(asker, 's')
    const sts = cloud.client(STSClient, keys)
    const assume = () => sts.send(new AssumeRoleCommand({ RoleArn: target, RoleSessionName: 'chained' }))
    await expect(assume()).rejects.toMatchObject({ name: 'AccessDenied' })
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'asker',
        PolicyName: 'p',
        PolicyDocument: statement('Allow', 'sts:AssumeRole', target),
      }),
    )
    const { Credentials, AssumedRoleUser } = await assume()
    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${account}:assumed-role/target/chained`)
    expect(Credentials?.Expiration?.getTime()).toBe(cloud.clock.now() + 3_600_000)
    const closed = await role('closed')
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'asker',
        PolicyName: 'q',
        PolicyDocument: statement('Allow', 'sts:AssumeRole'),
      }),
    )
    await expect(
      sts.send(new AssumeRoleCommand({ RoleArn: closed, RoleSessionName: 'chained' })),
    ).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(
      sts.send(new AssumeRoleCommand({ RoleArn: target, RoleSessionName: 'chained', DurationSeconds: 7200 })),
    ).rejects.toThrow('exceeds the 1 hour session limit for roles assumed by role chaining')
  })

  it.each([
    [{ RoleArn: 'nothing-valid-in-here' }, 'ValidationError', 'nothing-valid-in-here is invalid'],
    [{ RoleArn: 'arn:a:::something/test-role' }, 'ValidationError', 'arn:a:::something/test-role is invalid'],
    [
      { RoleSessionName: 's'.repeat(65) },
      'ValidationError',
      `1 validation error detected: Value '${'s'.repeat(65)}' at 'roleSessionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
    [
      {},
      'AccessDenied',
      `User: arn:aws:iam::${account}:root is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::${account}:role/nobody`,
    ],
  ])('cannot be by %j', async (more, name, message) => {
    const input = { RoleArn: `arn:aws:iam::${account}:role/nobody`, RoleSessionName: 'me', ...more }
    await expect(cloud.client(STSClient).send(new AssumeRoleCommand(input))).rejects.toMatchObject({ name, message })
  })

  it('cannot be promised to a role that does not exist', async () => {
    const nobody = `arn:aws:iam::${account}:role/nobody`
    await expect(role('promised', trust({ AWS: nobody }))).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message: `Invalid principal in policy: "AWS":"${nobody}"`,
    })
    await role('promised', trust({ AWS: [await role('somebody'), account, `arn:aws:iam::${account}:root`] }))
  })

  it('by keys of nobody is the developer, who may do everything', async () => {
    expect(await cloud.client(STSClient).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: account,
      Arn: `arn:aws:iam::${account}:root`,
    })
  })
})
