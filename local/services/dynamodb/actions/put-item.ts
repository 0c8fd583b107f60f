import type { PutItemCommandInput, PutItemCommandOutput } from '@aws-sdk/client-dynamodb'
import { type Action, action } from '../../../service.ts'
import { tableAccess } from '../access.ts'
import { Constraints, currentTableNameOf } from '../constraints.ts'
import { enveloped } from '../errors.ts'
import type { Test } from '../expressions/condition.ts'
import { checkExpressionParameters, RequestExpressions } from '../expressions/request.ts'
import { consumedCapacity } from '../items/capacity.ts'
import { collectionMetrics } from '../items/collection.ts'
import { execute } from '../items/execute.ts'
import type { NewItem } from '../items/plan.ts'
import { newItem, preparePut } from '../items/prepare.ts'
import type { Model } from '../model.ts'
import { checkMembersAtOnce, checkReturnsOld, isToldByOlderCode } from './single-item-request.ts'

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
      const tableName = currentTableNameOf(input.TableName)
      checkMembersAtOnce(input, new Constraints().present('item', input.Item))
      const { item, condition } = enveloped(() => checked(input), isToldByOlderCode(input))
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
  checkReturnsOld(input)
  const expressions = new RequestExpressions(input, 'current')
  const condition = expressions.condition(input.ConditionExpression)
  expressions.finish()
  return { item, condition }
}
