import type { UpdateItemCommandInput, UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb'
import type { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { tableAccess } from '../access.ts'
import { Constraints, currentTableNameOf, RETURN_CAPACITY, RETURN_VALUES } from '../constraints.ts'
import { enveloped } from '../errors.ts'
import type { Path } from '../expressions/path.ts'
import { project } from '../expressions/projection.ts'
import { checkExpressionParameters, RequestExpressions } from '../expressions/request.ts'
import { consumedCapacity } from '../items/capacity.ts'
import { collectionMetrics } from '../items/collection.ts'
import { type Executed, execute } from '../items/execute.ts'
import { checkedKey, prepareUpdate } from '../items/prepare.ts'
import type { Model } from '../model.ts'
import type { Item } from '../values/value.ts'
import { checkMembersOneByOne, isToldByOlderCode } from './single-item-request.ts'

export const updateItem = (model: Model): Action =>
  action<UpdateItemCommandInput, UpdateItemCommandOutput>({
    accepts: [
      'TableName',
      'Key',
      'UpdateExpression',
      'ConditionExpression',
      'ExpressionAttributeNames',
      'ExpressionAttributeValues',
      'ReturnValues',
      'ReturnConsumedCapacity',
      'ReturnItemCollectionMetrics',
      'ReturnValuesOnConditionCheckFailure',
      'AttributeUpdates',
      'Expected',
      'ConditionalOperator',
    ],
    access: (input) => [tableAccess(model, 'UpdateItem', input.TableName, { keys: [input.Key ?? {}], request: input })],
    run(input, call) {
      if (input.Key === undefined) throw withoutKey(input)
      const tableName = currentTableNameOf(input.TableName)
      checkMembersOneByOne(input)
      const { key, update, condition } = enveloped(() => checked(input), isToldByOlderCode(input))
      const showsOld = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD'
      const prepared = prepareUpdate(key, update, { tableName, condition, showsOld, isCharged: true })
      const done = execute(model, prepared, call, 'UpdateItem')
      return {
        Attributes: returned(input.ReturnValues, done, update?.paths ?? []),
        ConsumedCapacity: consumedCapacity(input.ReturnConsumedCapacity, done.table, done.units),
        ItemCollectionMetrics: collectionMetrics(input.ReturnItemCollectionMetrics, done),
      }
    },
  })

function checked(input: UpdateItemCommandInput) {
  checkExpressionParameters(
    input,
    ['UpdateExpression', 'ConditionExpression'],
    ['AttributeUpdates', 'Expected', 'ConditionalOperator'],
  )
  const key = checkedKey(input.Key ?? {}, 'current')
  const expressions = new RequestExpressions(input, 'current')
  const update = expressions.update(input.UpdateExpression)
  const condition = expressions.condition(input.ConditionExpression)
  expressions.finish()
  return { key, update, condition }
}

/** Without a key, UpdateItem tells of all members at once (recorded 2026-10). */
function withoutKey(input: UpdateItemCommandInput): AwsError {
  return new Constraints()
    .oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity, RETURN_CAPACITY)
    .present('tableName', input.TableName)
    .length('tableName', input.TableName, 1, 255)
    .oneOf('returnValues', input.ReturnValues, RETURN_VALUES)
    .present('key', input.Key)
    .error() as AwsError
}

function returned(asked: string | undefined, { old, next }: Executed, paths: readonly Path[]): Item | undefined {
  switch (asked) {
    case 'ALL_OLD':
      return old?.item
    case 'ALL_NEW':
      return next?.item
    case 'UPDATED_OLD':
      return old && notEmpty(project(old.item, paths))
    case 'UPDATED_NEW':
      return next && notEmpty(project(next.item, paths))
    default:
      return undefined
  }
}

const notEmpty = (item: Item): Item | undefined => (Object.keys(item).length > 0 ? item : undefined)
