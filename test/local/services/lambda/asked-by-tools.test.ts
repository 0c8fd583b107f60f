import {
  CreateFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  GetLayerVersionCommand,
  GetProvisionedConcurrencyConfigCommand,
  InvokeAsyncCommand,
  LambdaClient,
  ListFunctionUrlConfigsCommand,
  ListLayersCommand,
  ListProvisionedConcurrencyConfigsCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { createFunction } from './support/function.ts'

/** What Terraform, the console and SDK programs ask of each function beside GetFunction. */

let cloud: TestCloud
let lambda: LambdaClient
const FunctionName = 'asked'
beforeAll(async () => {
  cloud = await startTestCloud()
  lambda = cloud.client(LambdaClient)
  await createFunction(cloud, FunctionName, 'export const handler = async () => 1', {
    Layers: [],
    VpcConfig: { SubnetIds: [], SecurityGroupIds: [], Ipv6AllowedForDualStack: false },
    FileSystemConfigs: [],
    KMSKeyArn: '',
  })
  await lambda.send(new PublishVersionCommand({ FunctionName }))
})
afterAll(() => cloud.stop())

test('a function has no provisioned concurrency, and only a version or an alias could have', async () => {
  const get = (Qualifier: string) =>
    lambda.send(new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier }))
  await expect(get('1')).rejects.toMatchObject({
    name: 'ProvisionedConcurrencyConfigNotFoundException',
    message: 'No Provisioned Concurrency Config found for this function',
  })
  await expect(get('$LATEST')).rejects.toThrow(
    'The function resource provided must be an alias or a published version.',
  )
  await expect(get('2')).rejects.toThrow(/^Function not found: .*:asked:2$/)
  await expect(get('live')).rejects.toThrow(/^Cannot find alias arn: .*:asked:live$/)
  const { ProvisionedConcurrencyConfigs } = await lambda.send(
    new ListProvisionedConcurrencyConfigsCommand({ FunctionName }),
  )
  expect(ProvisionedConcurrencyConfigs).toEqual([])
})

test('a function has no URL, and there are no layers', async () => {
  const gone = { name: 'ResourceNotFoundException', message: 'The resource you requested does not exist.' }
  await expect(lambda.send(new GetFunctionUrlConfigCommand({ FunctionName }))).rejects.toMatchObject(gone)
  expect((await lambda.send(new ListFunctionUrlConfigsCommand({ FunctionName }))).FunctionUrlConfigs).toEqual([])
  expect((await lambda.send(new ListLayersCommand({}))).Layers).toEqual([])
  await expect(lambda.send(new GetLayerVersionCommand({ LayerName: 'l', VersionNumber: 1 }))).rejects.toMatchObject(
    gone,
  )
})

test('settings that ask for what there is not are refused with the way out', async () => {
  const Layers = ['arn:aws:lambda:us-east-1:017000801446:layer:Powertools:1']
  await expect(lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Layers }))).rejects.toThrow(
    /does not simulate the member Layers of a function\. Bundle/,
  )
  await expect(lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE' }))).rejects.toThrow(
    /does not simulate the action lambda:CreateFunctionUrlConfig\. Give the function an HTTP API\./,
  )
})

test('the older way to send an event answers with its status', async () => {
  expect((await lambda.send(new InvokeAsyncCommand({ FunctionName, InvokeArgs: '{}' }))).Status).toBe(202)
})
