import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetAccountSettingsCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  GetRuntimeManagementConfigCommand,
  InvokeCommand,
  LambdaClient,
  ListAliasesCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutRuntimeManagementConfigCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { createFunction, invoke } from './support/function.ts'
import { zip } from './support/zip.ts'

let cloud: TestCloud
let lambda: LambdaClient
beforeAll(async () => {
  cloud = await startTestCloud()
  lambda = cloud.client(LambdaClient)
})
afterAll(() => cloud.stop())

const arnOf = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`
const answers = (value: unknown) => `export const handler = async () => ${JSON.stringify(value)}`
const rejected = { name: 'InvalidParameterValueException', Type: 'User', $metadata: { httpStatusCode: 400 } }

describe('a function', () => {
  test('tells tools of its runtime and its code signing, and has no snapshots (recorded by LocalStack)', async () => {
    const FunctionName = 'managed'
    await createFunction(cloud, FunctionName, answers(1))
    const management = () => lambda.send(new GetRuntimeManagementConfigCommand({ FunctionName }))
    const FunctionArn = `${arnOf(FunctionName)}:$LATEST`
    expect(await management()).toMatchObject({ UpdateRuntimeOn: 'Auto', FunctionArn })
    await lambda.send(new PutRuntimeManagementConfigCommand({ FunctionName, UpdateRuntimeOn: 'FunctionUpdate' }))
    expect(await management()).toMatchObject({ UpdateRuntimeOn: 'FunctionUpdate', FunctionArn })
    const { $metadata, ...signing } = await lambda.send(new GetFunctionCodeSigningConfigCommand({ FunctionName }))
    expect(signing).toEqual({})
    const snapshot = { FunctionName, SnapStart: { ApplyOn: 'PublishedVersions' } } as const
    await expect(lambda.send(new UpdateFunctionConfigurationCommand(snapshot))).rejects.toMatchObject({
      ...rejected,
      message: 'nodejs24.x is not supported for SnapStart enabled functions.',
    })
  })

  test('is described as Lambda describes it', async () => {
    const FunctionName = 'described'
    await createFunction(cloud, FunctionName, answers(1), { Description: 'd', Timeout: 9, Tags: { team: 'a' } })
    expect(await lambda.send(new GetFunctionCommand({ FunctionName }))).toMatchObject({
      Configuration: {
        FunctionName,
        FunctionArn: arnOf(FunctionName),
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/described-role',
        Description: 'd',
        Timeout: 9,
        MemorySize: 128,
        Version: '$LATEST',
        State: 'Active',
        LastUpdateStatus: 'Successful',
        PackageType: 'Zip',
        RuntimeVersionConfig: {
          RuntimeVersionArn: expect.stringMatching(/^arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}$/),
        },
        Architectures: ['x86_64'],
        LastModified: '2026-01-01T00:00:00.000+0000',
        LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/described' },
      },
      Tags: { team: 'a' },
    })
    const byArn = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: `${arnOf(FunctionName)}:$LATEST` }),
    )
    expect(byArn.FunctionArn).toBe(`${arnOf(FunctionName)}:$LATEST`)
  })

  test('is refused with a limit broken, a reserved variable, a foreign runtime or a role that Lambda may not assume', async () => {
    const create = (settings: object) => expect(createFunction(cloud, 'refused', answers(1), settings)).rejects
    await create({ Timeout: 901 }).toMatchObject({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
    })
    const again = (settings: object) =>
      expect(createFunction(cloud, `refused-${JSON.stringify(settings).length}`, answers(1), settings)).rejects
    await again({ MemorySize: 127 }).toMatchObject({ name: 'ValidationException' })
    await again({ Environment: { Variables: { AWS_REGION: 'x' } } }).toMatchObject({
      ...rejected,
      message: expect.stringMatching(/Reserved keys used in this request: AWS_REGION$/),
    })
    await again({ Runtime: 'python3.13' }).toMatchObject({
      message: expect.stringContaining('the Lambda runtime python3.13'),
    })
    await again({ Role: 'arn:aws:iam::000000000000:role/none' }).toMatchObject({
      ...rejected,
      message: 'The role defined for the function cannot be assumed by Lambda.',
    })
    await again({ Layers: ['arn:aws:lambda:us-east-1:000000000000:layer:x:1'] }).toMatchObject({
      message: expect.stringContaining('Layers'),
    })
  })

  test('cannot be made twice', async () => {
    await expect(createFunction(cloud, 'described-again', answers(1))).resolves.toBe(arnOf('described-again'))
    const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: 'described-again' }))
    const input = {
      FunctionName: 'described-again',
      Role: Configuration?.Role,
      Runtime: 'nodejs24.x' as const,
      Handler: 'index.handler',
    }
    await expect(
      lambda.send(new CreateFunctionCommand({ ...input, Code: { ZipFile: zip({ 'index.mjs': '' }) } })),
    ).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message: 'Function already exist: described-again',
    })
  })

  test('that is changed runs in new environments with the new code and variables', async () => {
    const FunctionName = 'changes'
    await createFunction(cloud, FunctionName, 'export const handler = async () => process.env.COLOUR ?? "none"')
    expect((await invoke(cloud, FunctionName)).payload).toBe('none')
    const { LastUpdateStatus } = await lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: { COLOUR: 'red' } } }),
    )
    expect(LastUpdateStatus).toBe('InProgress')
    expect((await invoke(cloud, FunctionName)).payload).toBe('red')
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zip({ 'index.mjs': answers('new') }) }))
    expect((await invoke(cloud, FunctionName)).payload).toBe('new')
    await expect(
      lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 5, RevisionId: 'old' })),
    ).rejects.toMatchObject({ name: 'PreconditionFailedException' })
  })

  test('that is deleted is found no more', async () => {
    await createFunction(cloud, 'deleted', answers(1))
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'deleted' }))
    const gone = { name: 'ResourceNotFoundException', message: `Function not found: ${arnOf('deleted')}` }
    await expect(lambda.send(new GetFunctionCommand({ FunctionName: 'deleted' }))).rejects.toMatchObject(gone)
    await expect(invoke(cloud, 'deleted')).rejects.toMatchObject(gone)
  })

  test('lists come in pages', async () => {
    const first = await lambda.send(new ListFunctionsCommand({ MaxItems: 1 }))
    const second = await lambda.send(new ListFunctionsCommand({ MaxItems: 1, Marker: first.NextMarker }))
    expect(first.Functions).toHaveLength(1)
    expect(second.Functions?.[0]?.FunctionName).not.toBe(first.Functions?.[0]?.FunctionName)
  })

  test('carries tags', async () => {
    await lambda.send(new TagResourceCommand({ Resource: arnOf('changes'), Tags: { a: '1' } }))
    expect((await lambda.send(new ListTagsCommand({ Resource: arnOf('changes') }))).Tags).toEqual({ a: '1' })
  })

  test('a .js file counts as AWS counts it, whatever package.json lies outside', async () => {
    await createFunction(cloud, 'common', '', {
      Code: { ZipFile: zip({ 'index.js': 'exports.handler = async () => "common"' }) },
    })
    await createFunction(cloud, 'module', '', { Code: { ZipFile: zip({ 'index.js': answers('module') }) } })
    await createFunction(cloud, 'nested', '', {
      Handler: 'src/app.run',
      Code: { ZipFile: zip({ 'src/app.cjs': 'exports.run = async () => "nested"' }) },
    })
    expect((await invoke(cloud, 'common')).payload).toBe('common')
    expect((await invoke(cloud, 'module')).payload).toBe('module')
    expect((await invoke(cloud, 'nested')).payload).toBe('nested')
  })

  test('an archive that is none is refused', async () => {
    await expect(createFunction(cloud, 'no-zip', '', { Code: { ZipFile: Buffer.from('text') } })).rejects.toMatchObject(
      {
        ...rejected,
        message: 'Could not unzip uploaded file. Please check your file, then try to upload again.',
      },
    )
  })

  test('code has to come from somewhere that is there', async () => {
    const create = (Code: object) =>
      expect(createFunction(cloud, `no-code-${Object.keys(Code).length}`, '', { Code })).rejects
    await create({}).toMatchObject({ ...rejected, message: 'Please provide a source for function code.' })
    await create({ S3Bucket: 'code', S3Key: 'k' }).toThrow(/S3 Error Code: NoSuchBucket/)
  })

  test('the account has 1000 concurrent executions', async () => {
    const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}))
    expect(AccountLimit).toMatchObject({ ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000 })
  })
})

describe('versions and aliases', () => {
  test('a version keeps code and configuration; unchanged code makes no new one', async () => {
    const FunctionName = 'versioned'
    await createFunction(cloud, FunctionName, answers('one'))
    expect((await lambda.send(new PublishVersionCommand({ FunctionName }))).Version).toBe('1')
    expect((await lambda.send(new PublishVersionCommand({ FunctionName }))).Version).toBe('1')
    await cloud.clock.advance(1000)
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zip({ 'index.mjs': answers('two') }) }))
    expect(await lambda.send(new PublishVersionCommand({ FunctionName }))).toMatchObject({
      Version: '2',
      FunctionArn: `${arnOf(FunctionName)}:2`,
    })
    expect(await invoke(cloud, `${FunctionName}:1`)).toMatchObject({ payload: 'one', version: '1' })
    expect(await invoke(cloud, `${FunctionName}:2`)).toMatchObject({ payload: 'two', version: '2' })
    const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }))
    expect(Versions.map(({ Version }) => Version)).toEqual(['$LATEST', '1', '2'])
  })

  test('an alias leads to its version, and splits invocations by weight', async () => {
    const FunctionName = 'versioned'
    await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }))
    expect((await invoke(cloud, `${FunctionName}:live`)).version).toBe('1')
    const RoutingConfig = { AdditionalVersionWeights: { 2: 0.5 } }
    await lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', RoutingConfig }))
    const drawn = new Set<string | undefined>()
    for (let count = 0; count < 20; count++) drawn.add((await invoke(cloud, `${FunctionName}:live`)).version)
    expect([...drawn].sort()).toEqual(['1', '2'])
    expect((await lambda.send(new ListAliasesCommand({ FunctionName }))).Aliases).toMatchObject([
      { Name: 'live', AliasArn: `${arnOf(FunctionName)}:live`, FunctionVersion: '1', RoutingConfig },
    ])
    await expect(lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier: '1' }))).rejects.toMatchObject({
      name: 'ResourceConflictException',
    })
  })

  test('a qualifier that leads nowhere is not found', async () => {
    await expect(invoke(cloud, 'versioned:7')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Function not found: ${arnOf('versioned')}:7`,
    })
  })
})

