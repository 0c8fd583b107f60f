import type {
  DeleteResourcePolicyCommandInput,
  DeleteResourcePolicyCommandOutput,
  DescribeResourcePoliciesCommandInput,
  DescribeResourcePoliciesCommandOutput,
  PutResourcePolicyCommandInput,
  PutResourcePolicyCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs'
import { AwsError } from '../../../errors.ts'
import { type Action, action, type PolicyDocument, type PolicyStatement } from '../../../service.ts'
import { invalidParameter } from '../errors.ts'
import type { Logs } from '../model/logs.ts'
import type { LogsParts } from '../parts.ts'

const MAX_POLICIES = 10

function checkDocument(text: string | undefined): string {
  try {
    const document: unknown = JSON.parse(text ?? '')
    if (typeof document === 'object' && document !== null && 'Statement' in document) return text ?? ''
  } catch {
    // Told below, like every other text that is no policy.
  }
  throw invalidParameter('Resource policy document is not valid.')
}

/** What all policies of the account say together; each statement names its log groups. */
export function accountPolicy({ policies }: Logs): PolicyDocument | undefined {
  if (policies.size === 0) return undefined
  const statements = [...policies.values()].flatMap(({ document }): PolicyStatement[] => {
    const { Statement } = JSON.parse(document) as PolicyDocument
    return Array.isArray(Statement) ? [...Statement] : [Statement as PolicyStatement]
  })
  return { Version: '2012-10-17', Statement: statements }
}

export function policyActions({ logs, context }: LogsParts): Record<string, Action> {
  const access = (name: string) => () => [{ action: `logs:${name}`, resource: '*' }]
  const present = (policyName: string) => ({
    policyName,
    policyDocument: logs.policies.get(policyName)?.document,
    lastUpdatedTime: logs.policies.get(policyName)?.updatedAt,
  })
  return {
    PutResourcePolicy: action<PutResourcePolicyCommandInput, PutResourcePolicyCommandOutput>({
      accepts: ['policyName', 'policyDocument'],
      access: access('PutResourcePolicy'),
      run: ({ policyName, policyDocument }) => {
        if (!policyName) throw invalidParameter('policyName is required.')
        const document = checkDocument(policyDocument)
        if (!logs.policies.has(policyName) && logs.policies.size >= MAX_POLICIES)
          throw new AwsError('LimitExceededException', 'Resource limit exceeded.')
        logs.policies.set(policyName, { document, updatedAt: context.kernel.clock.now() })
        return { resourcePolicy: present(policyName) }
      },
    }),

    DescribeResourcePolicies: action<DescribeResourcePoliciesCommandInput, DescribeResourcePoliciesCommandOutput>({
      accepts: [],
      access: access('DescribeResourcePolicies'),
      run: () => ({ resourcePolicies: [...logs.policies.keys()].map(present) }),
    }),

    DeleteResourcePolicy: action<DeleteResourcePolicyCommandInput, DeleteResourcePolicyCommandOutput>({
      accepts: ['policyName'],
      access: access('DeleteResourcePolicy'),
      run: ({ policyName = '' }) => {
        if (!logs.policies.delete(policyName))
          throw new AwsError('ResourceNotFoundException', `Policy with name [${policyName}] does not exist`)
        return {}
      },
    }),
  }
}
