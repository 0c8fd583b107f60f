import type {
  CreatePolicyCommandInput,
  CreatePolicyCommandOutput,
  CreatePolicyVersionCommandInput,
  CreatePolicyVersionCommandOutput,
  DeletePolicyCommandInput,
  DeletePolicyCommandOutput,
  DeletePolicyVersionCommandInput,
  DeletePolicyVersionCommandOutput,
  GetPolicyCommandInput,
  GetPolicyCommandOutput,
  GetPolicyVersionCommandInput,
  GetPolicyVersionCommandOutput,
  ListPoliciesCommandInput,
  ListPoliciesCommandOutput,
  Policy as PolicyShape,
} from '@aws-sdk/client-iam'
import { AwsError } from '../../../errors.ts'
import { type AccessCheck, type Action, action } from '../../../service.ts'
import { checkName, checkPath, encoded, page, required, stored, violation } from '../checks.ts'
import { checkManagedSize } from '../limits.ts'
import { type IamModel, type ManagedPolicy, noSuchEntity } from '../model.ts'

/** AWS keeps at most five versions of a managed policy. */
const maxVersions = 5

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

/** GetPolicy alone tells these (recorded by LocalStack, February 2026); policies have no tags here. */
const whole = (model: IamModel, policy: ManagedPolicy): PolicyShape => ({
  ...shape(model, policy),
  ...(policy.description === undefined ? {} : { Description: policy.description }),
  Tags: [],
})

const on =
  (name: string) =>
  ({ PolicyArn }: { PolicyArn: string | undefined }): AccessCheck[] => [
    { action: `iam:${name}`, resource: PolicyArn ?? '*' },
  ]

/** Managed policies of the account. */
export function policyActions(model: IamModel): Record<string, Action> {
  return {
    CreatePolicy: action<CreatePolicyCommandInput, CreatePolicyCommandOutput>({
      accepts: ['PolicyName', 'Path', 'PolicyDocument', 'Description'],
      access: ({ PolicyName = '', Path = '/' }) => [
        { action: 'iam:CreatePolicy', resource: model.arn('policy', Path, PolicyName) },
      ],
      run: (input) => ({ Policy: shape(model, createPolicy(model, input)) }),
    }),
    GetPolicy: action<GetPolicyCommandInput, GetPolicyCommandOutput>({
      accepts: ['PolicyArn'],
      access: on('GetPolicy'),
      run: ({ PolicyArn }) => ({ Policy: whole(model, model.policy(required(PolicyArn, 'PolicyArn'))) }),
    }),
    ListPolicies: action<ListPoliciesCommandInput, ListPoliciesCommandOutput>({
      accepts: ['Scope', 'PathPrefix', 'Marker', 'MaxItems'],
      access: () => [{ action: 'iam:ListPolicies', resource: '*' }],
      run: ({ Scope = 'All', PathPrefix = '/', ...paging }) => {
        const own = [...model.policies.values()].filter(({ path }) => path.startsWith(PathPrefix))
        const { page: found, ...rest } = page(Scope === 'AWS' ? [] : own, paging)
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
    ...versionActions(model),
  }
}

function versionActions(model: IamModel): Record<string, Action> {
  return {
    CreatePolicyVersion: action<CreatePolicyVersionCommandInput, CreatePolicyVersionCommandOutput>({
      accepts: ['PolicyArn', 'PolicyDocument', 'SetAsDefault'],
      access: on('CreatePolicyVersion'),
      run: ({ PolicyArn, PolicyDocument, SetAsDefault }) => {
        const policy = model.policy(required(PolicyArn, 'PolicyArn'))
        const version = stored(PolicyDocument, 'PolicyDocument', 'identity')
        checkManagedSize(version)
        if (policy.versions.size >= maxVersions)
          throw new AwsError(
            'LimitExceeded',
            `A managed policy can have up to ${maxVersions} versions. Before you create a new version, you must delete an existing version.`,
            { status: 409 },
          )
        policy.newest += 1
        const id = `v${policy.newest}`
        policy.versions.set(id, { ...version, created: model.now() })
        if (SetAsDefault) policy.defaultVersion = id
        policy.updated = model.now()
        model.changed()
        return {
          PolicyVersion: { VersionId: id, IsDefaultVersion: Boolean(SetAsDefault), CreateDate: new Date(model.now()) },
        }
      },
    }),
    GetPolicyVersion: action<GetPolicyVersionCommandInput, GetPolicyVersionCommandOutput>({
      accepts: ['PolicyArn', 'VersionId'],
      access: on('GetPolicyVersion'),
      run: ({ PolicyArn, VersionId }) => {
        const { policy, version } = versionOf(model, PolicyArn, VersionId)
        return {
          PolicyVersion: {
            Document: encoded(version),
            VersionId,
            IsDefaultVersion: VersionId === policy.defaultVersion,
            CreateDate: new Date(version.created),
          },
        }
      },
    }),
    DeletePolicyVersion: action<DeletePolicyVersionCommandInput, DeletePolicyVersionCommandOutput>({
      accepts: ['PolicyArn', 'VersionId'],
      access: on('DeletePolicyVersion'),
      run: ({ PolicyArn, VersionId }) => {
        const { policy } = versionOf(model, PolicyArn, VersionId)
        if (VersionId === policy.defaultVersion) throw conflict('Cannot delete the default version of a policy.')
        policy.versions.delete(VersionId ?? '')
        return {}
      },
    }),
  }
}

function versionOf(model: IamModel, policyArn: string | undefined, versionId: string | undefined) {
  const [arn, id] = [required(policyArn, 'PolicyArn'), required(versionId, 'VersionId')]
  if (!/^v[1-9][0-9]*(\.[A-Za-z0-9-]*)?$/.test(id))
    throw violation('versionId', 'Member must satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?')
  const policy = model.policies.get(arn)
  const version = policy?.versions.get(id)
  if (!policy || !version) throw noSuchEntity(`Policy ${arn} version ${id} does not exist or is not attachable.`)
  return { policy, version }
}

function createPolicy(model: IamModel, input: CreatePolicyCommandInput): ManagedPolicy {
  const name = checkName(input.PolicyName, 'PolicyName', 128)
  const path = checkPath(input.Path)
  const version = stored(input.PolicyDocument, 'PolicyDocument', 'identity')
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
  }
  model.policies.set(arn, policy)
  model.changed()
  return policy
}

const conflict = (message: string): AwsError => new AwsError('DeleteConflict', message, { status: 409 })
