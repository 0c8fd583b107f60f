import { AwsError } from '../../errors.ts'
import type { CloudContext, PolicyDocument } from '../../service.ts'
import { parsePolicy } from '../iam/document.ts'
import { decide } from '../iam/evaluate.ts'
import type { Iam } from '../iam/index.ts'
import type { Key } from './model.ts'

const stored = (document: PolicyDocument): Key['policy'] => ({ text: JSON.stringify(document, null, 2), document })

/** The policy of a key that was made without one: the account's own policies decide. */
export const defaultPolicy = (account: string): Key['policy'] =>
  stored({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  })

/** The policy of a key that AWS manages for a service: everybody of the account, through that service only. */
export const managedKeyPolicy = (account: string, region: string, service: string): Key['policy'] =>
  stored({
    Version: '2012-10-17',
    Id: `auto-${service}-1`,
    Statement: [
      {
        Sid: `Allow access through ${service} for all principals in the account that are authorized to use it`,
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        Resource: '*',
        Condition: {
          StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': `${service}.${region}.amazonaws.com` },
        },
      },
      {
        Sid: 'Allow direct access to key metadata to the account',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*'],
        Resource: '*',
      },
    ],
  })

/**
 * Reads a key policy and refuses one that would lock its owner out.
 * @throws AwsError MalformedPolicyDocumentException
 */
export function keyPolicy(context: CloudContext, text: string, bypassLockoutCheck: boolean): Key['policy'] {
  const malformed = (message: string): AwsError => new AwsError('MalformedPolicyDocumentException', message)
  let document: PolicyDocument
  try {
    document = parsePolicy(text, 'resource')
  } catch (error) {
    throw error instanceof AwsError ? malformed(error.message) : error
  }
  if (context.service<Iam>('iam').unknownPrincipal(document) !== undefined)
    throw malformed('Policy contains a statement with one or more invalid principals.')
  const { allowed } = decide({
    caller: context.administrator,
    identityPolicies: [{ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }],
    resourcePolicy: document,
    resourcePolicyDecides: true,
    action: 'kms:PutKeyPolicy',
    resource: '*',
    context: { 'kms:CallerAccount': context.account },
    account: context.account,
  })
  if (!allowed && !bypassLockoutCheck)
    throw malformed('The new key policy will not allow you to update the key policy in the future.')
  return { text, document }
}
