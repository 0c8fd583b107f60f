import type { CloudContext, CreatedResource, Properties, ResourceType } from '../../service.ts'

type CallKms = (action: string, input: object) => Promise<Record<string, unknown>>
type Tag = { readonly Key: string; readonly Value: string }

/** CloudFormation resource types of KMS. */
export const kmsResources = (context: CloudContext): Record<string, ResourceType> => {
  const call: CallKms = (action, input) =>
    context.call({ caller: context.administrator, service: 'kms', action, input })
  return { 'AWS::KMS::Key': keyResource(call), 'AWS::KMS::Alias': aliasResource(call) }
}

const isTrue = (value: unknown): boolean => value === true || value === 'true'
const tagsOf = (properties: Properties): { TagKey: string; TagValue: string }[] =>
  ((properties.Tags as readonly Tag[] | undefined) ?? []).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value }))

const keyResource = (call: CallKms): ResourceType => ({
  properties: [
    ...['Description', 'Enabled', 'EnableKeyRotation', 'RotationPeriodInDays', 'KeyPolicy', 'PendingWindowInDays'],
    ...['Tags', 'KeySpec', 'KeyUsage', 'Origin', 'MultiRegion', 'BypassPolicyLockoutSafetyCheck'],
  ],

  async create(properties) {
    const { KeyPolicy, Description, KeySpec, KeyUsage, Origin, MultiRegion } = properties
    const { KeyMetadata } = await call('CreateKey', {
      Tags: tagsOf(properties),
      Policy: KeyPolicy === undefined ? undefined : JSON.stringify(KeyPolicy),
      MultiRegion: MultiRegion === undefined ? undefined : isTrue(MultiRegion),
      BypassPolicyLockoutSafetyCheck: isTrue(properties.BypassPolicyLockoutSafetyCheck),
      ...{ Description, KeySpec, KeyUsage, Origin },
    })
    const { KeyId, Arn } = KeyMetadata as { KeyId: string; Arn: string }
    await applySettings(call, KeyId, properties, {})
    return created(KeyId, Arn)
  },

  async update(KeyId, properties, previous) {
    for (const name of ['KeySpec', 'KeyUsage', 'Origin', 'MultiRegion'])
      if (properties[name] !== previous[name]) return undefined
    await call('UpdateKeyDescription', { KeyId, Description: properties.Description ?? '' })
    if (properties.KeyPolicy !== undefined)
      await call('PutKeyPolicy', {
        KeyId,
        PolicyName: 'default',
        Policy: JSON.stringify(properties.KeyPolicy),
        BypassPolicyLockoutSafetyCheck: isTrue(properties.BypassPolicyLockoutSafetyCheck),
      })
    await applySettings(call, KeyId, properties, previous)
    const gone = tagsOf(previous).filter(({ TagKey }) => !tagsOf(properties).some((tag) => tag.TagKey === TagKey))
    await call('UntagResource', { KeyId, TagKeys: gone.map(({ TagKey }) => TagKey) })
    await call('TagResource', { KeyId, Tags: tagsOf(properties) })
    const { KeyMetadata } = await call('DescribeKey', { KeyId })
    return created(KeyId, (KeyMetadata as { Arn: string }).Arn)
  },

  async delete(KeyId, { PendingWindowInDays }) {
    await call('ScheduleKeyDeletion', {
      KeyId,
      PendingWindowInDays: PendingWindowInDays === undefined ? undefined : Number(PendingWindowInDays),
    })
  },
})

const created = (KeyId: string, Arn: string): CreatedResource => ({ ref: KeyId, attributes: { Arn, KeyId } })

/** Rotation can only be changed while the key is on, so that goes first. */
async function applySettings(call: CallKms, KeyId: string, next: Properties, previous: Properties): Promise<void> {
  const enabled = (properties: Properties): boolean => properties.Enabled === undefined || isTrue(properties.Enabled)
  if (enabled(next) && !enabled(previous)) await call('EnableKey', { KeyId })
  const days = next.RotationPeriodInDays === undefined ? undefined : Number(next.RotationPeriodInDays)
  if (isTrue(next.EnableKeyRotation)) {
    if (!isTrue(previous.EnableKeyRotation) || next.RotationPeriodInDays !== previous.RotationPeriodInDays)
      await call('EnableKeyRotation', { KeyId, RotationPeriodInDays: days })
  } else if (isTrue(previous.EnableKeyRotation)) await call('DisableKeyRotation', { KeyId })
  if (!enabled(next)) await call('DisableKey', { KeyId })
}

const aliasResource = (call: CallKms): ResourceType => ({
  properties: ['AliasName', 'TargetKeyId'],
  async create({ AliasName, TargetKeyId }) {
    await call('CreateAlias', { AliasName, TargetKeyId })
    return { ref: String(AliasName), attributes: {} }
  },
  async update(alias, next, previous) {
    if (next.AliasName !== previous.AliasName) return undefined
    await call('UpdateAlias', { AliasName: alias, TargetKeyId: next.TargetKeyId })
    return { ref: alias, attributes: {} }
  },
  async delete(AliasName) {
    await call('DeleteAlias', { AliasName })
  },
})
