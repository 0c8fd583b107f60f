import {
  AddPermissionCommand,
  type AddPermissionCommandInput,
  type Architecture,
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  type FunctionVersion,
  GetFunctionCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionEventInvokeConfigsCommand,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  RemovePermissionCommand,
  type RemovePermissionCommandInput,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { createFunction } from './support/function.ts'
import { zip } from './support/zip.ts'

/** What Lambda answers to names, versions and ARNs that lead nowhere: as LocalStack's validated tests recorded it. */

let cloud: TestCloud
let lambda: LambdaClient
beforeAll(async () => {
  cloud = await startTestCloud()
  lambda = cloud.client(LambdaClient)
  await createFunction(cloud, 'fn', 'export const handler = async () => 1')
  await lambda.send(new PublishVersionCommand({ FunctionName: 'fn' }))
})
afterAll(() => cloud.stop())

const arnOf = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`
const invalid = (message: string) => ({ name: 'InvalidParameterValueException', message })
const missing = (message: string) => ({ name: 'ResourceNotFoundException', message })
const violated = (text: string) => ({
  name: 'ValidationException',
  message: `1 validation error detected: Value ${text}`,
})

describe('an ARN of a function', () => {
  test('of another region is not reachable, and touches nothing', async () => {
    const FunctionName = arnOf('fn').replace('us-east-1', 'ap-southeast-2')
    const unreachable = missing("Functions from 'ap-southeast-2' are not reachable in this region ('us-east-1')")
    await expect(lambda.send(new DeleteFunctionCommand({ FunctionName }))).rejects.toMatchObject(unreachable)
    await expect(lambda.send(new InvokeCommand({ FunctionName }))).rejects.toMatchObject(unreachable)
    await lambda.send(new GetFunctionCommand({ FunctionName: 'fn' }))
  })

  test('of another account is denied', async () => {
    const FunctionName = arnOf('fn').replace('000000000000', '111111111111')
    await expect(lambda.send(new GetFunctionCommand({ FunctionName }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
  })

  test('carries tags without a qualifier only', async () => {
    const tag = (Resource: string, Tags: Record<string, string> = { a: 'b' }) =>
      lambda.send(new TagResourceCommand({ Resource, Tags }))
    await expect(tag(`${arnOf('fn')}:1`)).rejects.toMatchObject(
      invalid('Tags on function aliases and versions are not supported. Please specify a function ARN.'),
    )
    await expect(tag(arnOf('none'))).rejects.toMatchObject(missing(`Function not found: ${arnOf('none')}`))
    await expect(tag('fn')).rejects.toMatchObject({
      message: expect.stringContaining("Value 'fn' at 'resource' failed to satisfy constraint"),
    })
    await expect(tag(arnOf('fn'), {})).rejects.toMatchObject(
      invalid('An error occurred and the request cannot be processed.'),
    )
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`key${index}`, 'value']))
    await expect(tag(arnOf('fn'), many)).rejects.toMatchObject(invalid('Number of tags exceeds resource tag limit.'))
    await expect(lambda.send(new UntagResourceCommand({ Resource: arnOf('fn'), TagKeys: [] }))).rejects.toMatchObject(
      violated("null at 'tagKeys' failed to satisfy constraint: Member must not be null"),
    )
  })

  test('with a qualifier reserves no concurrency and, of $LATEST, carries no permission', async () => {
    const reserve = (FunctionName: string) =>
      lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 1 }))
    await expect(reserve(`${arnOf('fn')}:1`)).rejects.toMatchObject(
      invalid(
        'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
      ),
    )
    await expect(reserve('none')).rejects.toMatchObject(missing(`Function not found: ${arnOf('none')}:$LATEST`))
    await expect(
      lambda.send(
        new AddPermissionCommand({
          FunctionName: 'fn',
          Qualifier: '$LATEST',
          StatementId: 's',
          Action: 'lambda:InvokeFunction',
          Principal: 'sns.amazonaws.com',
        }),
      ),
    ).rejects.toMatchObject(invalid('We currently do not support adding policies for $LATEST.'))
  })
})

test('a permission is given and taken where there is something to have it', async () => {
  const add = (input: Partial<AddPermissionCommandInput>) =>
    lambda.send(
      new AddPermissionCommand({
        FunctionName: 'fn',
        StatementId: 's',
        Action: 'lambda:InvokeFunction',
        Principal: 'sns.amazonaws.com',
        ...input,
      }),
    )
  const take = (input: Partial<RemovePermissionCommandInput>) =>
    lambda.send(new RemovePermissionCommand({ FunctionName: 'fn', StatementId: 's', ...input }))
  const noAlias = missing(`Cannot find alias arn: ${arnOf('fn')}:none`)
  await expect(add({ Qualifier: 'none' })).rejects.toMatchObject(noAlias)
  await expect(take({ Qualifier: 'none' })).rejects.toMatchObject(noAlias)
  for (const Qualifier of ['42', 'with-$'])
    await expect(add({ Qualifier })).rejects.toMatchObject(missing(`Function not found: ${arnOf('fn')}:${Qualifier}`))
  await expect(add({ Qualifier: 'with-?' })).rejects.toMatchObject(
    violated(
      "'with-?' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: (|[a-zA-Z0-9$_-]+)",
    ),
  )
  await expect(take({ FunctionName: 'none' })).rejects.toMatchObject(missing(`No policy found for: ${arnOf('none')}`))
  await expect(take({})).rejects.toMatchObject(missing('No policy is associated with the given resource.'))
  await expect(lambda.send(new GetPolicyCommand({ FunctionName: 'fn', Qualifier: '42' }))).rejects.toMatchObject(
    missing('The resource you requested does not exist.'),
  )
})

test('a permission names a role that is there, a dead letter a standard queue or topic, and a tag is short', async () => {
  const add = (Principal: string) =>
    lambda.send(
      new AddPermissionCommand({
        FunctionName: 'fn',
        StatementId: Principal.replaceAll(/\W/g, '-'),
        Action: 'lambda:InvokeFunction',
        Principal,
      }),
    )
  await expect(add('arn:aws:iam::000000000000:role/nobody')).rejects.toMatchObject(
    invalid('The provided principal was invalid. Please check the principal and try again.'),
  )
  await add('arn:aws:iam::111111111111:role/of-others')
  for (const TargetArn of [arnOf('fn'), 'arn:aws:sqs:us-east-1:000000000000:q.fifo'])
    await expect(
      lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'fn', DeadLetterConfig: { TargetArn } })),
    ).rejects.toThrow(`The dead-letter target ${TargetArn} is invalid`)
  const tag = (Tags: Record<string, string>) => lambda.send(new TagResourceCommand({ Resource: arnOf('fn'), Tags }))
  const rule = (of: string, most: number, least: number) =>
    `failed to satisfy constraint: ${of} must satisfy constraint: [Member must have length less than or equal to ${most}, Member must have length greater than or equal to ${least}, Member must satisfy regular expression pattern: ([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*), Member must not be null]`
  await expect(tag({ a: 'v'.repeat(257) })).rejects.toThrow(rule('Map value', 256, 0))
  await expect(tag({ 'a*': 'v' })).rejects.toMatchObject(violated(`'{a*=v}' at 'tags' ${rule('Map keys', 128, 1)}`))
})

test('a list takes ALL versions or none, a function one architecture that there is', async () => {
  const list = new ListFunctionsCommand({ FunctionVersion: 'some' as FunctionVersion })
  await expect(lambda.send(list)).rejects.toMatchObject(
    violated("'some' at 'functionVersion' failed to satisfy constraint: Member must satisfy enum value set: [ALL]"),
  )
  const update = (Architectures: string[]) =>
    lambda.send(
      new UpdateFunctionCodeCommand({
        FunctionName: 'fn',
        ZipFile: zip({ 'index.mjs': 'export const handler = async () => 1' }),
        Architectures: Architectures as Architecture[],
      }),
    )
  await expect(update(['x86_64', 'arm64'])).rejects.toMatchObject(
    violated(
      "'[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1",
    ),
  )
  await expect(update(['X86_64'])).rejects.toMatchObject(
    violated(
      "'[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
    ),
  )
})

describe('an alias', () => {
  const create = (
    FunctionVersion: string,
    AdditionalVersionWeights?: Record<string, number>,
    { FunctionName = 'fn', Name = 'split' } = {},
  ) =>
    lambda.send(
      new CreateAliasCommand({
        FunctionName,
        Name,
        FunctionVersion,
        ...(AdditionalVersionWeights ? { RoutingConfig: { AdditionalVersionWeights } } : {}),
      }),
    )
  const values =
    "at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]"

  test('splits between two published versions that are there', async () => {
    await expect(create('1', { '2': 2 })).rejects.toMatchObject(violated(`'{2=2.0}' ${values}`))
    await expect(create('1', { '2': -1 })).rejects.toMatchObject(violated(`'{2=-1.0}' ${values}`))
    await expect(create('1', { $LATEST: 0.5 })).rejects.toMatchObject(
      violated(
        "'{$LATEST=0.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+, Member must not be null]",
      ),
    )
    await expect(create('1', { '1': 0.5, '2': 0.5 })).rejects.toMatchObject(
      invalid('Number of items in AdditionalVersionWeights cannot be greater than 1'),
    )
    await expect(create('1', { '1': 0.5 })).rejects.toMatchObject(
      invalid('Invalid function version 1. Function version 1 is already included in routing configuration.'),
    )
    await expect(create('$LATEST', { '1': 0.5 })).rejects.toMatchObject(
      invalid('$LATEST is not supported for an alias pointing to more than 1 version'),
    )
    for (const [version, weights] of [
      ['10', { '1': 0.5 }],
      ['1', { '10': 0.5 }],
    ] as const)
      await expect(create(version, weights)).rejects.toMatchObject(missing(`Function not found: ${arnOf('fn')}:10`))
    await expect(create('1', undefined, { FunctionName: 'none' })).rejects.toMatchObject(
      missing(`Function not found: ${arnOf('none')}:1`),
    )
  })

  test('may lead to $LATEST', async () => {
    await create('$LATEST', undefined, { Name: 'newest' })
    const { StatusCode } = await lambda.send(new InvokeCommand({ FunctionName: 'fn', Qualifier: 'newest' }))
    expect(StatusCode).toBe(200)
  })
})

test('a change within the same moment still makes a new version', async () => {
  await createFunction(cloud, 'quick', 'export const handler = async () => 1')
  const publish = async () => (await lambda.send(new PublishVersionCommand({ FunctionName: 'quick' }))).Version
  expect(await publish()).toBe('1')
  expect(await publish()).toBe('1')
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'quick', Description: 'changed' }))
  expect(await publish()).toBe('2')
})

test('a list tells no state, and a new function has none but that it is being created', async () => {
  const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName: 'fn' }))
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}))
  for (const listed of [...Versions, ...Functions])
    for (const member of ['State', 'LastUpdateStatus', 'RuntimeVersionConfig'])
      expect(listed).not.toHaveProperty(member)
  const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: 'fn' }))
  expect(Configuration).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' })
  const made = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'made',
      Role: Configuration?.Role,
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Code: { ZipFile: zip({ 'index.mjs': 'export const handler = async () => 1' }) },
      Publish: true,
    }),
  )
  expect(made).toMatchObject({
    FunctionArn: arnOf('made'),
    Version: '1',
    State: 'Pending',
    StateReasonCode: 'Creating',
  })
  expect(made).not.toHaveProperty('LastUpdateStatus')
})

test('a version is published of the revision that the caller knows', async () => {
  await expect(
    lambda.send(new PublishVersionCommand({ FunctionName: 'fn', RevisionId: 'other' })),
  ).rejects.toMatchObject({
    name: 'PreconditionFailedException',
    message:
      'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
  })
})

describe('how asynchronous invocations are handled', () => {
  const gone = missing("The function doesn't exist.")
  const unset = (arn: string) => missing(`The function ${arn} doesn't have an EventInvokeConfig`)

  test('is set for a function that is there, and not found where it was not set', async () => {
    const MaximumRetryAttempts = 1
    for (const where of [{ FunctionName: 'none' }, { FunctionName: 'fn', Qualifier: 'none' }]) {
      const input = { ...where, MaximumRetryAttempts }
      await expect(lambda.send(new PutFunctionEventInvokeConfigCommand(input))).rejects.toMatchObject(gone)
      await expect(lambda.send(new UpdateFunctionEventInvokeConfigCommand(input))).rejects.toMatchObject(gone)
    }
    await expect(
      lambda.send(new ListFunctionEventInvokeConfigsCommand({ FunctionName: 'none' })),
    ).rejects.toMatchObject(gone)
    await expect(lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: 'none' }))).rejects.toMatchObject(
      unset(`${arnOf('none')}:$LATEST`),
    )
    await expect(
      lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: 'fn', Qualifier: 'none' })),
    ).rejects.toMatchObject(unset(`${arnOf('fn')}:none`))
    await expect(
      lambda.send(new UpdateFunctionEventInvokeConfigCommand({ FunctionName: 'fn', MaximumRetryAttempts })),
    ).rejects.toMatchObject(unset(`${arnOf('fn')}:$LATEST`))
  })

  test('names destinations that Lambda sends to', async () => {
    const send = (Destination: string) =>
      lambda.send(
        new PutFunctionEventInvokeConfigCommand({
          FunctionName: 'fn',
          DestinationConfig: { OnSuccess: { Destination } },
        }),
      )
    const strange = arnOf('fn').replace(':lambda:', ':iam:')
    await expect(send(strange)).rejects.toMatchObject(
      invalid(
        `The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=${strange}), onFailure=null) is invalid.`,
      ),
    )
    await expect(send(arnOf('none'))).rejects.toMatchObject(invalid(`The destination ARN ${arnOf('none')} is invalid.`))
    await expect(send('arn:aws:_-/!lambda:x')).rejects.toMatchObject({
      message: expect.stringContaining(
        "Value 'arn:aws:_-/!lambda:x' at 'destinationConfig.onSuccess.destination' failed to satisfy constraint: Member must satisfy regular expression pattern: ^$|arn:",
      ),
    })
  })
})

test('a mapping wants a source and a function that is there', async () => {
  const map = (FunctionName: string, EventSourceArn?: string) =>
    lambda.send(new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn }))
  await expect(map('fn')).rejects.toMatchObject(invalid('Unrecognized event source.'))
  await expect(map('none', 'arn:aws:sqs:us-east-1:000000000000:queue')).rejects.toMatchObject(
    invalid('Function does not exist'),
  )
})
