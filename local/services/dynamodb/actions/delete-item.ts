import type { DeleteItemCommandInput, DeleteItemCommandOutput } from '@aws-sdk/client-dynamodb'
import { type Action, action } from '../../../service.ts'
import { tableAccess } from '../access.ts'
import { Constraints, RETURN_CAPACITY, RETURN_METRICS, RETURN_VALUES, tableNameOf } from '../constraints.ts'
import { enveloped, invalid } from '../errors.ts'
import type { Test } from '../expressions/condition.ts'
import { checkExpressionParameters, RequestExpressions } from '../expressions/request.ts'
import { consumedCapacity } from '../items/capacity.ts'
import { collectionMetrics } from '../items/collection.ts'
import { execute } from '../items/execute.ts'
import { checkedKey, prepareDelete } from '../items/prepare.ts'
import type { Model } from '../model.ts'
import type { Item } from '../values/value.ts'

export const deleteItem = (model: Model): Action =>
  action<DeleteItemCommandInput, DeleteItemCommandOutput>({
    accepts: [
      'TableName',
      'Key',
      'ConditionExpression',
      'ExpressionAttributeNames',
      'ExpressionAttributeValues',
      'ReturnValues',
      'ReturnConsumedCapacity',
      'ReturnItemCollectionMetrics',
      'ReturnValuesOnConditionCheckFailure',
      'Expected',
      'ConditionalOperator',
    ],
    access: (input) => [tableAccess(model, 'DeleteItem', input.TableName, { keys: [input.Key ?? {}], request: input })],
    run(input, call) {
      const tableName = tableNameOf(input.TableName)
      checkMembers(input)
      const { key, condition } = enveloped(() => checked(input))
      const showsOld = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD'
      const done = execute(model, prepareDelete(key, { tableName, condition, showsOld }), call, 'DeleteItem')
      return {
        Attributes: input.ReturnValues === 'ALL_OLD' ? done.old?.item : undefined,
        ConsumedCapacity: consumedCapacity(input.ReturnConsumedCapacity, done.table, done.units),
        ItemCollectionMetrics: collectionMetrics(input.ReturnItemCollectionMetrics, done),
      }
    },
  })

function checked(input: DeleteItemCommandInput): { key: Item; condition: Test | undefined } {
  checkExpressionParameters(input, ['ConditionExpression'], ['Expected', 'ConditionalOperator'])
  const key = checkedKey(input.Key ?? {}, 'current')
  if (input.ReturnValues !== undefined && input.ReturnValues !== 'ALL_OLD' && input.ReturnValues !== 'NONE')
    throw invalid('ReturnValues can only be ALL_OLD or NONE')
  const expressions = new RequestExpressions(input, 'current')
  const condition = expressions.condition(input.ConditionExpression)
  expressions.finish()
  return { key, condition }
}

function checkMembers(input: DeleteItemCommandInput): void {
  new Constraints()
    .present('key', input.Key)
    .oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity, RETURN_CAPACITY)
    .oneOf('returnItemCollectionMetrics', input.ReturnItemCollectionMetrics, RETURN_METRICS)
    .oneOf('returnValues', input.ReturnValues, RETURN_VALUES)
    .oneOf('returnValuesOnConditionCheckFailure', input.ReturnValuesOnConditionCheckFailure, ['ALL_OLD', 'NONE'])
    .done()
}
