import type { CreatedResource, Properties, ResourceType } from '../../../service.ts'
import { applyDifference, type CallIam, present, strings } from './call.ts'

type Tag = { readonly Key: string; readonly Value: string }
type Inline = { readonly PolicyName: string; readonly PolicyDocument: unknown }

const tags = (properties: Properties): readonly Tag[] => (properties.Tags as readonly Tag[] | undefined) ?? []
const inline = (properties: Properties): readonly Inline[] =>
  (properties.Policies as readonly Inline[] | undefined) ?? []

export const roleResource = (call: CallIam): ResourceType => ({
  properties: [
    ...['RoleName', 'Path', 'AssumeRolePolicyDocument', 'Description', 'MaxSessionDuration'],
    ...['PermissionsBoundary', 'Policies', 'ManagedPolicyArns', 'Tags'],
  ],

  async create(properties, resource) {
    const RoleName = String(properties.RoleName ?? resource.physicalName(64))
    const { Role } = await call('CreateRole', {
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify(properties.AssumeRolePolicyDocument),
      ...present({
        Path: properties.Path,
        Description: properties.Description,
        MaxSessionDuration: properties.MaxSessionDuration && Number(properties.MaxSessionDuration),
        PermissionsBoundary: properties.PermissionsBoundary,
        Tags: properties.Tags,
      }),
    })
    for (const arn of strings(properties.ManagedPolicyArns))
      await call('AttachRolePolicy', { RoleName, PolicyArn: arn })
    await putInline(call, RoleName, inline(properties))
    return created(RoleName, Role as { Arn: string; RoleId: string })
  },

  async update(RoleName, properties, previous) {
    if (properties.RoleName !== previous.RoleName || properties.Path !== previous.Path) return undefined
    const trust = JSON.stringify(properties.AssumeRolePolicyDocument)
    await call('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: trust })
    const seconds = Number(properties.MaxSessionDuration ?? 3600)
    await call('UpdateRole', { RoleName, Description: properties.Description ?? '', MaxSessionDuration: seconds })
    if (properties.PermissionsBoundary !== undefined)
      await call('PutRolePermissionsBoundary', { RoleName, PermissionsBoundary: properties.PermissionsBoundary })
    else if (previous.PermissionsBoundary !== undefined) await call('DeleteRolePermissionsBoundary', { RoleName })
    await updatePolicies(call, RoleName, properties, previous)
    await updateTags(call, RoleName, properties, previous)
    const { Role } = await call('GetRole', { RoleName })
    return created(RoleName, Role as { Arn: string; RoleId: string })
  },

  async delete(RoleName, properties) {
    for (const { PolicyName } of inline(properties)) await call('DeleteRolePolicy', { RoleName, PolicyName })
    for (const arn of strings(properties.ManagedPolicyArns))
      await call('DetachRolePolicy', { RoleName, PolicyArn: arn })
    await call('DeleteRole', { RoleName })
  },
})

const created = (name: string, { Arn, RoleId }: { Arn: string; RoleId: string }): CreatedResource => ({
  ref: name,
  attributes: { Arn, RoleId },
})

async function putInline(call: CallIam, RoleName: string, policies: readonly Inline[]): Promise<void> {
  for (const { PolicyName, PolicyDocument } of policies)
    await call('PutRolePolicy', { RoleName, PolicyName, PolicyDocument: JSON.stringify(PolicyDocument) })
}

async function updatePolicies(call: CallIam, RoleName: string, next: Properties, previous: Properties): Promise<void> {
  await putInline(call, RoleName, inline(next))
  for (const { PolicyName } of inline(previous))
    if (!inline(next).some((policy) => policy.PolicyName === PolicyName))
      await call('DeleteRolePolicy', { RoleName, PolicyName })
  await applyDifference(
    strings(next.ManagedPolicyArns),
    strings(previous.ManagedPolicyArns),
    (PolicyArn) => call('AttachRolePolicy', { RoleName, PolicyArn }),
    (PolicyArn) => call('DetachRolePolicy', { RoleName, PolicyArn }),
  )
}

async function updateTags(call: CallIam, RoleName: string, next: Properties, previous: Properties): Promise<void> {
  const gone = tags(previous).filter(({ Key }) => !tags(next).some((tag) => tag.Key === Key))
  if (gone.length > 0) await call('UntagRole', { RoleName, TagKeys: gone.map(({ Key }) => Key) })
  if (tags(next).length > 0) await call('TagRole', { RoleName, Tags: tags(next) })
}
