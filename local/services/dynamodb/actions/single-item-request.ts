import { Constraints, RETURN_CAPACITY, RETURN_METRICS, RETURN_ON_FAILURE, RETURN_VALUES } from '../constraints.ts'
import { invalid } from '../errors.ts'
import type { Item, Value } from '../values/value.ts'

/** What PutItem, UpdateItem and DeleteItem have in common. */
interface SingleItemInput {
  readonly Item?: Item | undefined
  readonly Key?: Item | undefined
  readonly ExpressionAttributeValues?: Item | undefined
  readonly ReturnValues?: string | undefined
  readonly ReturnConsumedCapacity?: string | undefined
  readonly ReturnItemCollectionMetrics?: string | undefined
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined
}

/** A request with a value nested beyond this is told in the older code's way (dynamodb-conformance, 2026-10). */
const MAX_CURRENT_LEVELS = 62

/** Whether DynamoDB falls back to its older code to tell what is wrong with a request. */
export const isToldByOlderCode = ({ Item: item, Key, ExpressionAttributeValues }: SingleItemInput): boolean =>
  [item, Key, ExpressionAttributeValues].some((given) => given && isMapDeeper(given, MAX_CURRENT_LEVELS + 1))

/** Whether a value within has more levels. */
function isMapDeeper(map: Item, levels: number): boolean {
  for (const name in map) if (isDeeper(map[name] as Value, levels)) return true
  return false
}

function isDeeper({ M, L }: Value, levels: number): boolean {
  if (levels === 0) return true
  if (M !== undefined) return isMapDeeper(M, levels - 1)
  return L?.some((element) => isDeeper(element, levels - 1)) ?? false
}

/** As the current code says it, its own slip of the pen included (recorded by dynamodb-conformance, 2026-06 and 2026-10). */
const BAD_RETURN_VALUES =
  'Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]'

type Check = (constraints: Constraints) => void

function enumerationChecks(input: SingleItemInput): { readonly returnValues: Check; readonly others: [Check, Check] } {
  const isOlder = isToldByOlderCode(input)
  const { ReturnValues, ReturnItemCollectionMetrics: metrics } = input
  return {
    returnValues: (constraints) => {
      if (isOlder) constraints.oneOf('returnValues', ReturnValues, RETURN_VALUES)
      else if (ReturnValues !== undefined && !RETURN_VALUES.some((known) => known === ReturnValues))
        constraints.add(BAD_RETURN_VALUES)
    },
    others: [
      (constraints) => constraints.oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity, RETURN_CAPACITY),
      (constraints) => {
        if (isOlder) constraints.oneOf('returnItemCollectionMetrics', metrics, RETURN_METRICS)
        else if (metrics !== undefined && metrics !== 'SIZE' && metrics !== 'NONE')
          constraints.add('ReturnItemCollectionMetrics can only be SIZE or NONE')
      },
    ],
  }
}

/** PutItem and DeleteItem tell of every member at once. */
export function checkMembersAtOnce(input: SingleItemInput, constraints: Constraints): void {
  const { returnValues, others } = enumerationChecks(input)
  const [capacity, metrics] = others
  for (const check of [capacity, returnValues, metrics]) check(constraints)
  checkOnFailure(constraints, input).done()
}

/** UpdateItem tells of the first enumeration only (recorded 2026-06). */
export function checkMembersOneByOne(input: SingleItemInput): void {
  const { returnValues, others } = enumerationChecks(input)
  for (const check of [returnValues, ...others]) {
    const constraints = new Constraints()
    check(constraints)
    constraints.done()
  }
  checkOnFailure(new Constraints(), input).done()
}

const checkOnFailure = (constraints: Constraints, input: SingleItemInput): Constraints =>
  constraints.oneOf('returnValuesOnConditionCheckFailure', input.ReturnValuesOnConditionCheckFailure, RETURN_ON_FAILURE)

/** @throws AwsError where PutItem or DeleteItem is asked for what only an update can tell */
export function checkReturnsOld({ ReturnValues }: SingleItemInput): void {
  if (ReturnValues !== undefined && ReturnValues !== 'ALL_OLD' && ReturnValues !== 'NONE')
    throw invalid('ReturnValues can only be ALL_OLD or NONE')
}
