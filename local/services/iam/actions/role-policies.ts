import type {
  AttachRolePolicyCommandInput,
  AttachRolePolicyCommandOutput,
  DeleteRolePermissionsBoundaryCommandInput,
  DeleteRolePermissionsBoundaryCommandOutput,
  DeleteRolePolicyCommandInput,
  DeleteRolePolicyCommandOutput,
  DetachRolePolicyCommandInput,
  DetachRolePolicyCommandOutput,
  GetRolePolicyCommandInput,
  GetRolePolicyCommandOutput,
  ListAttachedRolePoliciesCommandInput,
  ListAttachedRolePoliciesCommandOutput,
  ListRolePoliciesCommandInput,
  ListRolePoliciesCommandOutput,
  PutRolePermissionsBoundaryCommandInput,
  PutRolePermissionsBoundaryCommandOutput,
  PutRolePolicyCommandInput,
  PutRolePolicyCommandOutput,
} from '@aws-sdk/client-iam'
import { type AccessCheck, type Action, action } from '../../../service.ts'
import { checkBoundary } from '../boundary.ts'
import { checkName, encoded, isPolicyArn, page, required, stored, validationError } from '../checks.ts'
import { checkAttachments, checkInlineSize } from '../limits.ts'
import { type IamModel, noSuchEntity, type Role } from '../model.ts'

type OfRole = { RoleName: string | undefined }

/** Inline policies of a role, managed policies attached to it, its boundary. */
export function rolePolicyActions(model: IamModel): Record<string, Action> {
  return { ...inlinePolicies(model), ...attachedPolicies(model), ...boundaries(model) }
}

const named = (model: IamModel, { RoleName }: OfRole): Role => model.role(checkName(RoleName, 'RoleName', 64))

const on =
  (model: IamModel, name: string) =>
  ({ RoleName = '' }: OfRole): AccessCheck[] => [
    { action: `iam:${name}`, resource: model.roles.get(RoleName)?.arn ?? model.arn('role', '/', RoleName) },
  ]

function inlinePolicies(model: IamModel): Record<string, Action> {
  return {
    PutRolePolicy: action<PutRolePolicyCommandInput, PutRolePolicyCommandOutput>({
      accepts: ['RoleName', 'PolicyName', 'PolicyDocument'],
      access: on(model, 'PutRolePolicy'),
      run: (input) => {
        const policy = stored(input.PolicyDocument, 'PolicyDocument', 'identity')
        const name = checkName(input.PolicyName, 'PolicyName', 128)
        const role = named(model, input)
        checkInlineSize(role, name, policy)
        role.inline.set(name, policy)
        model.changed()
        return {}
      },
    }),
    GetRolePolicy: action<GetRolePolicyCommandInput, GetRolePolicyCommandOutput>({
      accepts: ['RoleName', 'PolicyName'],
      access: on(model, 'GetRolePolicy'),
      run: (input) => {
        const role = named(model, input)
        const policy = role.inline.get(required(input.PolicyName, 'PolicyName'))
        if (!policy) throw missing(input.PolicyName)
        return { RoleName: role.name, PolicyName: input.PolicyName, PolicyDocument: encoded(policy) }
      },
    }),
    ListRolePolicies: action<ListRolePoliciesCommandInput, ListRolePoliciesCommandOutput>({
      accepts: ['RoleName', 'Marker', 'MaxItems'],
      access: on(model, 'ListRolePolicies'),
      run: (input) => {
        const { page: found, ...rest } = page([...named(model, input).inline.keys()], input)
        return { PolicyNames: found, ...rest }
      },
    }),
    DeleteRolePolicy: action<DeleteRolePolicyCommandInput, DeleteRolePolicyCommandOutput>({
      accepts: ['RoleName', 'PolicyName'],
      access: on(model, 'DeleteRolePolicy'),
      run: (input) => {
        if (!named(model, input).inline.delete(required(input.PolicyName, 'PolicyName')))
          throw missing(input.PolicyName)
        model.changed()
        return {}
      },
    }),
  }
}

const missing = (name: string | undefined) => noSuchEntity(`The role policy with name ${name} cannot be found.`)

function attachedPolicies(model: IamModel): Record<string, Action> {
  return {
    AttachRolePolicy: action<AttachRolePolicyCommandInput, AttachRolePolicyCommandOutput>({
      accepts: ['RoleName', 'PolicyArn'],
      access: on(model, 'AttachRolePolicy'),
      run: (input) => {
        const arn = required(input.PolicyArn, 'PolicyArn')
        if (!isPolicyArn(arn)) throw validationError(`ARN ${arn} is not valid.`)
        model.managedDocument(arn)
        const role = named(model, input)
        checkAttachments(role, arn)
        role.attached.add(arn)
        model.changed()
        return {}
      },
    }),
    DetachRolePolicy: action<DetachRolePolicyCommandInput, DetachRolePolicyCommandOutput>({
      accepts: ['RoleName', 'PolicyArn'],
      access: on(model, 'DetachRolePolicy'),
      run: (input) => {
        const arn = required(input.PolicyArn, 'PolicyArn')
        if (!named(model, input).attached.delete(arn)) throw noSuchEntity(`Policy ${arn} was not found.`)
        model.changed()
        return {}
      },
    }),
    ListAttachedRolePolicies: action<ListAttachedRolePoliciesCommandInput, ListAttachedRolePoliciesCommandOutput>({
      accepts: ['RoleName', 'PathPrefix', 'Marker', 'MaxItems'],
      access: on(model, 'ListAttachedRolePolicies'),
      run: (input) => {
        const arns = [...named(model, input).attached].filter((arn) =>
          arn.slice(arn.indexOf('/')).startsWith(input.PathPrefix ?? '/'),
        )
        const { page: found, ...rest } = page(arns, input)
        const AttachedPolicies = found.map((arn) => ({
          PolicyName: arn.slice(arn.lastIndexOf('/') + 1),
          PolicyArn: arn,
        }))
        return { AttachedPolicies, ...rest }
      },
    }),
  }
}

function boundaries(model: IamModel): Record<string, Action> {
  return {
    PutRolePermissionsBoundary: action<PutRolePermissionsBoundaryCommandInput, PutRolePermissionsBoundaryCommandOutput>(
      {
        accepts: ['RoleName', 'PermissionsBoundary'],
        access: on(model, 'PutRolePermissionsBoundary'),
        run: (input) => {
          const arn = required(input.PermissionsBoundary, 'PermissionsBoundary')
          checkBoundary(model, arn)
          named(model, input).boundary = arn
          return {}
        },
      },
    ),
    DeleteRolePermissionsBoundary: action<
      DeleteRolePermissionsBoundaryCommandInput,
      DeleteRolePermissionsBoundaryCommandOutput
    >({
      accepts: ['RoleName'],
      access: on(model, 'DeleteRolePermissionsBoundary'),
      run: (input) => {
        named(model, input).boundary = undefined
        return {}
      },
    }),
  }
}
