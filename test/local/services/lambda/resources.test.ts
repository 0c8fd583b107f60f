import {
  GetEventSourceMappingCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ResourceContext, ResourceType } from '../../../../local/service.ts'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { writeAssembly } from '../../assembly/support.ts'
import { invoke } from './support/function.ts'
import { createQueue } from './support/queue.ts'

let cloud: TestCloud
let lambda: LambdaClient
beforeAll(async () => {
  cloud = await startTestCloud()
  lambda = cloud.client(LambdaClient)
})
afterAll(() => cloud.stop())

const role = (actions: readonly string[] = ['sqs:*']) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    Policies: [
      {
        PolicyName: 'all',
        PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] },
      },
    ],
  },
})

const functionProperties = {
  Code: { ZipFile: 'exports.handler = async () => process.env.COLOUR' },
  Handler: 'index.handler',
  Runtime: 'nodejs24.x',
  Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
  Timeout: '20',
  Environment: { Variables: { COLOUR: 'red' } },
}

test('a template makes functions, mappings, permissions, versions, aliases and async configurations', async () => {
  const queue = await createQueue(cloud, 'from-template')
  const [stack] = await cloud.deploy(
    writeAssembly({
      lambdas: {
        template: {
          Resources: {
            Role: role(),
            Fn: {
              Type: 'AWS::Lambda::Function',
              Properties: { ...functionProperties, ReservedConcurrentExecutions: 7, TracingConfig: { Mode: 'Active' } },
            },
            Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Fn' } } },
            Alias: {
              Type: 'AWS::Lambda::Alias',
              Properties: {
                FunctionName: { Ref: 'Fn' },
                Name: 'live',
                FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] },
              },
            },
            Config: {
              Type: 'AWS::Lambda::EventInvokeConfig',
              Properties: { FunctionName: { Ref: 'Fn' }, Qualifier: '$LATEST', MaximumRetryAttempts: 0 },
            },
            Permission: {
              Type: 'AWS::Lambda::Permission',
              Properties: {
                FunctionName: { 'Fn::GetAtt': ['Fn', 'Arn'] },
                Action: 'lambda:InvokeFunction',
                Principal: 'sns.amazonaws.com',
              },
            },
            Mapping: {
              Type: 'AWS::Lambda::EventSourceMapping',
              Properties: {
                FunctionName: { Ref: 'Alias' },
                EventSourceArn: queue.arn,
                BatchSize: '5',
                FunctionResponseTypes: ['ReportBatchItemFailures'],
                ScalingConfig: { MaximumConcurrency: 3 },
              },
            },
          },
          Outputs: Object.fromEntries(['Fn', 'Version', 'Alias', 'Mapping'].map((id) => [id, { Value: { Ref: id } }])),
        },
      },
    }),
  )
  const { Fn = '', Version = '', Alias = '', Mapping = '' } = (stack?.outputs ?? {}) as Record<string, string>
  const arn = `arn:aws:lambda:us-east-1:000000000000:function:${Fn}`
  expect(Fn).toMatch(/^lambdas-Fn-[0-9A-Za-z]{12}$/)
  expect([Version, Alias]).toEqual([`${arn}:1`, `${arn}:live`])
  expect(await invoke(cloud, Alias)).toMatchObject({ payload: 'red', version: '1' })
  const name = { FunctionName: Fn }
  expect(await lambda.send(new GetFunctionConfigurationCommand(name))).toMatchObject({ Timeout: 20 })
  expect(await lambda.send(new GetFunctionConcurrencyCommand(name))).toMatchObject({ ReservedConcurrentExecutions: 7 })
  expect(await lambda.send(new GetFunctionEventInvokeConfigCommand(name))).toMatchObject({ MaximumRetryAttempts: 0 })
  expect((await lambda.send(new GetPolicyCommand(name))).Policy).toContain('sns.amazonaws.com')
  expect(await lambda.send(new GetEventSourceMappingCommand({ UUID: Mapping }))).toMatchObject({
    FunctionArn: Alias,
    BatchSize: 5,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 3 },
  })
})

test('layers, container images and foreign runtimes are refused by name', async () => {
  const deploy = (Properties: object) =>
    expect(
      cloud.deploy(
        writeAssembly({
          refused: {
            template: {
              Resources: {
                Role: role(),
                Fn: { Type: 'AWS::Lambda::Function', Properties: { ...functionProperties, ...Properties } },
              },
            },
          },
        }),
      ),
    ).rejects
  await deploy({ Layers: ['arn:aws:lambda:us-east-1:000000000000:layer:x:1'] }).toThrow(/Layers/)
  await deploy({ Code: { ImageUri: 'x' } }).toThrow(/container images/)
  await deploy({ Runtime: 'python3.13' }).toThrow(/python3\.13/)
  const layer = { Layer: { Type: 'AWS::Lambda::LayerVersion', Properties: {} } }
  await expect(cloud.deploy(writeAssembly({ layers: { template: { Resources: layer } } }))).rejects.toThrow(
    /AWS::Lambda::LayerVersion/,
  )
})

test('updates change a function in place; what the template no longer has goes back to its default', async () => {
  const types = cloud.context.service('lambda').resources
  const type = types['AWS::Lambda::Function'] as ResourceType
  const context = { physicalName: () => 'updated', assetPath: () => '' } as unknown as ResourceContext
  const [stack] = await cloud.deploy(
    writeAssembly({
      updates: {
        template: { Resources: { Role: role() }, Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } } },
      },
    }),
  )
  const before = { ...functionProperties, Role: stack?.outputs.Arn, ReservedConcurrentExecutions: 3 }
  const { ref } = await type.create(before, context)
  const { Timeout: _, Environment: __, ReservedConcurrentExecutions: ___, ...after } = before
  expect(await type.update?.(ref, { ...after, MemorySize: 256 }, before, context)).toMatchObject({ ref: 'updated' })
  const now = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'updated' }))
  expect(now).toMatchObject({ Timeout: 3, MemorySize: 256 })
  expect(now.Environment).toBeUndefined()
  expect(
    (await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: 'updated' }))).ReservedConcurrentExecutions,
  ).toBeUndefined()
  expect(await type.update?.(ref, { ...after, FunctionName: 'other' }, after, context)).toBeUndefined()
})
