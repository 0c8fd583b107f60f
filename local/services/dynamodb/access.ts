import type { AccessCheck } from '../../service.ts'
import { pathHeads } from './expressions/named-attributes.ts'
import type { Model } from './model.ts'
import type { Item, Value } from './values/value.ts'

/** The members of a data action's request, or of a part of it, that policies can ask about. */
interface Request {
  readonly Item?: Item | undefined
  readonly Key?: Item | undefined
  readonly Keys?: readonly Item[] | undefined
  readonly ConditionExpression?: string | undefined
  readonly FilterExpression?: string | undefined
  readonly KeyConditionExpression?: string | undefined
  readonly ProjectionExpression?: string | undefined
  readonly UpdateExpression?: string | undefined
  readonly ExpressionAttributeNames?: Record<string, string> | undefined
  readonly ReturnConsumedCapacity?: string | undefined
  readonly ReturnValues?: string | undefined
  readonly Select?: string | undefined
}

interface Asked {
  readonly index?: string | undefined
  /** Items or keys that say which partitions the request is about. */
  readonly keys?: readonly Item[]
  /** The transaction that it is part of. */
  readonly within?: string
  readonly request?: Request | undefined
}

/** A check of an action on a table or one of its indexes, for what the request names, valid or not. */
export function tableAccess(
  model: Model,
  action: string,
  tableName: string | undefined,
  asked: Asked = {},
): AccessCheck {
  const given = tableName ?? ''
  const arn = given.startsWith('arn:') ? given : model.tables.arn(given)
  return new TableAccess(model, `dynamodb:${action}`, arn, asked)
}

/** Tells its context only when asked: nobody does where the administrator calls. */
class TableAccess implements AccessCheck {
  readonly action: string
  readonly resource: string
  readonly #model: Model
  readonly #arn: string
  readonly #asked: Asked

  constructor(model: Model, action: string, arn: string, asked: Asked) {
    this.action = action
    this.resource = asked.index === undefined ? arn : `${arn}/index/${asked.index}`
    this.#model = model
    this.#arn = arn
    this.#asked = asked
  }

  get context(): ReturnType<typeof contextOf> {
    return contextOf(this.#model, this.#arn, this.#asked)
  }
}

function contextOf(model: Model, arn: string, asked: Asked) {
  const hash = model.tables.byArn(arn)?.key.hash[0].name
  const leading = hash === undefined ? [] : (asked.keys ?? []).flatMap((key) => leadingKey(key[hash]))
  return {
    ...(leading.length > 0 && { 'dynamodb:LeadingKeys': leading }),
    ...(asked.within !== undefined && { 'dynamodb:EnclosingOperation': asked.within }),
    ...(asked.request && requestKeys(asked.request)),
  }
}

const leadingKey = (value: Value | undefined): string[] => {
  const text = value?.S ?? value?.N ?? (value?.B && Buffer.from(value.B).toString('base64'))
  return text === undefined ? [] : [text]
}

function requestKeys(request: Request) {
  const { ReturnConsumedCapacity, ReturnValues, Select } = request
  const attributes = attributesOf(request)
  return {
    ...(attributes.length > 0 && { 'dynamodb:Attributes': attributes }),
    ...(ReturnConsumedCapacity !== undefined && { 'dynamodb:ReturnConsumedCapacity': ReturnConsumedCapacity }),
    ...(ReturnValues !== undefined && { 'dynamodb:ReturnValues': ReturnValues }),
    ...(Select !== undefined && { 'dynamodb:Select': Select }),
  }
}

/** Every attribute that the request names, in items, keys or expressions. */
function attributesOf(request: Request): string[] {
  const items = [request.Item ?? {}, request.Key ?? {}, ...(request.Keys ?? [])]
  const names = new Set(items.flatMap((item) => Object.keys(item)))
  const { ExpressionAttributeNames: placeholders = {} } = request
  for (const expression of [
    request.ConditionExpression,
    request.FilterExpression,
    request.KeyConditionExpression,
    request.ProjectionExpression,
    request.UpdateExpression,
  ])
    if (expression !== undefined) for (const head of pathHeads(expression)) names.add(placeholders[head] ?? head)
  return [...names]
}
