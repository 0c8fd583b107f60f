import type { GetItemCommandInput, GetItemCommandOutput } from '@aws-sdk/client-dynamodb'
import { type Action, action } from '../../../service.ts'
import { tableAccess } from '../access.ts'
import { Constraints, currentTableNameOf, RETURN_CAPACITY } from '../constraints.ts'
import { project } from '../expressions/projection.ts'
import { checkExpressionParameters, RequestExpressions } from '../expressions/request.ts'
import { consumedCapacity, readUnits, Units } from '../items/capacity.ts'
import { checkedKey } from '../items/prepare.ts'
import type { Model } from '../model.ts'
import { keyOfLookup } from '../tables/key-checks.ts'
import { decodeItem } from '../values/codec.ts'

export const getItem = (model: Model): Action =>
  action<GetItemCommandInput, GetItemCommandOutput>({
    accepts: [
      'TableName',
      'Key',
      'ConsistentRead',
      'ProjectionExpression',
      'ExpressionAttributeNames',
      'ReturnConsumedCapacity',
      'AttributesToGet',
    ],
    access: (input) => [tableAccess(model, 'GetItem', input.TableName, { keys: [input.Key ?? {}], request: input })],
    run(input, call) {
      const tableName = currentTableNameOf(input.TableName)
      new Constraints()
        .present('key', input.Key)
        .oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity, RETURN_CAPACITY)
        .done()
      checkExpressionParameters<GetItemCommandInput>(input, ['ProjectionExpression'], ['AttributesToGet'])
      const key = checkedKey(input.Key ?? {}, 'current')
      const expressions = new RequestExpressions(input, 'current')
      const paths = expressions.projection(input.ProjectionExpression)
      expressions.finish()
      const table = model.tables.active(tableName)
      const row = table.store.find(keyOfLookup(table, key))
      const units = new Units()
      units.table = readUnits(row?.size ?? 0, input.ConsistentRead ?? false)
      model.meter.record(table.name, call, 'GetItem', { read: units.total })
      const item = row && decodeItem(row.item)
      return {
        Item: item && paths ? project(item, paths) : item,
        ConsumedCapacity: consumedCapacity(input.ReturnConsumedCapacity, table, units),
      }
    },
  })
