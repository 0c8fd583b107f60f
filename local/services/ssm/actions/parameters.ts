import type {
  DeleteParameterCommandInput,
  DeleteParameterCommandOutput,
  DeleteParametersCommandInput,
  DeleteParametersCommandOutput,
  PutParameterCommandInput,
  PutParameterCommandOutput,
} from '@aws-sdk/client-ssm'
import { AwsError, NotSimulated } from '../../../errors.ts'
import { type Action, action, type Call, type Caller, type CloudContext } from '../../../service.ts'
import { tagMap } from '../../tags.ts'
import { checkName, checkValue, invalid, required } from '../checks.ts'
import { keptVersions, type SsmModel, type Version } from '../model.ts'
import { managedKey, secrets } from '../secure.ts'
import { tellEventBridge } from '../tell.ts'

/** Putting and deleting. */
export function parameterActions(context: CloudContext, model: SsmModel): Record<string, Action> {
  const check = (name: string, parameter = '') => ({
    action: `ssm:${name}`,
    resource: model.arn(model.nameOf(parameter)),
  })
  return {
    PutParameter: action<PutParameterCommandInput, PutParameterCommandOutput>({
      accepts: [
        ...(['Name', 'Value', 'Type', 'Description', 'Overwrite', 'KeyId'] as const),
        ...(['AllowedPattern', 'Tier', 'DataType', 'Tags'] as const),
      ],
      access: ({ Name }) => [check('PutParameter', Name)],
      run: (input, call) => put(context, model, input, call),
    }),
    DeleteParameter: action<DeleteParameterCommandInput, DeleteParameterCommandOutput>({
      accepts: ['Name'],
      access: ({ Name }) => [check('DeleteParameter', Name)],
      run: async ({ Name }) => {
        await remove(context, model, model.find(required(Name, 'Name')).parameter.name)
        return {}
      },
    }),
    DeleteParameters: action<DeleteParametersCommandInput, DeleteParametersCommandOutput>({
      accepts: ['Names'],
      access: ({ Names = [] }) => Names.map((name) => check('DeleteParameters', name)),
      run: async ({ Names = [] }) => {
        const existing = Names.filter((name) => model.parameters.has(model.nameOf(name)))
        for (const name of existing) await remove(context, model, model.nameOf(name))
        return { DeletedParameters: existing, InvalidParameters: Names.filter((name) => !existing.includes(name)) }
      },
    }),
  }
}

const TYPES = ['SecureString', 'StringList', 'String']

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
function tierOf({ Tier, Value = '' }: PutParameterCommandInput, previous: Version | undefined): Version['tier'] {
  if (Tier === 'Standard' && previous?.tier === 'Advanced')
    throw invalid(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter. Be aware that standard parameters have a value limit of 4096 characters.",
    )
  if (Tier === 'Advanced' || previous?.tier === 'Advanced') return 'Advanced'
  return Tier === 'Intelligent-Tiering' && Buffer.byteLength(Value) > 4096 ? 'Advanced' : 'Standard'
}

/** A hundred versions are kept: the oldest makes room, unless a label stands on it. */
function checkVersions(model: SsmModel, name: string): void {
  const { versions, labels } = model.parameters.get(name) ?? { versions: [], labels: new Map<string, number>() }
  const oldest = versions[0]
  if (!oldest || versions.length < keptVersions || ![...labels.values()].includes(oldest.version)) return
  throw new AwsError(
    'ParameterMaxVersionLimitExceeded',
    `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${oldest.version}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
  )
}

async function remove(context: CloudContext, model: SsmModel, name: string): Promise<void> {
  const parameter = model.parameters.get(name)
  model.parameters.delete(name)
  if (parameter) await tellEventBridge(context, 'Delete', parameter)
}

const nameOfCaller = (caller: Caller): string =>
  caller.kind === 'service' ? caller.principal : caller.kind === 'anonymous' ? 'anonymous' : caller.arn

async function put(
  context: CloudContext,
  model: SsmModel,
  input: PutParameterCommandInput,
  { caller }: Call,
): Promise<{ Version: number; Tier: 'Standard' | 'Advanced' }> {
  const name = required(input.Name, 'Name')
  checkName(name)
  const previous = model.parameters.get(name)?.versions.at(-1)
  if (input.Type !== undefined && !TYPES.includes(input.Type))
    throw invalid(
      `1 validation error detected: Value '${input.Type}' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [${TYPES.join(', ')}]`,
    )
  if (input.Tags && input.Overwrite)
    throw invalid(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    )
  if (previous && !input.Overwrite)
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    )
  if (input.Type === undefined && !previous) throw invalid('A parameter type is required when you create a parameter.')
  if (input.DataType !== undefined && input.DataType !== 'text')
    throw new NotSimulated(`SSM parameters of data type ${input.DataType}`, 'Use text.')
  const type = input.Type ?? previous?.type ?? 'String'
  if (input.KeyId !== undefined && type !== 'SecureString') throw invalid('KeyId is valid for SecureString only.')
  const tier = tierOf(input, previous)
  const plain = checkValue({ ...input, Type: type, Tier: tier })
  const keyId = type === 'SecureString' ? (input.KeyId ?? previous?.keyId ?? managedKey) : undefined
  checkVersions(model, name)
  const value = type === 'SecureString' ? await secrets(context).encrypt(caller, model.arn(name), keyId, plain) : plain
  const Version = model.put(name, {
    type,
    value,
    keyId,
    tier,
    modifiedBy: nameOfCaller(caller),
    description: input.Description ?? previous?.description,
    allowedPattern: input.AllowedPattern,
    dataType: 'text',
  })
  for (const [key, text] of tagMap(input.Tags)) model.parameters.get(name)?.tags.set(key, text)
  const parameter = model.find(name).parameter
  await tellEventBridge(context, previous ? 'Update' : 'Create', parameter)
  return { Version, Tier: tier }
}
