import type {
  DeleteResourcePolicyCommandInput,
  DeleteResourcePolicyCommandOutput,
  DescribeResourcePoliciesCommandInput,
  DescribeResourcePoliciesCommandOutput,
  PutResourcePolicyCommandInput,
  PutResourcePolicyCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs'
import { AwsError } from '../../../errors.ts'
import { type Action, action, type PolicyDocument } from '../../../service.ts'
import { parsePolicy } from '../../iam/document.ts'
import { invalidParameter } from '../errors.ts'
import type { LogsParts } from '../parts.ts'

const MAX_POLICIES = 10

/** @throws InvalidParameterException where the text is no policy of a resource */
function documentOf(text: string | undefined): PolicyDocument {
  try {
    return parsePolicy(text ?? '', 'resource')
  } catch (error) {
    if (error instanceof AwsError) throw invalidParameter(`Resource policy document is not valid: ${error.message}`)
    throw error
  }
}

export function policyActions({ logs, context }: LogsParts): Record<string, Action> {
  const access = (name: string) => () => [{ action: `logs:${name}`, resource: '*' }]
  const present = (policyName: string) => ({
    policyName,
    policyDocument: logs.policies.get(policyName)?.text,
    lastUpdatedTime: logs.policies.get(policyName)?.updatedAt,
    policyScope: 'ACCOUNT' as const,
  })
  return {
    PutResourcePolicy: action<PutResourcePolicyCommandInput, PutResourcePolicyCommandOutput>({
      accepts: ['policyName', 'policyDocument'],
      access: access('PutResourcePolicy'),
      run: ({ policyName, policyDocument }) => {
        if (!policyName) throw invalidParameter('policyName is required.')
        const document = documentOf(policyDocument)
        if (!logs.policies.get(policyName) && logs.policies.size >= MAX_POLICIES)
          throw new AwsError('LimitExceededException', 'Resource limit exceeded.')
        logs.policies.set(policyName, policyDocument ?? '', document, context.kernel.clock.now())
        return { resourcePolicy: present(policyName) }
      },
    }),

    DescribeResourcePolicies: action<DescribeResourcePoliciesCommandInput, DescribeResourcePoliciesCommandOutput>({
      accepts: [],
      access: access('DescribeResourcePolicies'),
      run: () => ({ resourcePolicies: logs.policies.names().map(present) }),
    }),

    DeleteResourcePolicy: action<DeleteResourcePolicyCommandInput, DeleteResourcePolicyCommandOutput>({
      accepts: ['policyName'],
      access: access('DeleteResourcePolicy'),
      run: ({ policyName = '' }) => {
        if (!logs.policies.delete(policyName))
          throw new AwsError('ResourceNotFoundException', `Policy with name [${policyName}] does not exist.`)
        return {}
      },
    }),
  }
}
