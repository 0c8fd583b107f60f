import type {
  CreateRoleCommandInput,
  CreateRoleCommandOutput,
  DeleteRoleCommandInput,
  DeleteRoleCommandOutput,
  GetRoleCommandInput,
  GetRoleCommandOutput,
  ListInstanceProfilesForRoleCommandInput,
  ListInstanceProfilesForRoleCommandOutput,
  ListRolesCommandInput,
  ListRolesCommandOutput,
  Role as RoleShape,
  UpdateAssumeRolePolicyCommandInput,
  UpdateAssumeRolePolicyCommandOutput,
  UpdateRoleCommandInput,
  UpdateRoleCommandOutput,
  UpdateRoleDescriptionCommandInput,
  UpdateRoleDescriptionCommandOutput,
} from '@aws-sdk/client-iam'
import { AwsError } from '../../../errors.ts'
import { type AccessCheck, type Action, action } from '../../../service.ts'
import { checkBoundary } from '../boundary.ts'
import { checkName, checkPath, encoded, page, stored } from '../checks.ts'
import { checkTrustSize } from '../limits.ts'
import type { IamModel, Role, StoredPolicy } from '../model.ts'
import { checkTags } from '../tag-rules.ts'
import { unknownPrincipal } from '../unknown-principal.ts'

const core = (role: Role) => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  CreateDate: new Date(role.created),
  AssumeRolePolicyDocument: encoded(role.trust),
})

/** What a listing tells of a role: neither its boundary nor its tags (API reference of ListRoles). */
const listed = (role: Role): RoleShape => ({
  ...core(role),
  ...(role.description === undefined ? {} : { Description: role.description }),
  MaxSessionDuration: role.maxSessionDuration,
})

/** Told of a single role only. AWS's models have another name for the type than its answers. */
const single = (role: Role) => ({
  ...(role.boundary === undefined
    ? {}
    : {
        PermissionsBoundary: {
          PermissionsBoundaryType: 'Policy' as 'PermissionsBoundaryPolicy',
          PermissionsBoundaryArn: role.boundary,
        },
      }),
  ...(role.tags.size === 0 ? {} : { Tags: [...role.tags].map(([Key, Value]) => ({ Key, Value })) }),
})

/** CreateRole tells neither description nor duration (recorded by LocalStack, February 2026). */
const created = (role: Role): RoleShape => ({ ...core(role), ...single(role) })

const shape = (role: Role): RoleShape => ({ ...listed(role), ...single(role), RoleLastUsed: {} })

