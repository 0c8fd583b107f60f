import {
  CreatePolicyCommand,
  CreateRoleCommand,
  GetContextKeysForCustomPolicyCommand,
  IAMClient,
  ListInstanceProfilesForRoleCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'

const queue = 'arn:aws:sqs:us-east-1:000000000000:orders'
const policy = `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": "sqs:*", "Resource": "${queue}" },
    { "Effect": "Deny", "Action": "sqs:Delete*", "Resource": "*",
      "Condition": { "StringNotEquals": { "aws:PrincipalTag/team": "ops" } } }
  ]
}`
const columnBehind = (line: number): number => (policy.split('\n')[line - 1]?.lastIndexOf('}') ?? 0) + 2

let cloud: TestCloud
let iam: IAMClient
beforeAll(async () => {
  cloud = await startTestCloud()
  iam = cloud.client(IAMClient)
})
afterAll(() => cloud.stop())

it('a simulation tells decisions, the statements that made them, and the keys that were not given', async () => {
  const ask = (more: object = {}) =>
    iam.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [policy],
        ActionNames: ['sqs:SendMessage', 'sqs:DeleteQueue', 'sns:Publish'],
        ResourceArns: [queue],
        ...more,
      }),
    )
  const { EvaluationResults = [], IsTruncated } = await ask()
  expect(IsTruncated).toBe(false)
  expect(EvaluationResults.map(({ EvalDecision }) => EvalDecision)).toEqual(['allowed', 'explicitDeny', 'implicitDeny'])
  expect(EvaluationResults[0]).toMatchObject({
    ...{ EvalActionName: 'sqs:SendMessage', EvalResourceName: queue },
    MatchedStatements: [
      {
        SourcePolicyId: 'PolicyInputList.1',
        StartPosition: { Line: 4, Column: 5 },
        EndPosition: { Line: 4, Column: columnBehind(4) },
      },
    ],
    MissingContextValues: ['aws:PrincipalTag/team'],
  })
  expect(EvaluationResults[1]?.MatchedStatements).toMatchObject([
    { StartPosition: { Line: 5, Column: 5 }, EndPosition: { Line: 6, Column: columnBehind(6) } },
  ])
  const ContextEntries = [
    { ContextKeyName: 'aws:PrincipalTag/team', ContextKeyValues: ['ops'], ContextKeyType: 'string' as const },
  ]
  const informed = (await ask({ ContextEntries, ActionNames: ['sqs:DeleteQueue'] })).EvaluationResults?.[0]
  expect(informed).toMatchObject({ EvalDecision: 'allowed' })
  expect(informed?.MissingContextValues ?? []).toEqual([])
  expect((await ask({ MaxItems: 2 })).IsTruncated).toBe(true)
  const keys = await iam.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList: [policy] }))
  expect(keys.ContextKeyNames).toEqual(['aws:PrincipalTag/team'])
})

it("a role's own policies are simulated, and its boundary says what it lets through", async () => {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
  })
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'simulated', AssumeRolePolicyDocument }))
  await iam.send(new PutRolePolicyCommand({ RoleName: 'simulated', PolicyName: 'p', PolicyDocument: policy }))
  const boundary = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'sqs:Receive*', Resource: '*' } }
  const { Policy } = await iam.send(
    new CreatePolicyCommand({ PolicyName: 'bound', PolicyDocument: JSON.stringify(boundary) }),
  )
  await iam.send(
    new PutRolePermissionsBoundaryCommand({ RoleName: 'simulated', PermissionsBoundary: Policy?.Arn ?? '' }),
  )
  const ActionNames = ['sqs:ReceiveMessage', 'sqs:SendMessage']
  const { EvaluationResults } = await iam.send(
    new SimulatePrincipalPolicyCommand({ PolicySourceArn: Role?.Arn ?? '', ActionNames, ResourceArns: [queue] }),
  )
  expect(EvaluationResults).toMatchObject([
    { EvalDecision: 'allowed', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true } },
    { EvalDecision: 'implicitDeny', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } },
  ])
  expect(EvaluationResults?.[0]?.MatchedStatements?.[0]?.SourcePolicyId).toBe('role_simulated_p')
  const nobody = `${Role?.Arn}-gone`
  await expect(
    iam.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn: nobody, ActionNames })),
  ).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  const profiles = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'simulated' }))
  expect(profiles).toMatchObject({ InstanceProfiles: [], IsTruncated: false })
})
