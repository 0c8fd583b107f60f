import type {
  DisableKeyRotationCommandInput,
  DisableKeyRotationCommandOutput,
  EnableKeyRotationCommandInput,
  EnableKeyRotationCommandOutput,
  GetKeyPolicyCommandInput,
  GetKeyPolicyCommandOutput,
  GetKeyRotationStatusCommandInput,
  GetKeyRotationStatusCommandOutput,
  ListKeyPoliciesCommandInput,
  ListKeyPoliciesCommandOutput,
  ListResourceTagsCommandInput,
  ListResourceTagsCommandOutput,
  PutKeyPolicyCommandInput,
  PutKeyPolicyCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-kms'
import { AwsError } from '../../../errors.ts'
import { type Action, action, type CloudContext } from '../../../service.ts'
import { invalid, onKey, page, required } from '../checks.ts'
import type { KmsModel } from '../model.ts'
import { keyPolicy } from '../policies.ts'

/** Key policies, rotation and tags. */
export function settingActions(context: CloudContext, model: KmsModel): Record<string, Action> {
  return { ...policies(context, model), ...rotation(context, model), ...tags(context, model) }
}

function policies(context: CloudContext, model: KmsModel): Record<string, Action> {
  return {
    GetKeyPolicy: action<GetKeyPolicyCommandInput, GetKeyPolicyCommandOutput>({
      accepts: ['KeyId', 'PolicyName'],
      access: ({ KeyId }) => onKey(context, model, 'GetKeyPolicy', KeyId),
      run: ({ KeyId, PolicyName }) => {
        checkPolicyName(PolicyName)
        return { Policy: model.get(required(KeyId, 'KeyId')).policy.text, PolicyName: 'default' }
      },
    }),
    ListKeyPolicies: action<ListKeyPoliciesCommandInput, ListKeyPoliciesCommandOutput>({
      accepts: ['KeyId', 'Limit', 'Marker'],
      access: ({ KeyId }) => onKey(context, model, 'ListKeyPolicies', KeyId),
      run: ({ KeyId, ...paging }) => {
        model.get(required(KeyId, 'KeyId'))
        const { elements, ...rest } = page(['default'], paging, 100, 1000)
        return { PolicyNames: elements, ...rest }
      },
    }),
    PutKeyPolicy: action<PutKeyPolicyCommandInput, PutKeyPolicyCommandOutput>({
      accepts: ['KeyId', 'PolicyName', 'Policy', 'BypassPolicyLockoutSafetyCheck'],
      access: ({ KeyId }) => onKey(context, model, 'PutKeyPolicy', KeyId),
      run: ({ KeyId, PolicyName, Policy, BypassPolicyLockoutSafetyCheck = false }) => {
        checkPolicyName(PolicyName)
        const key = model.get(required(KeyId, 'KeyId'))
        key.policy = keyPolicy(context, required(Policy, 'Policy'), BypassPolicyLockoutSafetyCheck)
        return {}
      },
    }),
  }
}

function checkPolicyName(name: string | undefined): void {
  if (name !== undefined && name !== 'default')
    throw new AwsError('NotFoundException', `No such policy exists: ${name}. A key has one policy, default.`)
}

function rotation(context: CloudContext, model: KmsModel): Record<string, Action> {
  return {
    EnableKeyRotation: action<EnableKeyRotationCommandInput, EnableKeyRotationCommandOutput>({
      accepts: ['KeyId', 'RotationPeriodInDays'],
      access: ({ KeyId }) => onKey(context, model, 'EnableKeyRotation', KeyId),
      run: ({ KeyId, RotationPeriodInDays: days = 365 }) => {
        if (days < 90 || days > 2560)
          throw invalid(
            `1 validation error detected: Value '${days}' at 'rotationPeriodInDays' failed to satisfy constraint: Member must have value between 90 and 2560`,
          )
        model.rotateEvery(model.usable(required(KeyId, 'KeyId')), days)
        return {}
      },
    }),
    DisableKeyRotation: action<DisableKeyRotationCommandInput, DisableKeyRotationCommandOutput>({
      accepts: ['KeyId'],
      access: ({ KeyId }) => onKey(context, model, 'DisableKeyRotation', KeyId),
      run: ({ KeyId }) => {
        model.usable(required(KeyId, 'KeyId')).rotation = undefined
        return {}
      },
    }),
    GetKeyRotationStatus: action<GetKeyRotationStatusCommandInput, GetKeyRotationStatusCommandOutput>({
      accepts: ['KeyId'],
      access: ({ KeyId }) => onKey(context, model, 'GetKeyRotationStatus', KeyId),
      run: ({ KeyId }) => {
        const key = model.get(required(KeyId, 'KeyId'))
        if (!key.rotation) return { KeyId: key.arn, KeyRotationEnabled: false }
        const { days, next } = key.rotation
        return {
          KeyId: key.arn,
          KeyRotationEnabled: true,
          RotationPeriodInDays: days,
          NextRotationDate: new Date(next),
        }
      },
    }),
  }
}

function tags(context: CloudContext, model: KmsModel): Record<string, Action> {
  return {
    TagResource: action<TagResourceCommandInput, TagResourceCommandOutput>({
      accepts: ['KeyId', 'Tags'],
      access: ({ KeyId }) => onKey(context, model, 'TagResource', KeyId),
      run: ({ KeyId, Tags = [] }) => {
        const key = model.get(required(KeyId, 'KeyId'))
        for (const { TagKey = '', TagValue = '' } of Tags) key.tags.set(TagKey, TagValue)
        return {}
      },
    }),
    UntagResource: action<UntagResourceCommandInput, UntagResourceCommandOutput>({
      accepts: ['KeyId', 'TagKeys'],
      access: ({ KeyId }) => onKey(context, model, 'UntagResource', KeyId),
      run: ({ KeyId, TagKeys = [] }) => {
        const key = model.get(required(KeyId, 'KeyId'))
        for (const name of TagKeys) key.tags.delete(name)
        return {}
      },
    }),
    ListResourceTags: action<ListResourceTagsCommandInput, ListResourceTagsCommandOutput>({
      accepts: ['KeyId', 'Limit', 'Marker'],
      access: ({ KeyId }) => onKey(context, model, 'ListResourceTags', KeyId),
      run: ({ KeyId, ...paging }) => {
        const { elements, ...rest } = page([...model.get(required(KeyId, 'KeyId')).tags], paging, 50, 50)
        return { Tags: elements.map(([TagKey, TagValue]) => ({ TagKey, TagValue })), ...rest }
      },
    }),
  }
}
