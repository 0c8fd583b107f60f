import type { DeleteItemCommandInput, DeleteItemCommandOutput } from '@aws-sdk/client-dynamodb'
import { type Action, action } from '../../../service.ts'
import { tableAccess } from '../access.ts'
import { Constraints, currentTableNameOf } from '../constraints.ts'
import { enveloped } from '../errors.ts'
import type { Test } from '../expressions/condition.ts'
import { checkExpressionParameters, RequestExpressions } from '../expressions/request.ts'
import { consumedCapacity } from '../items/capacity.ts'
import { collectionMetrics } from '../items/collection.ts'
import { execute } from '../items/execute.ts'
import { checkedKey, prepareDelete } from '../items/prepare.ts'
import type { Model } from '../model.ts'
import type { Item } from '../values/value.ts'
import { checkMembersAtOnce, checkReturnsOld, isToldByOlderCode } from './single-item-request.ts'

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
      const tableName = currentTableNameOf(input.TableName)
      checkMembersAtOnce(input, new Constraints().present('key', input.Key))
      const { key, condition } = enveloped(() => checked(input), isToldByOlderCode(input))
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
  checkReturnsOld(input)
  const expressions = new RequestExpressions(input, 'current')
  const condition = expressions.condition(input.ConditionExpression)
  expressions.finish()
  return { key, condition }
}
