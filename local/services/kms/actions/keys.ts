import type {
  CancelKeyDeletionCommandInput,
  CancelKeyDeletionCommandOutput,
  CreateKeyCommandInput,
  CreateKeyCommandOutput,
  DescribeKeyCommandInput,
  DescribeKeyCommandOutput,
  DisableKeyCommandInput,
  DisableKeyCommandOutput,
  EnableKeyCommandInput,
  EnableKeyCommandOutput,
  KeyMetadata,
  ListKeysCommandInput,
  ListKeysCommandOutput,
  ScheduleKeyDeletionCommandInput,
  ScheduleKeyDeletionCommandOutput,
  UpdateKeyDescriptionCommandInput,
  UpdateKeyDescriptionCommandOutput,
} from '@aws-sdk/client-kms'
import { AwsError, NotSimulated } from '../../../errors.ts'
import { type Action, action, type CloudContext } from '../../../service.ts'
import { invalid, onKey, page, required } from '../checks.ts'
import type { Key, KmsModel } from '../model.ts'
import { defaultPolicy, keyPolicy } from '../policies.ts'

const metadata = (context: CloudContext, model: KmsModel, key: Key): KeyMetadata => ({
  AWSAccountId: context.account,
  KeyId: key.id,
  Arn: key.arn,
  CreationDate: new Date(key.created),
  Enabled: model.state(key) === 'Enabled',
  Description: key.description,
  KeyUsage: 'ENCRYPT_DECRYPT',
  KeyState: model.state(key),
  ...(key.deletion === undefined ? {} : { DeletionDate: new Date(key.deletion) }),
  Origin: 'AWS_KMS',
  KeyManager: key.manager,
  CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
  KeySpec: 'SYMMETRIC_DEFAULT',
  EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
  MultiRegion: false,
})

/** Making keys, describing them, switching them on and off, deleting them. */
export function keyActions(context: CloudContext, model: KmsModel): Record<string, Action> {
  return { ...lifecycle(context, model), ...states(context, model) }
}

function lifecycle(context: CloudContext, model: KmsModel): Record<string, Action> {
  return {
    CreateKey: action<CreateKeyCommandInput, CreateKeyCommandOutput>({
      accepts: [
        ...(['Policy', 'Description', 'KeyUsage', 'KeySpec', 'Origin', 'Tags'] as const),
        ...(['MultiRegion', 'BypassPolicyLockoutSafetyCheck'] as const),
      ],
      access: () => [{ action: 'kms:CreateKey', resource: '*', context: { 'kms:CallerAccount': context.account } }],
      run: (input) => {
        refuseOtherKeys(input)
        const policy =
          input.Policy === undefined
            ? defaultPolicy(context.account)
            : keyPolicy(context, input.Policy, input.BypassPolicyLockoutSafetyCheck ?? false)
        const key = model.create(policy, { description: input.Description ?? '' })
        for (const { TagKey = '', TagValue = '' } of input.Tags ?? []) key.tags.set(TagKey, TagValue)
        return { KeyMetadata: metadata(context, model, key) }
      },
    }),
    DescribeKey: action<DescribeKeyCommandInput, DescribeKeyCommandOutput>({
      accepts: ['KeyId'],
      access: ({ KeyId }) => onKey(context, model, 'DescribeKey', KeyId),
      run: ({ KeyId }) => ({ KeyMetadata: metadata(context, model, model.get(required(KeyId, 'KeyId'))) }),
    }),
    ListKeys: action<ListKeysCommandInput, ListKeysCommandOutput>({
      accepts: ['Limit', 'Marker'],
      access: () => [{ action: 'kms:ListKeys', resource: '*' }],
      run: (input) => {
        const { elements, ...rest } = page(model.all(), input, 100, 1000)
        return { Keys: elements.map(({ id, arn }) => ({ KeyId: id, KeyArn: arn })), ...rest }
      },
    }),
    UpdateKeyDescription: action<UpdateKeyDescriptionCommandInput, UpdateKeyDescriptionCommandOutput>({
      accepts: ['KeyId', 'Description'],
      access: ({ KeyId }) => onKey(context, model, 'UpdateKeyDescription', KeyId),
      run: ({ KeyId, Description }) => {
        model.get(required(KeyId, 'KeyId')).description = required(Description, 'Description')
        return {}
      },
    }),
  }
}

function states(context: CloudContext, model: KmsModel): Record<string, Action> {
  const switchTo = (KeyId: string | undefined, enabled: boolean): Record<string, never> => {
    const key = model.get(required(KeyId, 'KeyId'))
    if (key.deletion !== undefined) throw pending(key)
    key.enabled = enabled
    return {}
  }
  return {
    EnableKey: action<EnableKeyCommandInput, EnableKeyCommandOutput>({
      accepts: ['KeyId'],
      access: ({ KeyId }) => onKey(context, model, 'EnableKey', KeyId),
      run: ({ KeyId }) => switchTo(KeyId, true),
    }),
    DisableKey: action<DisableKeyCommandInput, DisableKeyCommandOutput>({
      accepts: ['KeyId'],
      access: ({ KeyId }) => onKey(context, model, 'DisableKey', KeyId),
      run: ({ KeyId }) => switchTo(KeyId, false),
    }),
    ScheduleKeyDeletion: action<ScheduleKeyDeletionCommandInput, ScheduleKeyDeletionCommandOutput>({
      accepts: ['KeyId', 'PendingWindowInDays'],
      access: ({ KeyId }) => onKey(context, model, 'ScheduleKeyDeletion', KeyId),
      run: ({ KeyId, PendingWindowInDays = 30 }) => {
        if (PendingWindowInDays < 7 || PendingWindowInDays > 30)
          throw invalid('The pending window must be between 7 and 30 days.')
        const key = model.get(required(KeyId, 'KeyId'))
        if (key.deletion !== undefined) throw pending(key)
        const deletion = model.scheduleDeletion(key, PendingWindowInDays)
        return { KeyId: key.arn, DeletionDate: new Date(deletion), KeyState: 'PendingDeletion', PendingWindowInDays }
      },
    }),
    CancelKeyDeletion: action<CancelKeyDeletionCommandInput, CancelKeyDeletionCommandOutput>({
      accepts: ['KeyId'],
      access: ({ KeyId }) => onKey(context, model, 'CancelKeyDeletion', KeyId),
      run: ({ KeyId }) => {
        const key = model.get(required(KeyId, 'KeyId'))
        if (key.deletion === undefined)
          throw new AwsError('KMSInvalidStateException', `${key.arn} is not pending deletion.`)
        // The key comes back disabled.
        key.deletion = undefined
        return { KeyId: key.arn }
      },
    }),
  }
}

const pending = (key: Key): AwsError => new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`)

function refuseOtherKeys({ KeyUsage, KeySpec, Origin, MultiRegion }: CreateKeyCommandInput): void {
  const wayOut = 'Use a symmetric encryption key (KeySpec SYMMETRIC_DEFAULT, KeyUsage ENCRYPT_DECRYPT).'
  if (KeySpec !== undefined && KeySpec !== 'SYMMETRIC_DEFAULT')
    throw new NotSimulated(`keys of spec ${KeySpec}`, wayOut)
  if (KeyUsage !== undefined && KeyUsage !== 'ENCRYPT_DECRYPT') throw new NotSimulated(`keys for ${KeyUsage}`, wayOut)
  if (Origin !== undefined && Origin !== 'AWS_KMS') throw new NotSimulated(`keys of origin ${Origin}`, wayOut)
  if (MultiRegion) throw new NotSimulated('multi-Region keys', 'Leave MultiRegion out.')
}
