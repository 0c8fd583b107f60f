import type { PutItemCommandInput, PutItemCommandOutput } from '@aws-sdk/client-dynamodb'
import { type Action, action } from '../../../service.ts'
import { tableAccess } from '../access.ts'
import { Constraints, RETURN_CAPACITY, RETURN_METRICS, RETURN_VALUES, tableNameOf } from '../constraints.ts'
import { enveloped, invalid } from '../errors.ts'
import type { Test } from '../expressions/condition.ts'
import { checkExpressionParameters, RequestExpressions } from '../expressions/request.ts'
import { consumedCapacity } from '../items/capacity.ts'
import { collectionMetrics } from '../items/collection.ts'
import { execute } from '../items/execute.ts'
import type { NewItem } from '../items/plan.ts'
import { newItem, preparePut } from '../items/prepare.ts'
import type { Model } from '../model.ts'

export const putItem = (model: Model): Action =>
  action<PutItemCommandInput, PutItemCommandOutput>({
    accepts: [
      'TableName',
      'Item',
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
    access: (input) => [tableAccess(model, 'PutItem', input.TableName, { keys: [input.Item ?? {}], request: input })],
    run(input, call) {
      const tableName = tableNameOf(input.TableName)
      checkMembers(input)
      const { item, condition } = enveloped(() => checked(input))
      const showsOld = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD'
      const done = execute(model, preparePut(item, { tableName, condition, showsOld }), call, 'PutItem')
      return {
        Attributes: input.ReturnValues === 'ALL_OLD' ? done.old?.item : undefined,
        ConsumedCapacity: consumedCapacity(input.ReturnConsumedCapacity, done.table, done.units),
        ItemCollectionMetrics: collectionMetrics(input.ReturnItemCollectionMetrics, done),
      }
    },
  })

function checked(input: PutItemCommandInput): { item: NewItem; condition: Test | undefined } {
  checkExpressionParameters(input, ['ConditionExpression'], ['Expected', 'ConditionalOperator'])
  const item = newItem(input.Item ?? {}, 'current')
  if (input.ReturnValues !== undefined && input.ReturnValues !== 'ALL_OLD' && input.ReturnValues !== 'NONE')
    throw invalid('ReturnValues can only be ALL_OLD or NONE')
  const expressions = new RequestExpressions(input, 'current')
  const condition = expressions.condition(input.ConditionExpression)
  expressions.finish()
  return { item, condition }
}

function checkMembers(input: PutItemCommandInput): void {
  new Constraints()
    .present('item', input.Item)
    .oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity, RETURN_CAPACITY)
    .oneOf('returnItemCollectionMetrics', input.ReturnItemCollectionMetrics, RETURN_METRICS)
    .oneOf('returnValues', input.ReturnValues, RETURN_VALUES)
    .oneOf('returnValuesOnConditionCheckFailure', input.ReturnValuesOnConditionCheckFailure, ['ALL_OLD', 'NONE'])
    .done()
}