/** Actions on roles themselves. */
export function roleActions(model: IamModel): Record<string, Action> {
  const on = (name: string, input: { RoleName: string | undefined }): AccessCheck[] => {
    const role = model.roles.get(input.RoleName ?? '')
    return [{ action: `iam:${name}`, resource: role?.arn ?? model.arn('role', '/', input.RoleName ?? '') }]
  }
  return {
    CreateRole: action<CreateRoleCommandInput, CreateRoleCommandOutput>({
      accepts: [
        ...(['RoleName', 'Path', 'AssumeRolePolicyDocument', 'Description'] as const),
        ...(['MaxSessionDuration', 'PermissionsBoundary', 'Tags'] as const),
      ],
      access: ({ RoleName, Path }) => [
        { action: 'iam:CreateRole', resource: model.arn('role', Path ?? '/', RoleName ?? '') },
      ],
      run: (input) => ({ Role: created(createRole(model, input)) }),
    }),
    GetRole: action<GetRoleCommandInput, GetRoleCommandOutput>({
      accepts: ['RoleName'],
      access: (input) => on('GetRole', input),
      run: ({ RoleName }) => ({ Role: shape(model.role(checkName(RoleName, 'RoleName', 64))) }),
    }),
    ListRoles: action<ListRolesCommandInput, ListRolesCommandOutput>({
      accepts: ['PathPrefix', 'Marker', 'MaxItems'],
      access: () => [{ action: 'iam:ListRoles', resource: model.arn('role', '/', '') }],
      run: ({ PathPrefix = '/', ...paging }) => {
        const roles = [...model.roles.values()].filter(({ path }) => path.startsWith(PathPrefix))
        const { page: found, ...rest } = page(roles, paging)
        return { Roles: found.map(listed), ...rest }
      },
    }),
    UpdateRole: action<UpdateRoleCommandInput, UpdateRoleCommandOutput>({
      accepts: ['RoleName', 'Description', 'MaxSessionDuration'],
      access: (input) => on('UpdateRole', input),
      run: ({ RoleName, Description, MaxSessionDuration }) => {
        const role = model.role(checkName(RoleName, 'RoleName', 64))
        if (Description !== undefined) role.description = Description
        if (MaxSessionDuration !== undefined) role.maxSessionDuration = checkDuration(MaxSessionDuration)
        return {}
      },
    }),
    UpdateRoleDescription: action<UpdateRoleDescriptionCommandInput, UpdateRoleDescriptionCommandOutput>({
      accepts: ['RoleName', 'Description'],
      access: (input) => on('UpdateRoleDescription', input),
      run: ({ RoleName, Description = '' }) => {
        const role = model.role(checkName(RoleName, 'RoleName', 64))
        role.description = Description
        // It tells no duration (recorded by LocalStack, February 2026).
        return { Role: { ...created(role), Description } }
      },
    }),
    UpdateAssumeRolePolicy: action<UpdateAssumeRolePolicyCommandInput, UpdateAssumeRolePolicyCommandOutput>({
      accepts: ['RoleName', 'PolicyDocument'],
      access: (input) => on('UpdateAssumeRolePolicy', input),
      run: ({ RoleName, PolicyDocument }) => {
        const trust = stored(PolicyDocument, 'PolicyDocument', 'trust')
        checkTrust(model, trust)
        model.role(checkName(RoleName, 'RoleName', 64)).trust = trust
        return {}
      },
    }),
    // There are no instances here, so that no role has a profile: Terraform asks before it deletes a role.
    ListInstanceProfilesForRole: action<
      ListInstanceProfilesForRoleCommandInput,
      ListInstanceProfilesForRoleCommandOutput
    >({
      accepts: ['RoleName', 'Marker', 'MaxItems'],
      access: (input) => on('ListInstanceProfilesForRole', input),
      run: ({ RoleName, ...paging }) => {
        model.role(checkName(RoleName, 'RoleName', 64))
        const { page: InstanceProfiles, ...rest } = page([], paging)
        return { InstanceProfiles, ...rest }
      },
    }),
    DeleteRole: action<DeleteRoleCommandInput, DeleteRoleCommandOutput>({
      accepts: ['RoleName'],
      access: (input) => on('DeleteRole', input),
      run: ({ RoleName }) => {
        deleteRole(model, model.role(checkName(RoleName, 'RoleName', 64)))
        return {}
      },
    }),
  }
}

function createRole(model: IamModel, input: CreateRoleCommandInput): Role {
  const name = checkName(input.RoleName, 'RoleName', 64)
  const path = checkPath(input.Path)
  const trust = stored(input.AssumeRolePolicyDocument, 'AssumeRolePolicyDocument', 'trust')
  checkTrust(model, trust)
  if (input.PermissionsBoundary !== undefined) checkBoundary(model, input.PermissionsBoundary)
  checkTags(input.Tags)
  if (model.roles.has(name))
    throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, { status: 409 })
  const role: Role = {
    name,
    path,
    arn: model.arn('role', path, name),
    id: model.id('AROA', `role ${name}`),
    created: model.now(),
    trust,
    description: input.Description,
    maxSessionDuration: checkDuration(input.MaxSessionDuration ?? 3600),
    boundary: input.PermissionsBoundary,
    inline: new Map(),
    attached: new Set(),
    tags: new Map((input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  }
  model.roles.set(name, role)
  model.changed()
  return role
}

function checkTrust(model: IamModel, trust: StoredPolicy): void {
  checkTrustSize(trust)
  const unknown = unknownPrincipal(trust.document, (arn) => model.roleByArn(arn) !== undefined)
  if (unknown === undefined) return
  throw new AwsError('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${unknown}"`, { status: 400 })
}

function deleteRole(model: IamModel, role: Role): void {
  const conflict = (message: string): AwsError => new AwsError('DeleteConflict', message, { status: 409 })
  if (role.attached.size > 0) throw conflict('Cannot delete entity, must detach all policies first.')
  if (role.inline.size > 0) throw conflict('Cannot delete entity, must delete policies first.')
  model.roles.delete(role.name)
  model.changed()
}

function checkDuration(seconds: number): number {
  if (seconds >= 3600 && seconds <= 43200) return seconds
  const limit = seconds < 3600 ? 'greater than or equal to 3600' : 'less than or equal to 43200'
  throw new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${seconds}' at 'maxSessionDuration' failed to satisfy constraint: Member must have value ${limit}`,
    { status: 400 },
  )
}
