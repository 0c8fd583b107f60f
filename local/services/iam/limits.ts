import { AwsError } from '../../errors.ts'
import type { Role, StoredPolicy } from './model.ts'

/** IAM's default quotas (IAM user guide, "IAM and AWS STS quotas"). White space does not count. */
const inlineSize = 10_240
const managedSize = 6_144
const trustSize = 2_048
const attachedPolicies = 10

const size = ({ text }: StoredPolicy): number => text.replace(/\s/g, '').length

const limitExceeded = (message: string): AwsError => new AwsError('LimitExceeded', message, { status: 409 })

/** @throws AwsError LimitExceeded where the role's inline policies would be too long together */
export function checkInlineSize(role: Role, name: string, policy: StoredPolicy): void {
  let total = size(policy)
  for (const [other, { text, document }] of role.inline) if (other !== name) total += size({ text, document })
  if (total > inlineSize)
    throw limitExceeded(`Maximum policy size of ${inlineSize} bytes exceeded for role ${role.name}`)
}

/** @throws AwsError LimitExceeded */
export function checkManagedSize(policy: StoredPolicy): void {
  if (size(policy) > managedSize) throw limitExceeded(`Cannot exceed quota for PolicySize: ${managedSize}`)
}

/** @throws AwsError LimitExceeded */
export function checkTrustSize(policy: StoredPolicy): void {
  if (size(policy) > trustSize) throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${trustSize}`)
}

/** @throws AwsError LimitExceeded where the role has as many managed policies as it may */
export function checkAttachments(role: Role, arn: string): void {
  if (!role.attached.has(arn) && role.attached.size >= attachedPolicies)
    throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${attachedPolicies}`)
}
