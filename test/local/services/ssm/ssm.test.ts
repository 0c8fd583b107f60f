import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateQueueCommand, ReceiveMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import {
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Iam } from '../../../../local/services/iam/index.ts'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'

let cloud: TestCloud
let ssm: SSMClient
beforeAll(async () => {
  cloud = await startTestCloud()
  ssm = cloud.client(SSMClient)
})
afterAll(() => cloud.stop())

const put = (Name: string, Value: string, more: Partial<PutParameterCommandInput> = {}) =>
  ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }))
const get = (Name: string, WithDecryption = false) => ssm.send(new GetParameterCommand({ Name, WithDecryption }))

it('keeps every version of a parameter', async () => {
  expect(await put('/v/one', 'a')).toMatchObject({ Version: 1, Tier: 'Standard' })
  await expect(put('/v/one', 'b')).rejects.toMatchObject({
    name: 'ParameterAlreadyExists',
    message: 'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  })
  expect(await put('/v/one', 'b', { Overwrite: true })).toMatchObject({ Version: 2 })
  expect((await get('/v/one')).Parameter).toMatchObject({
    ...{ Name: '/v/one', Type: 'String', Value: 'b', Version: 2, DataType: 'text' },
    ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/v/one',
    LastModifiedDate: new Date(cloud.clock.now()),
  })
  expect((await get('/v/one:1')).Parameter).toMatchObject({ Value: 'a', Version: 1, Selector: ':1' })
  expect((await get('arn:aws:ssm:us-east-1:000000000000:parameter/v/one')).Parameter?.Value).toBe('b')
  await expect(get('/v/one:3')).rejects.toMatchObject({ name: 'ParameterVersionNotFound' })
  const { Parameters = [] } = await ssm.send(new GetParameterHistoryCommand({ Name: '/v/one' }))
  expect(Parameters.map(({ Value }) => Value)).toEqual(['a', 'b'])
})

it('grows into the advanced tier and never back; a labelled oldest version keeps its place', async () => {
  const Tier = 'Intelligent-Tiering'
  expect(await put('/tier', 'a', { Tier })).toMatchObject({ Tier: 'Standard' })
  expect(await put('/tier', 'a'.repeat(4097), { Tier, Overwrite: true })).toMatchObject({ Tier: 'Advanced' })
  await expect(put('/tier', 'a', { Tier: 'Standard', Overwrite: true })).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining("You can't downgrade a parameter from the advanced-parameter tier"),
  })
  await put('/many', '1')
  await ssm.send(new LabelParameterVersionCommand({ Name: '/many', ParameterVersion: 1, Labels: ['first'] }))
  for (let version = 2; version <= 100; version++) await put('/many', String(version), { Overwrite: true })
  await expect(put('/many', '101', { Overwrite: true })).rejects.toMatchObject({
    name: 'ParameterMaxVersionLimitExceeded',
    message: expect.stringContaining('Version 1, the oldest version'),
  })
  const history = (more: object) => ssm.send(new GetParameterHistoryCommand({ Name: '/many', ...more }))
  const { Parameters = [], NextToken } = await history({})
  expect(Parameters).toHaveLength(50)
  expect((await history({ NextToken })).Parameters?.[0]?.Version).toBe(51)
})

it('reads several at once and names those it lacks', async () => {
  await put('several', '1')
  const { Parameters, InvalidParameters } = await ssm.send(new GetParametersCommand({ Names: ['several', 'none'] }))
  expect(Parameters).toMatchObject([{ Name: 'several', Value: '1' }])
  expect(InvalidParameters).toEqual(['none'])
  const Names = Array.from({ length: 11 }, (_, index) => `p${index}`)
  await expect(ssm.send(new GetParametersCommand({ Names }))).rejects.toMatchObject({ name: 'ValidationException' })
})

it('reads a path, one level or all, page by page', async () => {
  for (const name of ['/path/a', '/path/b', '/path/deep/c', '/pathology']) await put(name, name)
  const read = async (more: object) =>
    (await ssm.send(new GetParametersByPathCommand({ Path: '/path', ...more }))).Parameters?.map(({ Name }) => Name)
  expect(await read({})).toEqual(['/path/a', '/path/b'])
  expect(await read({ Recursive: true })).toEqual(['/path/a', '/path/b', '/path/deep/c'])
  const first = await ssm.send(new GetParametersByPathCommand({ Path: '/path', MaxResults: 1 }))
  expect(await read({ NextToken: first.NextToken })).toEqual(['/path/b'])
  const { Parameters = [] } = await ssm.send(new DescribeParametersCommand({}))
  expect(Parameters.map(({ Name }) => Name)).toContain('/path/deep/c')
})

