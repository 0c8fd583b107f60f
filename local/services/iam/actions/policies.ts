import type {
  CreatePolicyCommandInput,
  CreatePolicyCommandOutput,
  DeletePolicyCommandInput,
  DeletePolicyCommandOutput,
  GetPolicyCommandInput,
  GetPolicyCommandOutput,
  ListEntitiesForPolicyCommandInput,
  ListEntitiesForPolicyCommandOutput,
  ListPoliciesCommandInput,
  ListPoliciesCommandOutput,
  ListPolicyTagsCommandInput,
  ListPolicyTagsCommandOutput,
  Policy as PolicyShape,
  TagPolicyCommandInput,
  TagPolicyCommandOutput,
  UntagPolicyCommandInput,
  UntagPolicyCommandOutput,
} from '@aws-sdk/client-iam'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { tagList, tagMap } from '../../tags.ts'
import { checkName, checkPath, page, required, stored } from '../checks.ts'
import { checkManagedSize } from '../limits.ts'
import { awsManagedPolicies } from '../managed-policies.ts'
import type { IamModel, ManagedPolicy } from '../model.ts'
import { checkTagKeys, checkTags } from '../tag-rules.ts'
import { conflict, onPolicy as on, policyVersionActions } from './policy-versions.ts'

const shape = (model: IamModel, policy: ManagedPolicy): PolicyShape => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: policy.defaultVersion,
  AttachmentCount: model.attachments(policy.arn).filter(({ attached }) => attached.has(policy.arn)).length,
  PermissionsBoundaryUsageCount: model.attachments(policy.arn).filter(({ boundary }) => boundary === policy.arn).length,
  IsAttachable: true,
  CreateDate: new Date(policy.created),
  UpdateDate: new Date(policy.updated),
})

/** GetPolicy alone tells these (recorded by LocalStack, February 2026). */
const whole = (model: IamModel, policy: ManagedPolicy): PolicyShape => ({
  ...shape(model, policy),
  ...(policy.description === undefined ? {} : { Description: policy.description }),
  Tags: tagList(policy.tags),
})

/** Managed policies of the account. */
export function policyActions(model: IamModel): Record<string, Action> {
  return {
    CreatePolicy: action<CreatePolicyCommandInput, CreatePolicyCommandOutput>({
      accepts: ['PolicyName', 'Path', 'PolicyDocument', 'Description', 'Tags'],
      access: ({ PolicyName = '', Path = '/' }) => [
        { action: 'iam:CreatePolicy', resource: model.arn('policy', Path, PolicyName) },
      ],
      run: (input) => {
        const policy = createPolicy(model, input)
        const tags = policy.tags.size === 0 ? {} : { Tags: tagList(policy.tags) }
        return { Policy: { ...shape(model, policy), ...tags } }
      },
    }),
    GetPolicy: action<GetPolicyCommandInput, GetPolicyCommandOutput>({
      accepts: ['PolicyArn'],
      access: on('GetPolicy'),
      run: ({ PolicyArn }) => ({ Policy: whole(model, model.readable(required(PolicyArn, 'PolicyArn'))) }),
    }),
    ListPolicies: action<ListPoliciesCommandInput, ListPoliciesCommandOutput>({
      accepts: ['Scope', 'OnlyAttached', 'PathPrefix', 'Marker', 'MaxItems'],
      access: () => [{ action: 'iam:ListPolicies', resource: '*' }],
      run: ({ Scope = 'All', OnlyAttached = false, PathPrefix = '/', ...paging }) => {
        const own = Scope === 'AWS' ? [] : [...model.policies.values()]
        const builtIn = Scope === 'Local' ? [] : awsManagedPolicies().flatMap((arn) => model.builtIn(arn) ?? [])
        const all = [...own, ...builtIn].filter(
          ({ path, arn }) => path.startsWith(PathPrefix) && (!OnlyAttached || model.attachments(arn).length > 0),
        )
        const { page: found, ...rest } = page(all, paging)
        return { Policies: found.map((policy) => shape(model, policy)), ...rest }
      },
    }),
    DeletePolicy: action<DeletePolicyCommandInput, DeletePolicyCommandOutput>({
      accepts: ['PolicyArn'],
      access: on('DeletePolicy'),
      run: ({ PolicyArn }) => {
        const policy = model.policy(required(PolicyArn, 'PolicyArn'))
        if (model.attachments(policy.arn).length > 0) throw conflict('Cannot delete a policy attached to entities.')
        model.policies.delete(policy.arn)
        model.changed()
        return {}
      },
    }),
    ListEntitiesForPolicy: action<ListEntitiesForPolicyCommandInput, ListEntitiesForPolicyCommandOutput>({
      accepts: ['PolicyArn', 'EntityFilter', 'PolicyUsageFilter'],
      access: on('ListEntitiesForPolicy'),
      run: ({ PolicyArn, EntityFilter = 'Role', PolicyUsageFilter: usage }) => {
        const arn = required(PolicyArn, 'PolicyArn')
        if (!arn.startsWith('arn:aws:iam::aws:')) model.policy(arn)
        const roles = model
          .attachments(arn)
          .filter(({ attached, boundary }) =>
            usage === 'PermissionsPolicy'
              ? attached.has(arn)
              : usage === 'PermissionsBoundary'
                ? boundary === arn
                : true,
          )
        const PolicyRoles = roles.map(({ name, id }) => ({ RoleName: name, RoleId: id }))
        return {
          PolicyGroups: [],
          PolicyUsers: [],
          PolicyRoles: EntityFilter === 'Role' ? PolicyRoles : [],
          IsTruncated: false,
        }
      },
    }),
    ...policyVersionActions(model),
    ...policyTagActions(model),
  }
}

