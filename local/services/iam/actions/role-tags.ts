import type {
  ListRoleTagsCommandInput,
  ListRoleTagsCommandOutput,
  TagRoleCommandInput,
  TagRoleCommandOutput,
  UntagRoleCommandInput,
  UntagRoleCommandOutput,
} from '@aws-sdk/client-iam'
import { type AccessCheck, type Action, action } from '../../../service.ts'
import { checkName, page } from '../checks.ts'
import type { IamModel } from '../model.ts'
import { checkTagKeys, checkTags } from '../tag-rules.ts'

/** Tags of roles, which conditions read as `aws:PrincipalTag/...`. */
export function roleTagActions(model: IamModel): Record<string, Action> {
  const named = (name: string | undefined) => model.role(checkName(name, 'RoleName', 64))
  const on =
    (name: string) =>
    ({ RoleName = '' }: { RoleName: string | undefined }): AccessCheck[] => [
      { action: `iam:${name}`, resource: model.roles.get(RoleName)?.arn ?? model.arn('role', '/', RoleName) },
    ]
  return {
    TagRole: action<TagRoleCommandInput, TagRoleCommandOutput>({
      accepts: ['RoleName', 'Tags'],
      access: on('TagRole'),
      run: ({ RoleName, Tags = [] }) => {
        checkTags(Tags)
        const role = named(RoleName)
        for (const { Key = '', Value = '' } of Tags) role.tags.set(Key, Value)
        return {}
      },
    }),
    UntagRole: action<UntagRoleCommandInput, UntagRoleCommandOutput>({
      accepts: ['RoleName', 'TagKeys'],
      access: on('UntagRole'),
      run: ({ RoleName, TagKeys = [] }) => {
        checkTagKeys(TagKeys)
        const role = named(RoleName)
        for (const key of TagKeys) role.tags.delete(key)
        return {}
      },
    }),
    ListRoleTags: action<ListRoleTagsCommandInput, ListRoleTagsCommandOutput>({
      accepts: ['RoleName', 'Marker', 'MaxItems'],
      access: on('ListRoleTags'),
      run: ({ RoleName, ...paging }) => {
        const { page: found, ...rest } = page([...named(RoleName).tags], paging)
        return { Tags: found.map(([Key, Value]) => ({ Key, Value })), ...rest }
      },
    }),
  }
}
