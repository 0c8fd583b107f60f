import type {
  CreatePolicyVersionCommandInput,
  CreatePolicyVersionCommandOutput,
  DeletePolicyVersionCommandInput,
  DeletePolicyVersionCommandOutput,
  GetPolicyVersionCommandInput,
  GetPolicyVersionCommandOutput,
  ListPolicyVersionsCommandInput,
  ListPolicyVersionsCommandOutput,
  SetDefaultPolicyVersionCommandInput,
  SetDefaultPolicyVersionCommandOutput,
} from '@aws-sdk/client-iam'
import { AwsError } from '../../../errors.ts'
import { type AccessCheck, type Action, action } from '../../../service.ts'
import { encoded, page, required, stored, violation } from '../checks.ts'
import { checkManagedSize } from '../limits.ts'
import { type IamModel, noSuchEntity } from '../model.ts'

/** AWS keeps at most five versions of a managed policy. */
const maxVersions = 5

export const conflict = (message: string): AwsError => new AwsError('DeleteConflict', message, { status: 409 })

/** Asks for one permission on the policy of the input. */
export const onPolicy =
  (name: string) =>
  ({ PolicyArn }: { PolicyArn: string | undefined }): AccessCheck[] => [
    { action: `iam:${name}`, resource: PolicyArn ?? '*' },
  ]

/** Versions of the account's managed policies. */
export function policyVersionActions(model: IamModel): Record<string, Action> {
  return {
    CreatePolicyVersion: action<CreatePolicyVersionCommandInput, CreatePolicyVersionCommandOutput>({
      accepts: ['PolicyArn', 'PolicyDocument', 'SetAsDefault'],
      access: onPolicy('CreatePolicyVersion'),
      run: ({ PolicyArn, PolicyDocument, SetAsDefault }) => {
        const policy = model.policy(required(PolicyArn, 'PolicyArn'))
        const version = stored(PolicyDocument, 'PolicyDocument', 'managed')
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
      access: onPolicy('GetPolicyVersion'),
      run: ({ PolicyArn, VersionId }) => {
        const { policy, version } = versionOf(model, PolicyArn, VersionId, true)
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
    ListPolicyVersions: action<ListPolicyVersionsCommandInput, ListPolicyVersionsCommandOutput>({
      accepts: ['PolicyArn', 'Marker', 'MaxItems'],
      access: onPolicy('ListPolicyVersions'),
      run: ({ PolicyArn, ...paging }) => {
        const policy = model.readable(required(PolicyArn, 'PolicyArn'))
        const { page: found, ...rest } = page([...policy.versions].reverse(), paging)
        const Versions = found.map(([VersionId, { created }]) => ({
          VersionId,
          IsDefaultVersion: VersionId === policy.defaultVersion,
          CreateDate: new Date(created),
        }))
        return { Versions, ...rest }
      },
    }),
    SetDefaultPolicyVersion: action<SetDefaultPolicyVersionCommandInput, SetDefaultPolicyVersionCommandOutput>({
      accepts: ['PolicyArn', 'VersionId'],
      access: onPolicy('SetDefaultPolicyVersion'),
      run: ({ PolicyArn, VersionId }) => {
        const { policy } = versionOf(model, PolicyArn, VersionId)
        policy.defaultVersion = VersionId ?? ''
        policy.updated = model.now()
        model.changed()
        return {}
      },
    }),
    DeletePolicyVersion: action<DeletePolicyVersionCommandInput, DeletePolicyVersionCommandOutput>({
      accepts: ['PolicyArn', 'VersionId'],
      access: onPolicy('DeletePolicyVersion'),
      run: ({ PolicyArn, VersionId }) => {
        const { policy } = versionOf(model, PolicyArn, VersionId)
        if (VersionId === policy.defaultVersion) throw conflict('Cannot delete the default version of a policy.')
        policy.versions.delete(VersionId ?? '')
        return {}
      },
    }),
  }
}

function versionOf(model: IamModel, policyArn: string | undefined, versionId: string | undefined, toRead = false) {
  const [arn, id] = [required(policyArn, 'PolicyArn'), required(versionId, 'VersionId')]
  if (!/^v[1-9][0-9]*(\.[A-Za-z0-9-]*)?$/.test(id))
    throw violation('versionId', 'Member must satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?')
  const policy = model.policies.get(arn) ?? (toRead ? model.builtIn(arn) : undefined)
  const version = policy?.versions.get(id)
  if (!policy || !version) throw noSuchEntity(`Policy ${arn} version ${id} does not exist or is not attachable.`)
  return { policy, version }
}
