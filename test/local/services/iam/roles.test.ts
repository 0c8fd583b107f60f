import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { account, createRole, forLambda, statement, trust } from './support.ts'

let cloud: TestCloud
let iam: IAMClient
beforeAll(async () => {
  cloud = await startTestCloud()
  iam = cloud.client(IAMClient)
})
afterAll(() => cloud.stop())

const role = (name: string, document?: string): Promise<string> => createRole(iam, name, document)

async function policy(PolicyName: string): Promise<string> {
  const PolicyDocument = statement('Allow', 'sqs:*')
  return (await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }))).Policy?.Arn ?? ''
}

const violated = (member: string, rule: string): string =>
  `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must ${rule.startsWith('length') ? 'have ' : ''}${rule}`

describe('roles', () => {
  it('are made, found, listed and deleted', async () => {
    const arn = await role('made')
    expect(arn).toBe(`arn:aws:iam::${account}:role/made`)
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'made' }))
    expect(Role).toMatchObject({ Arn: arn, Path: '/', MaxSessionDuration: 3600 })
    expect(Role?.RoleId).toMatch(/^AROA[A-Z0-9]{17}$/)
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual(JSON.parse(forLambda))
    const { Roles = [] } = await iam.send(new ListRolesCommand({}))
    expect(Roles.map(({ RoleName }) => RoleName)).toContain('made')
    await iam.send(new DeleteRoleCommand({ RoleName: 'made' }))
    await expect(iam.send(new GetRoleCommand({ RoleName: 'made' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role with name made cannot be found.',
    })
  })

  it('are listed without their tags and boundary', async () => {
    const Tags = [{ Key: 'team', Value: 'orders' }]
    await iam.send(new CreateRoleCommand({ RoleName: 'tagged', AssumeRolePolicyDocument: forLambda, Tags }))
    expect((await iam.send(new GetRoleCommand({ RoleName: 'tagged' }))).Role?.Tags).toEqual(Tags)
    const { Roles = [] } = await iam.send(new ListRolesCommand({}))
    expect(Roles.find(({ RoleName }) => RoleName === 'tagged')).not.toHaveProperty('Tags')
  })

  it('tell of themselves as AWS does: least when they are made', async () => {
    const PermissionsBoundary = await policy('bounding')
    const { Role: made } = await iam.send(
      new CreateRoleCommand({
        RoleName: 'told',
        AssumeRolePolicyDocument: forLambda,
        Description: 'what it is for',
        PermissionsBoundary,
      }),
    )
    expect(made).not.toHaveProperty('Description')
    expect(made).not.toHaveProperty('MaxSessionDuration')
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'told' }))
    expect(Role).toMatchObject({
      Description: 'what it is for',
      RoleLastUsed: {},
      PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: PermissionsBoundary },
    })
    expect((await iam.send(new GetPolicyCommand({ PolicyArn: PermissionsBoundary }))).Policy).toMatchObject({
      Tags: [],
      PermissionsBoundaryUsageCount: 1,
    })
  })

  it.each([
    ['no JSON', 'This policy contains invalid Json'],
    [
      trust({ AWS: '*' }).replace('sts:AssumeRole', 's3:GetObject'),
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    [
      trust({ AWS: '*' }).replace('sts:AssumeRole', 'sts:GetCallerIdentity'),
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
  ])('refuse to trust by %s', async (document, message) => {
    await expect(role('untrusted', document)).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message,
    })
  })

  it.each([
    [
      [
        { Key: 'a', Value: '1' },
        { Key: 'A', Value: '2' },
      ],
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    ],
    [[{ Key: 'k'.repeat(129), Value: '' }], violated('tags.1.member.key', 'length less than or equal to 128')],
    [[{ Key: 'k', Value: 'v'.repeat(257) }], violated('tags.1.member.value', 'length less than or equal to 256')],
    [
      Array.from({ length: 51 }, (_, n) => ({ Key: `k${n}`, Value: '' })),
      violated('tags', 'length less than or equal to 50'),
    ],
  ])('refuse bad tags (%#)', async (Tags, message) => {
    await role('bad-tags').catch(() => undefined)
    await expect(iam.send(new TagRoleCommand({ RoleName: 'bad-tags', Tags }))).rejects.toThrow(message)
  })

  it('refuse policies and boundaries by ARNs that are none', async () => {
    await role('bad-arns')
    const none = `arn:aws:iam::${account}:policy/none`
    const attach = (PolicyArn: string) => iam.send(new AttachRolePolicyCommand({ RoleName: 'bad-arns', PolicyArn }))
    const bound = (PermissionsBoundary: string) =>
      iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'bad-arns', PermissionsBoundary }))
    await expect(attach('no-arn')).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'ARN no-arn is not valid.',
    })
    await expect(bound('no-arn')).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: 'ARN no-arn is not valid.',
    })
    await expect(bound(none)).rejects.toThrow(`Scope ARN: ${none} does not exist or is not attachable.`)
    const version = (VersionId: string) => iam.send(new GetPolicyVersionCommand({ PolicyArn: none, VersionId }))
    await expect(version('v1')).rejects.toThrow(`Policy ${none} version v1 does not exist or is not attachable.`)
    await expect(version('1')).rejects.toThrow(violated('versionId', 'satisfy regular expression'))
  })

  it('refuse a second of the same name', async () => {
    await role('twice')
    await expect(role('twice')).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'Role with name twice already exists.',
    })
  })

  it('stay while policies are on them', async () => {
    await role('kept')
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'kept', PolicyArn }))
    await iam.send(
      new PutRolePolicyCommand({ RoleName: 'kept', PolicyName: 'p', PolicyDocument: statement('Allow', 'sqs:*') }),
    )
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName: 'kept', PolicyName: 'p' }))
    expect(decodeURIComponent(PolicyDocument ?? '')).toBe(statement('Allow', 'sqs:*'))
    const remove = () => iam.send(new DeleteRoleCommand({ RoleName: 'kept' }))
    await expect(remove()).rejects.toMatchObject({ message: 'Cannot delete entity, must detach all policies first.' })
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'kept', PolicyArn }))
    await expect(remove()).rejects.toMatchObject({ name: 'DeleteConflictException' })
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'kept', PolicyName: 'p' }))
    await remove()
  })

  it.each([
    ['not JSON', 'Syntax errors in policy.'],
    ['{"Version":"2020-01-01","Statement":{}}', 'Syntax errors in policy.'],
    [trust({ AWS: '*' }), 'Policy document should not specify a principal.'],
    ['{"Statement":{"Effect":"Allow","Action":"sqs:*"}}', 'Policy statement must contain resources.'],
    ['{"Statement":{"Effect":"Allow","Resource":"*"}}', 'Policy statement must contain actions.'],
    [
      '{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*","Condition":{"StringIs":{"aws:x":"y"}}}}',
      'Syntax errors in policy.',
    ],
  ])('refuse the malformed policy %s', async (PolicyDocument, message) => {
    await role('strict').catch(() => undefined)
    await expect(
      iam.send(new PutRolePolicyCommand({ RoleName: 'strict', PolicyName: 'p', PolicyDocument })),
    ).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException', message })
  })

  it('refuse an AWS managed policy that is not built in, by name', async () => {
    await role('managed')
    const PolicyArn = 'arn:aws:iam::aws:policy/AmazonEC2FullAccess'
    await expect(iam.send(new AttachRolePolicyCommand({ RoleName: 'managed', PolicyArn }))).rejects.toThrow(
      /AmazonEC2FullAccess does not exist or is not attachable. The local cloud has built in: .*AWSLambdaBasicExecutionRole/,
    )
  })
})