it('deletes', async () => {
  await put('gone', '1')
  await put('gone2', '1')
  await ssm.send(new DeleteParameterCommand({ Name: 'gone' }))
  await expect(get('gone')).rejects.toMatchObject({ name: 'ParameterNotFound' })
  expect(await ssm.send(new DeleteParametersCommand({ Names: ['gone', 'gone2'] }))).toMatchObject({
    DeletedParameters: ['gone2'],
    InvalidParameters: ['gone'],
  })
})

it.each<[string, Partial<PutParameterCommandInput>, string]>([
  ['a value above 4096 bytes in the Standard tier', { Value: 'x'.repeat(4097) }, 'ValidationException'],
  [
    'a value above 8192 bytes in the Advanced tier',
    { Value: 'x'.repeat(8193), Tier: 'Advanced' },
    'ValidationException',
  ],
  ['an empty value', { Value: '' }, 'ValidationException'],
  ['a value that its pattern does not allow', { AllowedPattern: '^[0-9]+$' }, 'ParameterPatternMismatchException'],
  ['a name with a space', { Name: 'a b' }, 'ValidationException'],
  ['a relative path', { Name: 'a/b' }, 'ValidationException'],
  ['a reserved name', { Name: '/aws/x' }, 'AccessDeniedException'],
  ['a new parameter without a type', { Type: undefined }, 'ValidationException'],
])('refuses %s', async (_, input, name) => {
  await expect(put('refused', 'x', input)).rejects.toMatchObject({ name })
})

it('keeps a SecureString encrypted, and decrypts it for those who may use the key', async () => {
  await put('/secret', 'hidden', { Type: 'SecureString' })
  expect((await get('/secret')).Parameter?.Value).not.toContain('hidden')
  expect((await get('/secret', true)).Parameter?.Value).toBe('hidden')

  const iam = cloud.client(IAMClient)
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }
  await iam.send(
    new CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument: JSON.stringify({ Statement: trust }) }),
  )
  const keys = cloud.context.service<Iam>('iam').issueSession('arn:aws:iam::000000000000:role/reader', 's')
  const reader = cloud.client(SSMClient, keys)
  const read = () => reader.send(new GetParameterCommand({ Name: '/secret', WithDecryption: true }))
  const allow = (statements: object[]) =>
    iam.send(
      new PutRolePolicyCommand({
        ...{ RoleName: 'reader', PolicyName: 'p' },
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
      }),
    )
  await expect(read()).rejects.toThrow('is not authorized to perform: ssm:GetParameter')
  const getParameter = { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: '*' }
  await allow([getParameter])
  expect((await read()).Parameter?.Value).toBe('hidden')
  await allow([getParameter, { Effect: 'Deny', Action: 'kms:Decrypt', Resource: '*' }])
  await expect(read()).rejects.toThrow('is not authorized to perform: kms:Decrypt')
})

it('tells EventBridge of parameters that are created, updated and deleted', async () => {
  const events = cloud.client(EventBridgeClient)
  const sqs = cloud.client(SQSClient)
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'changes' }))
  const Arn = `arn:aws:sqs:${cloud.region}:${cloud.account}:changes`
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: Arn },
    ],
  })
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }))
  const EventPattern = JSON.stringify({ source: ['aws.ssm'], detail: { name: ['/told'] } })
  await events.send(new PutRuleCommand({ Name: 'changes', EventPattern }))
  await events.send(new PutTargetsCommand({ Rule: 'changes', Targets: [{ Id: 'queue', Arn }] }))
  await put('/told', '1')
  await put('/told', '2', { Overwrite: true, Description: 'a number' })
  await ssm.send(new DeleteParameterCommand({ Name: '/told' }))
  await cloud.clock.settle()
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
  const told = Messages.map(({ Body = '' }) => JSON.parse(Body)).sort((a, b) =>
    a.detail.operation < b.detail.operation ? -1 : 1,
  )
  expect(told.map(({ detail }) => detail)).toEqual([
    { operation: 'Create', name: '/told', type: 'String' },
    { operation: 'Delete', name: '/told', type: 'String', description: 'a number' },
    { operation: 'Update', name: '/told', type: 'String', description: 'a number' },
  ])
  expect(told[0]).toMatchObject({
    'detail-type': 'Parameter Store Change',
    resources: [`arn:aws:ssm:${cloud.region}:${cloud.account}:parameter/told`],
  })
})
