import { hash } from 'node:crypto'
import type {
  TransactWriteItem,
  TransactWriteItemsCommandInput,
  TransactWriteItemsCommandOutput,
} from '@aws-sdk/client-dynamodb'
import { type AccessCheck, type Action, action, type Call } from '../../../service.ts'
import { tableAccess } from '../access.ts'
import { Constraints, RETURN_CAPACITY, RETURN_METRICS, RETURN_ON_FAILURE, tableNameOf } from '../constraints.ts'
import { invalid } from '../errors.ts'
import { RequestExpressions } from '../expressions/request.ts'
import type { Prepared } from '../items/plan.ts'
import { checkedKey, newItem, prepareCheck, prepareDelete, preparePut, prepareUpdate } from '../items/prepare.ts'
import { type Transacted, transact } from '../items/transaction.ts'
import type { Model } from '../model.ts'
import { transactionAnswer } from './transaction-answer.ts'

const MAX_ACTIONS = 100
const MAX_TOKEN = 36

export const transactWriteItems = (model: Model): Action =>
  action<TransactWriteItemsCommandInput, TransactWriteItemsCommandOutput>({
    accepts: ['TransactItems', 'ClientRequestToken', 'ReturnConsumedCapacity', 'ReturnItemCollectionMetrics'],
    access: (input) => (input.TransactItems ?? []).flatMap((item) => accessOf(model, item)),
    run(input, call) {
      checkMembers(input)
      const prepared = (input.TransactItems ?? []).map((item, at) => prepare(item, `transactItems.${at + 1}.member`))
      const token = input.ClientRequestToken
      if (token === undefined) return answer(model, transact(model, prepared, call), input, call, false)
      const request = hash('md5', requestText(input))
      const repeated = model.tokens.isRepeated(token, request)
      const done = repeated
        ? repeat(model, prepared)
        : model.tokens.under(token, request, () => transact(model, prepared, call))
      return answer(model, done, input, call, repeated)
    },
  })

function accessOf(model: Model, item: TransactWriteItem): AccessCheck[] {
  const parts = [
    ['PutItem', item.Put, item.Put?.Item],
    ['UpdateItem', item.Update, item.Update?.Key],
    ['DeleteItem', item.Delete, item.Delete?.Key],
    ['ConditionCheckItem', item.ConditionCheck, item.ConditionCheck?.Key],
  ] as const
  return parts.flatMap(([name, request, key]) =>
    request?.TableName === undefined
      ? []
      : [tableAccess(model, name, request.TableName, { keys: [key ?? {}], within: 'TransactWriteItems', request })],
  )
}

function checkMembers(input: TransactWriteItemsCommandInput): void {
  const token = input.ClientRequestToken
  if (token !== undefined && token.length > MAX_TOKEN) throw longToken()
  new Constraints()
    .present('transactItems', input.TransactItems)
    .length('transactItems', input.TransactItems, 1, MAX_ACTIONS)
    .length('clientRequestToken', token, 1)
    .oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity, RETURN_CAPACITY)
    .oneOf('returnItemCollectionMetrics', input.ReturnItemCollectionMetrics, RETURN_METRICS)
    .done()
  const constraints = new Constraints()
  for (const [at, item] of (input.TransactItems ?? []).entries())
    checkRequired(constraints, `transactItems.${at + 1}.member`, item)
  constraints.done()
}

function checkRequired(constraints: Constraints, path: string, item: TransactWriteItem) {
  const { Put, Update, Delete, ConditionCheck } = item
  for (const [kind, name] of KINDS) {
    const onFailure = item[kind]?.ReturnValuesOnConditionCheckFailure
    constraints.oneOf(`${path}.${name}.returnValuesOnConditionCheckFailure`, onFailure, RETURN_ON_FAILURE)
  }
  if (Put) constraints.present(`${path}.put.item`, Put.Item)
  if (Update) {
    constraints.present(`${path}.update.key`, Update.Key)
    constraints.present(`${path}.update.updateExpression`, Update.UpdateExpression)
  }
  if (Delete) constraints.present(`${path}.delete.key`, Delete.Key)
  if (!ConditionCheck) return
  constraints.present(`${path}.conditionCheck.key`, ConditionCheck.Key)
  constraints.present(`${path}.conditionCheck.conditionExpression`, ConditionCheck.ConditionExpression)
}

/** Told before all else, alone and without the token (recorded 2026-10). */
const longToken = () =>
  invalid(
    `1 validation error detected: Value at 'ClientRequestToken' failed to satisfy constraint: Member must have length less than or equal to ${MAX_TOKEN}`,
  )

/** The kinds of actions, each with its name in the paths of messages. */
const KINDS = [
  ['Put', 'put'],
  ['Update', 'update'],
  ['Delete', 'delete'],
  ['ConditionCheck', 'conditionCheck'],
] as const

function prepare(item: TransactWriteItem, path: string): Prepared {
  const [kind, second] = KINDS.filter(([name]) => item[name] !== undefined)
  const request = kind && item[kind[0]]
  if (!request) throw invalid('Invalid Request: TransactWriteRequest should contain Delete or Put or Update request')
  if (second) throw invalid('TransactItems can only contain one of Check, Put, Update or Delete')
  const tableName = tableNameOf(request.TableName, `${path}.${kind[1]}.tableName`)
  const showsOld = request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD'
  const put = item.Put && newItem(item.Put.Item ?? {}, 'older')
  const expressions = new RequestExpressions(request, 'older')
  const update = item.Update && expressions.update(item.Update.UpdateExpression)
  const condition = expressions.condition(request.ConditionExpression)
  expressions.finish()
  const key = 'Key' in request ? checkedKey(request.Key ?? {}, 'older') : {}
  const options = { tableName, condition, showsOld }
  if (put) return preparePut(put, options)
  if (item.Update) return prepareUpdate(key, update, { ...options, isCharged: false })
  return item.Delete ? prepareDelete(key, options) : prepareCheck(key, options)
}

/** The request as text that is the same only for the same request. */
function requestText(input: TransactWriteItemsCommandInput): string {
  return JSON.stringify(input.TransactItems, (_name, value) =>
    value instanceof Uint8Array ? `base64 ${Buffer.from(value).toString('base64')}` : value,
  )
}

/** What a repeated request answers: the items are read, for the units of their read, and not written. */
function repeat(model: Model, prepared: readonly Prepared[]): Transacted[] {
  return prepared.map((each) => {
    const { table, key } = each.bind(model.tables.active(each.tableName))
    return { table, key, size: table.store.find(key)?.size ?? 0, change: undefined }
  })
}

function answer(
  model: Model,
  done: readonly Transacted[],
  input: TransactWriteItemsCommandInput,
  call: Call,
  repeated: boolean,
) {
  return transactionAnswer(model, done, input, call, { operation: 'TransactWriteItems', reads: repeated })
}
