import type { QueryCommandInput, ScanCommandInput } from '@aws-sdk/client-dynamodb'
import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../service.ts'
import { Constraints, RETURN_CAPACITY } from '../constraints.ts'
import { invalid, invalidParameter } from '../errors.ts'
import type { Path } from '../expressions/path.ts'
import { project } from '../expressions/projection.ts'
import { consumedCapacity } from '../items/capacity.ts'
import { type PageRequest, readPage } from '../items/page.ts'
import { checkedKey } from '../items/prepare.ts'
import type { Model } from '../model.ts'
import type { Index } from '../tables/schema.ts'
import { keyAttributes } from '../tables/schema.ts'
import type { Table } from '../tables/table.ts'
import type { Wording } from '../values/tally.ts'
import type { Item } from '../values/value.ts'

/** What Query and Scan have in common. */
type ReadInput = QueryCommandInput | ScanCommandInput

const SELECT = ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'] as const

export function checkReadMembers(input: ReadInput, operation: 'Query' | 'Scan'): void {
  const constraints = new Constraints()
    .oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity, RETURN_CAPACITY)
    .oneOf('select', input.Select, SELECT)
    .length('indexName', input.IndexName, 3, 255)
  // Query prints this one without its value and with a capital letter, Scan does not (recorded 2026-06).
  if (operation === 'Scan') constraints.between('limit', input.Limit, 1)
  else if (input.Limit !== undefined && input.Limit < 1)
    constraints.add("Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1")
  if (operation === 'Query' && lacksProjection(input)) constraints.add(NO_PROJECTION)
  constraints.done()
}

/** Query tells of this as of a bad member, Scan alone and when it knows the table (recorded by dynamodb-conformance, 2026-09). */
const NO_PROJECTION =
  'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES'

const lacksProjection = ({ Select, ProjectionExpression, AttributesToGet }: ReadInput): boolean =>
  Select === 'SPECIFIC_ATTRIBUTES' && ProjectionExpression === undefined && AttributesToGet === undefined

/** Checks the values of an ExclusiveStartKey. */
export function checkedStart(given: Item | undefined, wording: Wording): Item | undefined {
  if (given === undefined) return undefined
  try {
    return checkedKey(given, wording)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const bare = /contains duplicates|number set|numeric value|significant digits|number with magnitude/
    throw bare.test(error.message) ? error : invalid(`The provided starting key is invalid: ${error.message}`)
  }
}

/** The index that a request names; `undefined` reads the table itself. */
export function indexOf(table: Table, input: ReadInput): Index | undefined {
  if (input.IndexName === undefined) return undefined
  const index = table.index(input.IndexName)
  if (!index || index.status === 'DELETING')
    throw invalid(`The table does not have the specified index: ${input.IndexName}`)
  if (index.status === 'CREATING')
    throw invalid(`Cannot read from backfilling global secondary index: ${input.IndexName}`)
  if (index.kind === 'global' && input.ConsistentRead)
    throw invalid('Consistent reads are not supported on global secondary indexes')
  return index
}

/**
 * Whether a local index has to fetch whole items.
 * @throws AwsError where the parts that the request selects do not go together, or with the index
 */
export function checkSelection(
  index: Index | undefined,
  input: ReadInput,
  paths: readonly Path[] | undefined,
): boolean {
  const { Select } = input
  if (Select === 'ALL_PROJECTED_ATTRIBUTES' && !index)
    throw invalidParameter('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName')
  if (lacksProjection(input)) throw invalid(NO_PROJECTION)
  if (paths && Select !== undefined && Select !== 'SPECIFIC_ATTRIBUTES')
    throw invalidParameter(
      Select === 'COUNT'
        ? 'Cannot specify the ProjectionExpression when choosing to get only the Count'
        : `Cannot specify the ProjectionExpression when choosing to get ${Select}`,
    )
  if (!index?.attributes) return false
  const wanted = paths?.map((path) => path[0] as string).filter((name) => !index.attributes?.has(name)) ?? []
  const everything = Select === 'ALL_ATTRIBUTES'
  if (index.kind === 'local') return everything || wanted.length > 0
  if (everything)
    throw invalidParameter(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    )
  if (wanted.length > 0)
    throw invalidParameter(`Global secondary index ${index.name} does not project [${wanted.join(', ')}]`)
  return false
}

/** @throws AwsError where a path reaches into an attribute that is a key */
export function checkScalarKeys(table: Table, paths: readonly Path[] | undefined): void {
  const nested = new Set((paths ?? []).filter((path) => path.length > 1).map((path) => path[0]))
  for (const { name } of keyAttributes(table.key))
    if (nested.has(name))
      throw invalid(
        `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: ${name}`,
      )
}

/** Reads a page, meters it, and shapes the answer. */
export function answerPage(
  model: Model,
  request: PageRequest,
  input: ReadInput,
  paths: readonly Path[] | undefined,
  call: Call,
  operation: string,
) {
  const page = readPage(model.database, request)
  model.meter.record(request.table.name, call, operation, { read: page.units.total })
  const items = paths ? page.items.map((item) => project(item, paths)) : page.items
  return {
    Items: input.Select === 'COUNT' ? undefined : items,
    Count: items.length,
    ScannedCount: page.scanned,
    LastEvaluatedKey: page.lastKey,
    ConsumedCapacity: consumedCapacity(input.ReturnConsumedCapacity, request.table, page.units),
  }
}
