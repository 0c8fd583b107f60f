import {
  AddPermissionCommand,
  CreateAliasCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  LambdaClient,
  PublishVersionCommand,
  RemovePermissionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { createFunction } from './support/function.ts'

/** What changes the revision of a function, a version or an alias: recorded from AWS by LocalStack's validated tests. */

let cloud: TestCloud
let lambda: LambdaClient
beforeAll(async () => {
  cloud = await startTestCloud()
  lambda = cloud.client(LambdaClient)
  await createFunction(cloud, 'fn', 'export const handler = async () => 1')
})
afterAll(() => cloud.stop())

const revision = async (Qualifier?: string) =>
  (await lambda.send(new GetFunctionCommand({ FunctionName: 'fn', Qualifier }))).Configuration?.RevisionId
const changed = {
  name: 'PreconditionFailedException',
  message:
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
}

test('a change is one revision, and its end another; publishing is a change of $LATEST', async () => {
  const before = await revision()
  const update = (RevisionId: string | undefined) =>
    lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'fn', Timeout: 4, RevisionId }))
  const { RevisionId: during } = await update(before)
  const after = await revision()
  expect(new Set([before, during, after]).size).toBe(3)
  await expect(update(during)).rejects.toMatchObject(changed)

  const { RevisionId: published } = await lambda.send(
    new PublishVersionCommand({ FunctionName: 'fn', RevisionId: after }),
  )
  expect(published).toBe(await revision('1'))
  expect(await revision()).not.toBe(after)
})

test('an alias is changed as of the revision that the caller knows', async () => {
  const [latest, version] = [await revision(), await revision('1')]
  const { RevisionId: made } = await lambda.send(
    new CreateAliasCommand({ FunctionName: 'fn', Name: 'live', FunctionVersion: '1' }),
  )
  expect([await revision(), await revision('1')]).toEqual([latest, version])
  const update = (RevisionId: string | undefined) =>
    lambda.send(new UpdateAliasCommand({ FunctionName: 'fn', Name: 'live', Description: 'd', RevisionId }))
  await expect(update('wrong')).rejects.toMatchObject(changed)
  expect((await update(made)).RevisionId).not.toBe(made)
})

test('a permission is given and taken as of the revision that the caller knows, and each makes a new one', async () => {
  const add = (RevisionId: string | undefined, StatementId = 's') =>
    lambda.send(
      new AddPermissionCommand({
        FunctionName: 'fn',
        StatementId,
        Action: 'lambda:InvokeFunction',
        Principal: 's3.amazonaws.com',
        RevisionId,
      }),
    )
  const remove = (RevisionId: string | undefined) =>
    lambda.send(new RemovePermissionCommand({ FunctionName: 'fn', StatementId: 's', RevisionId }))
  const before = await revision()
  await expect(add('wrong')).rejects.toMatchObject(changed)
  await add(before)
  const { RevisionId: given } = await lambda.send(new GetPolicyCommand({ FunctionName: 'fn' }))
  expect(given).not.toBe(before)
  expect(await revision()).toBe(given)
  await expect(remove('wrong')).rejects.toMatchObject(changed)
  await remove(given)
  expect(await revision()).not.toBe(given)
  // A permission is no new code: nothing is to be published.
  expect((await lambda.send(new PublishVersionCommand({ FunctionName: 'fn' }))).Version).toBe('1')
})

test('an alias is told under its own name, as of the version it is of, and is not deleted as a version', async () => {
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'fn', Timeout: 5 }))
  await lambda.send(new PublishVersionCommand({ FunctionName: 'fn' }))
  const RoutingConfig = { AdditionalVersionWeights: { '2': 1 } }
  await lambda.send(new UpdateAliasCommand({ FunctionName: 'fn', Name: 'live', FunctionVersion: '1', RoutingConfig }))
  const told = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'fn', Qualifier: 'live' }))
  expect(told).toMatchObject({ Version: '1', FunctionArn: expect.stringMatching(/:function:fn:live$/) })
  await expect(lambda.send(new DeleteFunctionCommand({ FunctionName: 'fn', Qualifier: 'live' }))).rejects.toMatchObject(
    {
      name: 'InvalidParameterValueException',
      message: 'Deletion of aliases is not currently supported.',
    },
  )
})
