import type { PolicyDocument, PolicyStatement } from '../../service.ts'
import { invalidParameter } from './errors.ts'

const ACTIONS = [
  'SNS:GetTopicAttributes',
  'SNS:SetTopicAttributes',
  'SNS:AddPermission',
  'SNS:RemovePermission',
  'SNS:DeleteTopic',
  'SNS:Subscribe',
  'SNS:ListSubscriptionsByTopic',
  'SNS:Publish',
]

/** The policy that a topic has until it is given another. */
export const defaultPolicy = (arn: string, account: string): PolicyDocument => ({
  Version: '2008-10-17',
  Id: '__default_policy_ID',
  Statement: [
    {
      Sid: '__default_statement_ID',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: ACTIONS,
      Resource: arn,
      Condition: { StringEquals: { 'AWS:SourceOwner': account } },
    },
  ],
})

/** @throws AwsError InvalidParameter */
export function parsePolicy(text: string): PolicyDocument {
  try {
    const policy = JSON.parse(text) as PolicyDocument
    if (typeof policy?.Statement === 'object') return policy
  } catch {
    throw invalidParameter('Policy Error: null')
  }
  throw invalidParameter('Policy statement must not be empty')
}

export const statementsOf = ({ Statement }: PolicyDocument): readonly PolicyStatement[] =>
  Array.isArray(Statement) ? Statement : [Statement as PolicyStatement]
