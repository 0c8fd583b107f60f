import type { CloudContext, ResourceType } from '../../service.ts'
import { managedPolicyResource } from './resources/managed-policy.ts'
import { policyResource, rolePolicyResource } from './resources/policy.ts'
import { roleResource } from './resources/role.ts'

/** CloudFormation resource types of IAM. */
export const iamResources = (context: CloudContext): Record<string, ResourceType> => {
  const call = (action: string, input: object): Promise<Record<string, unknown>> =>
    context.call({ caller: context.administrator, service: 'iam', action, input })
  return {
    'AWS::IAM::Role': roleResource(call),
    'AWS::IAM::Policy': policyResource(call),
    'AWS::IAM::RolePolicy': rolePolicyResource(call),
    'AWS::IAM::ManagedPolicy': managedPolicyResource(call),
  }
}
