import { CreateRoleCommand, type IAMClient } from '@aws-sdk/client-iam'

export const account = '000000000000'

/** A policy of one statement. */
export const statement = (Effect: string, Action: string, Resource = '*'): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect, Action, Resource } })

export const trust = (Principal: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' } })

export const forLambda = trust({ Service: 'lambda.amazonaws.com' })

/** @returns its ARN */
export async function createRole(
  iam: IAMClient,
  RoleName: string,
  AssumeRolePolicyDocument = forLambda,
): Promise<string> {
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  return Role?.Arn ?? ''
}
