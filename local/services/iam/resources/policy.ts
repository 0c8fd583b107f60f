import type { ResourceType } from '../../../service.ts'
import { applyDifference, type CallIam, strings } from './call.ts'

/** An inline policy of several roles. */
export const policyResource = (call: CallIam): ResourceType => {
  const put = (RoleName: string, PolicyName: unknown, document: unknown): Promise<unknown> =>
    call('PutRolePolicy', { RoleName, PolicyName, PolicyDocument: JSON.stringify(document) })
  return {
    properties: ['PolicyName', 'PolicyDocument', 'Roles'],
    async create({ PolicyName, PolicyDocument, Roles }, resource) {
      for (const role of strings(Roles)) await put(role, PolicyName, PolicyDocument)
      const id = resource.physicalName(128)
      return { ref: id, attributes: { Id: id } }
    },
    async update(id, next, previous) {
      if (next.PolicyName !== previous.PolicyName) return undefined
      for (const role of strings(next.Roles)) await put(role, next.PolicyName, next.PolicyDocument)
      await applyDifference(
        strings(next.Roles),
        strings(previous.Roles),
        async () => {},
        (RoleName) => call('DeleteRolePolicy', { RoleName, PolicyName: previous.PolicyName }),
      )
      return { ref: id, attributes: { Id: id } }
    },
    async delete(_id, { PolicyName, Roles }) {
      for (const RoleName of strings(Roles)) await call('DeleteRolePolicy', { RoleName, PolicyName })
    },
  }
}

/** An inline policy of one role. */
export const rolePolicyResource = (call: CallIam): ResourceType => {
  const put = (RoleName: unknown, PolicyName: unknown, document: unknown): Promise<unknown> =>
    call('PutRolePolicy', { RoleName, PolicyName, PolicyDocument: JSON.stringify(document) })
  return {
    properties: ['RoleName', 'PolicyName', 'PolicyDocument'],
    async create({ RoleName, PolicyName, PolicyDocument }) {
      await put(RoleName, PolicyName, PolicyDocument)
      return { ref: `${PolicyName}|${RoleName}`, attributes: {} }
    },
    async update(id, next, previous) {
      if (next.PolicyName !== previous.PolicyName || next.RoleName !== previous.RoleName) return undefined
      await put(next.RoleName, next.PolicyName, next.PolicyDocument)
      return { ref: id, attributes: {} }
    },
    async delete(_id, { RoleName, PolicyName }) {
      await call('DeleteRolePolicy', { RoleName, PolicyName })
    },
  }
}
