import type { ResourceType } from '../../../service.ts'
import { applyDifference, type CallIam, present, strings } from './call.ts'

/** A managed policy of the account, attached to roles. */
export const managedPolicyResource = (call: CallIam): ResourceType => ({
  properties: ['ManagedPolicyName', 'Path', 'Description', 'PolicyDocument', 'Roles'],

  async create(properties, resource) {
    const { Policy } = await call('CreatePolicy', {
      PolicyName: properties.ManagedPolicyName ?? resource.physicalName(128),
      PolicyDocument: JSON.stringify(properties.PolicyDocument),
      ...present({ Path: properties.Path, Description: properties.Description }),
    })
    const { Arn: PolicyArn, PolicyId } = Policy as { Arn: string; PolicyId: string }
    for (const RoleName of strings(properties.Roles)) await call('AttachRolePolicy', { RoleName, PolicyArn })
    return { ref: PolicyArn, attributes: { PolicyArn, PolicyId } }
  },

  async update(PolicyArn, next, previous) {
    for (const name of ['ManagedPolicyName', 'Path', 'Description'] as const)
      if (next[name] !== previous[name]) return undefined
    const { Policy } = await call('GetPolicy', { PolicyArn })
    const { DefaultVersionId, PolicyId } = Policy as { DefaultVersionId: string; PolicyId: string }
    const document = JSON.stringify(next.PolicyDocument)
    if (document !== JSON.stringify(previous.PolicyDocument)) {
      await call('CreatePolicyVersion', { PolicyArn, PolicyDocument: document, SetAsDefault: true })
      await call('DeletePolicyVersion', { PolicyArn, VersionId: DefaultVersionId })
    }
    await applyDifference(
      strings(next.Roles),
      strings(previous.Roles),
      (RoleName) => call('AttachRolePolicy', { RoleName, PolicyArn }),
      (RoleName) => call('DetachRolePolicy', { RoleName, PolicyArn }),
    )
    return { ref: PolicyArn, attributes: { PolicyArn, PolicyId } }
  },

  async delete(PolicyArn, { Roles }) {
    for (const RoleName of strings(Roles)) await call('DetachRolePolicy', { RoleName, PolicyArn })
    await call('DeletePolicy', { PolicyArn })
  },
})