describe('permissions', () => {
  const statement = { StatementId: 's', Action: 'lambda:InvokeFunction', Principal: 'sns.amazonaws.com' }

  test("are statements of the function's policy", async () => {
    const FunctionName = 'permitted'
    await createFunction(cloud, FunctionName, answers(1))
    const SourceArn = 'arn:aws:sns:us-east-1:000000000000:t'
    const added = await lambda.send(
      new AddPermissionCommand({ FunctionName, ...statement, SourceArn, SourceAccount: '000000000000' }),
    )
    const expected = {
      Sid: 's',
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: arnOf(FunctionName),
      Condition: { StringEquals: { 'AWS:SourceAccount': '000000000000' }, ArnLike: { 'AWS:SourceArn': SourceArn } },
    }
    expect(JSON.parse(added.Statement ?? '')).toEqual(expected)
    const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName }))
    expect(JSON.parse(Policy ?? '')).toEqual({ Version: '2012-10-17', Id: 'default', Statement: [expected] })
    await expect(lambda.send(new AddPermissionCommand({ FunctionName, ...statement }))).rejects.toMatchObject({
      name: 'ResourceConflictException',
    })
    await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: 's' }))
    await expect(lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: 's' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'No policy is associated with the given resource.',
    })
    await expect(lambda.send(new GetPolicyCommand({ FunctionName }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })

  test('a service may invoke from the named source only', async () => {
    const FunctionName = 'guarded'
    await createFunction(cloud, FunctionName, answers('ran'))
    await lambda.send(
      new AddPermissionCommand({ FunctionName, ...statement, SourceArn: 'arn:aws:sns:us-east-1:000000000000:right' }),
    )
    const call = (topic: string) =>
      cloud.context.call<object, { StatusCode: number }>({
        caller: cloud.context.principal('sns.amazonaws.com', `arn:aws:sns:us-east-1:000000000000:${topic}`),
        service: 'lambda',
        action: 'Invoke',
        input: { FunctionName },
      })
    expect((await call('right')).StatusCode).toBe(200)
    await expect(call('wrong')).rejects.toMatchObject({ code: 'AccessDeniedException' })
  })

  test('a role needs lambda:InvokeFunction', async () => {
    const source = `import { LambdaClient, InvokeCommand } from '@aws-sdk/client-lambda'
      export const handler = async () => {
        try { return (await new LambdaClient({}).send(new InvokeCommand({ FunctionName: 'guarded' }))).StatusCode }
        catch (error) { return [error.name, error.message] } }`
    await createFunction(cloud, 'unable', source)
    expect((await invoke(cloud, 'unable')).payload).toEqual([
      'AccessDeniedException',
      `User: arn:aws:sts::000000000000:assumed-role/unable-role/unable is not authorized to perform: lambda:InvokeFunction on resource: ${arnOf('guarded')} because no identity-based policy allows the lambda:InvokeFunction action`,
    ])
    await createFunction(cloud, 'able', source, { actions: ['lambda:InvokeFunction'] })
    expect((await invoke(cloud, 'able')).payload).toBe(200)
  })
})

test('what an invocation calls is journalled as caused by it', async () => {
  const source = `import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
    export const handler = async () => { await new STSClient({}).send(new GetCallerIdentityCommand({})) }`
  await createFunction(cloud, 'causes', source)
  await lambda.send(new InvokeCommand({ FunctionName: 'causes' }))
  const [invoked] = cloud.kernel.journal.entries(
    ({ kind, subject }) => kind === 'invoke' && subject === arnOf('causes'),
  )
  const [called] = cloud.kernel.journal.entries(
    ({ kind, subject }) => kind === 'api' && subject === 'sts:GetCallerIdentity',
  )
  expect(called?.cause).toBe(invoked?.seq)
})
