import type {
  CreateAliasCommandInput,
  CreateAliasCommandOutput,
  DeleteAliasCommandInput,
  DeleteAliasCommandOutput,
  ListAliasesCommandInput,
  ListAliasesCommandOutput,
  UpdateAliasCommandInput,
  UpdateAliasCommandOutput,
} from '@aws-sdk/client-kms'
import { AwsError } from '../../../errors.ts'
import { type AccessCheck, type Action, action, type CloudContext } from '../../../service.ts'
import { onKey, page, required } from '../checks.ts'
import type { KmsModel } from '../model.ts'

/** Names for keys. Each needs the permission on the alias and on the key. */
export function aliasActions(context: CloudContext, model: KmsModel): Record<string, Action> {
  const onBoth = (name: string, alias: string | undefined, key: string | undefined): AccessCheck[] => [
    { action: `kms:${name}`, resource: model.aliasArn(alias ?? '') },
    ...onKey(context, model, name, key),
  ]
  return {
    CreateAlias: action<CreateAliasCommandInput, CreateAliasCommandOutput>({
      accepts: ['AliasName', 'TargetKeyId'],
      access: ({ AliasName, TargetKeyId }) => onBoth('CreateAlias', AliasName, TargetKeyId),
      run: ({ AliasName, TargetKeyId }) => {
        const alias = checkAlias(AliasName)
        const key = model.get(required(TargetKeyId, 'TargetKeyId'))
        if (model.aliases.has(alias))
          throw new AwsError('AlreadyExistsException', `An alias with the name ${model.aliasArn(alias)} already exists`)
        model.aliases.set(alias, key.id)
        return {}
      },
    }),
    UpdateAlias: action<UpdateAliasCommandInput, UpdateAliasCommandOutput>({
      accepts: ['AliasName', 'TargetKeyId'],
      access: ({ AliasName, TargetKeyId }) => [
        ...onBoth('UpdateAlias', AliasName, AliasName),
        ...onKey(context, model, 'UpdateAlias', TargetKeyId),
      ],
      run: ({ AliasName, TargetKeyId }) => {
        const alias = existing(model, AliasName)
        model.aliases.set(alias, model.get(required(TargetKeyId, 'TargetKeyId')).id)
        return {}
      },
    }),
    DeleteAlias: action<DeleteAliasCommandInput, DeleteAliasCommandOutput>({
      accepts: ['AliasName'],
      access: ({ AliasName }) => onBoth('DeleteAlias', AliasName, AliasName),
      run: ({ AliasName }) => {
        model.aliases.delete(existing(model, AliasName))
        return {}
      },
    }),
    ListAliases: action<ListAliasesCommandInput, ListAliasesCommandOutput>({
      accepts: ['KeyId', 'Limit', 'Marker'],
      access: () => [{ action: 'kms:ListAliases', resource: '*' }],
      run: ({ KeyId, ...paging }) => {
        const only = KeyId === undefined ? undefined : model.get(KeyId).id
        const aliases = [...model.aliases].filter(([, id]) => only === undefined || id === only)
        const { elements, ...rest } = page(aliases, paging, 50, 100)
        return {
          Aliases: elements.map(([AliasName, TargetKeyId]) => ({
            AliasName,
            AliasArn: model.aliasArn(AliasName),
            TargetKeyId,
          })),
          ...rest,
        }
      },
    }),
  }
}

function checkAlias(name: string | undefined): string {
  const alias = required(name, 'AliasName')
  if (!alias.startsWith('alias/'))
    throw new AwsError(
      'ValidationException',
      "Alias must start with the prefix 'alias/'. Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
    )
  if (alias.startsWith('alias/aws/')) throw new AwsError('NotAuthorizedException', '')
  if (!/^alias\/[a-zA-Z0-9/_-]{1,250}$/.test(alias))
    throw new AwsError(
      'InvalidAliasNameException',
      `Alias name ${alias} contains other characters than a-z, A-Z, 0-9, /, _ and -.`,
    )
  return alias
}

function existing(model: KmsModel, name: string | undefined): string {
  const alias = checkAlias(name)
  if (!model.aliases.has(alias)) throw new AwsError('NotFoundException', `Alias ${model.aliasArn(alias)} is not found.`)
  return alias
}
