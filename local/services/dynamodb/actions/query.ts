import type { QueryCommandInput, QueryCommandOutput } from '@aws-sdk/client-dynamodb'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { tableAccess } from '../access.ts'
import { currentTableNameOf } from '../constraints.ts'
import { invalid, invalidParameter } from '../errors.ts'
import { fixedKey, type KeyTest } from '../expressions/key-condition.ts'
import { checkExpressionParameters, RequestExpressions } from '../expressions/request.ts'
import { rangeOf } from '../items/sort-range.ts'
import { checkWithinQuery, startPosition } from '../items/start-key.ts'
import type { Model } from '../model.ts'
import { type Index, type KeySchema, keyAttributes } from '../tables/schema.ts'
import type { Item } from '../values/value.ts'
import { answerPage, checkedStart, checkReadMembers, checkScalarKeys, checkSelection, indexOf } from './read-request.ts'

export const query = (model: Model): Action =>
  action<QueryCommandInput, QueryCommandOutput>({
    accepts: [
      'TableName',
      'IndexName',
      'KeyConditionExpression',
      'FilterExpression',
      'ProjectionExpression',
      'ExpressionAttributeNames',
      'ExpressionAttributeValues',
      'ExclusiveStartKey',
      'Limit',
      'ScanIndexForward',
      'ConsistentRead',
      'Select',
      'ReturnConsumedCapacity',
      'AttributesToGet',
      'KeyConditions',
      'QueryFilter',
      'ConditionalOperator',
    ],
    access: (input) => [
      tableAccess(model, 'Query', input.TableName, {
        index: input.IndexName,
        keys: queriedKeys(model, input),
        request: input,
      }),
    ],
    run(input, call) {
      const tableName = currentTableNameOf(input.TableName)
      checkReadMembers(input, 'Query')
      checkExpressionParameters(
        input,
        ['ProjectionExpression', 'FilterExpression', 'KeyConditionExpression'],
        ['AttributesToGet', 'QueryFilter', 'ConditionalOperator', 'KeyConditions'],
      )
      const start = checkedStart(input.ExclusiveStartKey, 'current')
      if (input.KeyConditionExpression === undefined)
        throw invalid('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.')
      const expressions = new RequestExpressions(input, 'current')
      const tests = expressions.keyConditions(input.KeyConditionExpression)
      const filter = expressions.filter(input.FilterExpression)
      const paths = expressions.projection(input.ProjectionExpression)
      expressions.finish()
      const table = model.tables.active(tableName)
      const index = indexOf(table, input)
      const key = index?.key ?? table.key
      const range = rangeOf(key, tests)
      const after = start && startPosition(table, index, start, { why: false })
      if (after)
        checkWithinQuery(
          after,
          range,
          key.range.some(({ name }) => tests.has(name)),
        )
      checkScalarKeys(table, paths)
      if (filter) checkFilter(key, index, filter.attributes)
      const fetches = checkSelection(index, input, paths)
      const request = {
        table,
        index,
        range: { ...range, after, descending: input.ScanIndexForward === false },
        limit: input.Limit,
        consistent: input.ConsistentRead ?? false,
        filter: filter?.test,
        fetches,
      }
      return answerPage(model, request, input, paths, call, 'Query')
    },
  })

function checkFilter(key: KeySchema, index: Index | undefined, attributes: ReadonlySet<string>): void {
  for (const { name } of keyAttributes(key))
    if (attributes.has(name))
      throw invalid(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`)
  const missing = [...attributes].filter((name) => index?.attributes && !index.attributes.has(name))
  if (index && missing.length > 0)
    throw invalidParameter(
      `Secondary index ${index.name} does not project one or more filter attributes: [${missing.sort().join(', ')}]`,
    )
}

/** The partition that a query reads, for a policy's dynamodb:LeadingKeys; of an index that is the index's. */
function queriedKeys(model: Model, input: QueryCommandInput): Item[] {
  const table = model.tables.find(input.TableName ?? '')
  if (!table || input.KeyConditionExpression === undefined) return []
  const key = (input.IndexName === undefined ? undefined : table.index(input.IndexName)?.key) ?? table.key
  const fixed = fixedKey(testsOf(input), key.hash[0].name)
  // The check looks for the table's partition key attribute.
  return fixed ? [{ [table.key.hash[0].name]: fixed[key.hash[0].name] as Item[string] }] : []
}

/** The key conditions of a request that may be wrong; its own check tells how. */
function testsOf(input: QueryCommandInput): ReadonlyMap<string, KeyTest> {
  try {
    return new RequestExpressions(input, 'current').keyConditions(input.KeyConditionExpression as string)
  } catch (error) {
    if (error instanceof AwsError) return new Map()
    throw error
  }
}
