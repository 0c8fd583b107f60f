import type { AccessCheck } from '../../service.ts'
import type { Model } from './model.ts'
import type { Item, Value } from './values/value.ts'

/** A check of an action on a table or one of its indexes, for what the request names, valid or not. */
export function tableAccess(
  model: Model,
  action: string,
  tableName: string | undefined,
  options: { readonly index?: string | undefined; readonly keys?: readonly Item[]; readonly within?: string } = {},
): AccessCheck {
  const given = tableName ?? ''
  const arn = given.startsWith('arn:') ? given : model.tables.arn(given)
  const resource = options.index === undefined ? arn : `${arn}/index/${options.index}`
  const hash = model.tables.byArn(arn)?.key.hash[0].name
  const leading = hash === undefined ? [] : (options.keys ?? []).flatMap((key) => leadingKey(key[hash]))
  const context = {
    ...(leading.length > 0 && { 'dynamodb:LeadingKeys': leading }),
    ...(options.within !== undefined && { 'dynamodb:EnclosingOperation': options.within }),
  }
  return { action: `dynamodb:${action}`, resource, context }
}

const leadingKey = (value: Value | undefined): string[] => {
  const text = value?.S ?? value?.N ?? (value?.B && Buffer.from(value.B).toString('base64'))
  return text === undefined ? [] : [text]
}