describe('quotas', () => {
  const long = (bytes: number): string => {
    const arn = 'arn:aws:x'
    const empty = statement('Allow', 'sqs:*', arn)
    return statement('Allow', 'sqs:*', arn.padEnd(arn.length + bytes - empty.length, 'r'))
  }
  const put = (PolicyName: string, PolicyDocument: string) =>
    iam.send(new PutRolePolicyCommand({ RoleName: 'long', PolicyName, PolicyDocument }))

  it('allow 10240 bytes of inline policies a role, white space not counted', async () => {
    await role('long')
    await put('a', long(10_000))
    await put('b', `${long(240)}${' '.repeat(5_000)}`)
    await expect(put('b', long(241))).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Maximum policy size of 10240 bytes exceeded for role long',
    })
  })

  it('allow 6144 bytes of a managed policy, 2048 of a trust policy', async () => {
    await iam.send(new CreatePolicyCommand({ PolicyName: 'longest', PolicyDocument: long(6_144) }))
    await expect(
      iam.send(new CreatePolicyCommand({ PolicyName: 'too-long', PolicyDocument: long(6_145) })),
    ).rejects.toThrow('Cannot exceed quota for PolicySize: 6144')
    await expect(role('too-trusting', trust({ Service: 'x'.repeat(2_048) }))).rejects.toThrow(
      'Cannot exceed quota for ACLSizePerRole: 2048',
    )
  })

  it('allow 10 managed policies a role', async () => {
    await role('many')
    for (let n = 0; n <= 10; n++) {
      const { Policy } = await iam.send(
        new CreatePolicyCommand({ PolicyName: `many-${n}`, PolicyDocument: statement('Allow', 'sqs:*') }),
      )
      const attach = iam.send(new AttachRolePolicyCommand({ RoleName: 'many', PolicyArn: Policy?.Arn }))
      if (n < 10) await attach
      else await expect(attach).rejects.toThrow('Cannot exceed quota for PoliciesPerRole: 10')
    }
  })
})
