import type { ScanCommandInput, ScanCommandOutput } from '@aws-sdk/client-dynamodb'
import { type Action, action } from '../../../service.ts'
import { tableAccess } from '../access.ts'
import { Constraints, tableNameOf } from '../constraints.ts'
import { invalid } from '../errors.ts'
import { checkExpressionParameters, RequestExpressions } from '../expressions/request.ts'
import { checkWithinSegment, segmentOf, startPosition } from '../items/start-key.ts'
import type { Model } from '../model.ts'
import { answerPage, checkedStart, checkReadMembers, checkScalarKeys, checkSelection, indexOf } from './read-request.ts'

const MAX_SEGMENTS = 1_000_000

export const scan = (model: Model): Action =>
  action<ScanCommandInput, ScanCommandOutput>({
    accepts: [
      'TableName',
      'IndexName',
      'FilterExpression',
      'ProjectionExpression',
      'ExpressionAttributeNames',
      'ExpressionAttributeValues',
      'ExclusiveStartKey',
      'Limit',
      'Segment',
      'TotalSegments',
      'ConsistentRead',
      'Select',
      'ReturnConsumedCapacity',
      'AttributesToGet',
      'ScanFilter',
      'ConditionalOperator',
    ],
    access: (input) => [tableAccess(model, 'Scan', input.TableName, { index: input.IndexName, request: input })],
    run(input, call) {
      const tableName = tableNameOf(input.TableName)
      checkReadMembers(input, 'Scan')
      checkExpressionParameters(
        input,
        ['ProjectionExpression', 'FilterExpression'],
        ['AttributesToGet', 'ScanFilter', 'ConditionalOperator'],
      )
      const start = checkedStart(input.ExclusiveStartKey, 'older')
      const segment = segmentAsked(input)
      const expressions = new RequestExpressions(input, 'older')
      const filter = expressions.filter(input.FilterExpression)
      const paths = expressions.projection(input.ProjectionExpression)
      expressions.finish()
      const table = model.tables.active(tableName)
      const index = indexOf(table, input)
      const after = start && startPosition(table, index, start, { why: true })
      if (after && segment) checkWithinSegment(after, ...segment)
      checkScalarKeys(table, paths)
      const request = {
        table,
        index,
        range: { after, segment: segment && segmentOf(...segment) },
        limit: input.Limit,
        consistent: input.ConsistentRead ?? false,
        filter: filter?.test,
        fetches: checkSelection(index, input, paths),
      }
      return answerPage(model, request, input, paths, call, 'Scan')
    },
  })

function segmentAsked({ Segment, TotalSegments }: ScanCommandInput): [number, number] | undefined {
  if (Segment === undefined && TotalSegments === undefined) return undefined
  new Constraints()
    .between('segment', Segment, 0, MAX_SEGMENTS - 1)
    .between('totalSegments', TotalSegments, 1, MAX_SEGMENTS)
    .done()
  if (TotalSegments === undefined)
    throw invalid(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    )
  if (Segment === undefined)
    throw invalid(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    )
  if (Segment >= TotalSegments)
    throw invalid(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${Segment} is not less than TotalSegments: ${TotalSegments}`,
    )
  return [Segment, TotalSegments]
}
