import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda'
import type { TestCloud } from '../../../../support/cloud.ts'
import { zip } from './zip.ts'

/** A role that Lambda may assume, allowed the actions on everything. */
export async function createRole(cloud: TestCloud, name: string, actions: readonly string[] = []): Promise<string> {
  const iam = cloud.client(IAMClient)
  const statement = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    }),
  )
  if (actions.length > 0)
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: name,
        PolicyName: 'allowed',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
        }),
      }),
    )
  return Role?.Arn ?? ''
}

export interface FunctionOptions extends Partial<CreateFunctionCommandInput> {
  readonly actions?: readonly string[]
}

/** A function whose module is the given source, with a role of its own. Answers its ARN. */
export async function createFunction(
  cloud: TestCloud,
  name: string,
  source: string,
  { actions = [], ...settings }: FunctionOptions = {},
): Promise<string> {
  const Role = await createRole(cloud, `${name}-role`, actions)
  const { FunctionArn } = await cloud.client(LambdaClient).send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zip({ 'index.mjs': source }) },
      ...settings,
    }),
  )
  return FunctionArn ?? ''
}

export interface Answer {
  readonly payload: unknown
  readonly error: string | undefined
  readonly log: string
  readonly version: string | undefined
}

/** Invokes synchronously and reads the answer and the tail of the log. */
export async function invoke(cloud: TestCloud, name: string, event: unknown = {}): Promise<Answer> {
  const answer = await cloud
    .client(LambdaClient)
    .send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event), LogType: 'Tail' }))
  return {
    payload: JSON.parse(answer.Payload?.transformToString() || 'null'),
    error: answer.FunctionError,
    log: Buffer.from(answer.LogResult ?? '', 'base64').toString(),
    version: answer.ExecutedVersion,
  }
}