function policyTagActions(model: IamModel): Record<string, Action> {
  const tagsOf = (arn: string | undefined) => model.policy(required(arn, 'PolicyArn')).tags
  return {
    TagPolicy: action<TagPolicyCommandInput, TagPolicyCommandOutput>({
      accepts: ['PolicyArn', 'Tags'],
      access: on('TagPolicy'),
      run: ({ PolicyArn, Tags = [] }) => {
        checkTags(Tags)
        const tags = tagsOf(PolicyArn)
        for (const [key, value] of tagMap(Tags)) tags.set(key, value)
        return {}
      },
    }),
    UntagPolicy: action<UntagPolicyCommandInput, UntagPolicyCommandOutput>({
      accepts: ['PolicyArn', 'TagKeys'],
      access: on('UntagPolicy'),
      run: ({ PolicyArn, TagKeys = [] }) => {
        checkTagKeys(TagKeys)
        const tags = tagsOf(PolicyArn)
        for (const key of TagKeys) tags.delete(key)
        return {}
      },
    }),
    ListPolicyTags: action<ListPolicyTagsCommandInput, ListPolicyTagsCommandOutput>({
      accepts: ['PolicyArn', 'Marker', 'MaxItems'],
      access: on('ListPolicyTags'),
      run: ({ PolicyArn, ...paging }) => {
        const { page: found, ...rest } = page(tagList(tagsOf(PolicyArn)), paging)
        return { Tags: found, ...rest }
      },
    }),
  }
}

function createPolicy(model: IamModel, input: CreatePolicyCommandInput): ManagedPolicy {
  const name = checkName(input.PolicyName, 'PolicyName', 128)
  const path = checkPath(input.Path)
  const version = stored(input.PolicyDocument, 'PolicyDocument', 'managed')
  checkTags(input.Tags)
  checkManagedSize(version)
  const arn = model.arn('policy', path, name)
  if (model.policies.has(arn))
    throw new AwsError(
      'EntityAlreadyExists',
      `A policy called ${name} already exists. Duplicate names are not allowed.`,
      {
        status: 409,
      },
    )
  const now = model.now()
  const policy: ManagedPolicy = {
    name,
    path,
    arn,
    id: model.id('ANPA', `policy ${name}`),
    created: now,
    description: input.Description,
    versions: new Map([['v1', { ...version, created: now }]]),
    defaultVersion: 'v1',
    newest: 1,
    updated: now,
    tags: tagMap(input.Tags),
  }
  model.policies.set(arn, policy)
  model.changed()
  return policy
}
