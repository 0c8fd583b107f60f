import type {
  AttributeDefinition,
  CreateTableInput,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  Projection,
  ProvisionedThroughput,
} from '@aws-sdk/client-dynamodb'
import { invalid, invalidParameter } from '../errors.ts'

/** HASH attributes, and RANGE attributes, that a global index may have. */
export const MAX_KEY_ATTRIBUTES = 4
/** Indexes of either kind that a table may have. */
export const MAX_GLOBAL_INDEXES = 20
const MAX_LOCAL_INDEXES = 5
const MAX_PROJECTED_ATTRIBUTES = 100
const MAX_UNITS = 1_000_000_000_000
const TABLE_CLASSES: readonly string[] = ['STANDARD', 'STANDARD_INFREQUENT_ACCESS']

/**
 * The rules of a new table that hold between its members, in DynamoDB's order.
 * @throws AwsError at the first that is broken
 */
export function checkNewTable(input: CreateTableInput): void {
  checkTableClass(input.TableClass)
  checkBilling(input)
  const attributes = input.AttributeDefinitions ?? []
  const names = attributes.map(({ AttributeName }) => AttributeName)
  const repeated = names.find((name, at) => names.indexOf(name) < at)
  if (repeated !== undefined) throw invalid(`Attribute Name is duplicated: ${repeated}`)
  const schema = input.KeySchema ?? []
  if (schema.length > attributes.length) throw invalid('Invalid KeySchema: Some index key attribute have no definition')
  checkKeySchema(schema, attributes)
  const indexNames = new Set<string>()
  if (input.LocalSecondaryIndexes) checkLocalIndexes(input, input.LocalSecondaryIndexes, indexNames)
  if (input.GlobalSecondaryIndexes) checkGlobalIndexes(input, input.GlobalSecondaryIndexes, indexNames)
  checkAllUsed(input, names)
}

export function checkTableClass(tableClass: string | undefined): void {
  if (tableClass !== undefined && !TABLE_CLASSES.includes(tableClass))
    throw invalid(
      `Invalid table-class parameter provided. Please try again with a valid table-class value: [${TABLE_CLASSES.join(', ')}].`,
    )
}

function checkBilling(input: CreateTableInput): void {
  if (input.BillingMode === 'PAY_PER_REQUEST') {
    if (input.ProvisionedThroughput)
      throw invalidParameter(
        'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
      )
    return
  }
  if (!input.ProvisionedThroughput)
    throw invalidParameter(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    )
  checkThroughputBounds(input.ProvisionedThroughput)
}

export function checkThroughputBounds(throughput: ProvisionedThroughput): void {
  for (const name of ['ReadCapacityUnits', 'WriteCapacityUnits'] as const)
    if ((throughput[name] ?? 0) > MAX_UNITS)
      throw invalid(`Given value ${throughput[name]} for ${name} is out of bounds`)
}

/** `most`: how many attributes of either type the key may have. */
export function checkKeySchema(
  schema: readonly KeySchemaElement[],
  attributes: readonly AttributeDefinition[],
  most = 1,
): void {
  const keys = schema.map(({ AttributeName }) => AttributeName as string)
  const names = attributes.map(({ AttributeName }) => AttributeName as string)
  if (keys.some((key) => !names.includes(key)))
    throw invalidParameter(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${keys.join(', ')}], AttributeDefinitions: [${names.join(', ')}]`,
    )
  const repeated = keys.find((key, at) => keys.indexOf(key) < at)
  if (repeated !== undefined && (schema.length > 2 || schema[1]?.KeyType === 'HASH'))
    throw invalid('The KeySchema contains multiple key attributes with the same name')
  if (repeated !== undefined)
    throw invalid('Both the Hash Key and the Range Key element in the KeySchema have the same name')
  if (schema[0]?.KeyType !== 'HASH')
    throw invalid('Invalid KeySchema: The first KeySchemaElement is not a HASH key type')
  if (most === 1 && schema[1] && schema[1].KeyType !== 'RANGE')
    throw invalid('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type')
  const hashes = schema.filter(({ KeyType }) => KeyType === 'HASH').length
  if (hashes > most || schema.length - hashes > most)
    throw invalidParameter(
      `The KeySchema exceeds the maximum allowed number of ${hashes > most ? 'HASH' : 'RANGE'} key attributes`,
    )
  if (schema.slice(0, hashes).some(({ KeyType }) => KeyType !== 'HASH'))
    throw invalidParameter('All HASH key attributes must precede RANGE key attributes in the KeySchema')
}

function checkLocalIndexes(input: CreateTableInput, indexes: readonly LocalSecondaryIndex[], seen: Set<string>): void {
  if (indexes.length === 0) throw invalidParameter('List of LocalSecondaryIndexes is empty')
  const schema = input.KeySchema ?? []
  if (schema.length !== 2)
    throw invalidParameter(
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    )
  for (const index of indexes) {
    checkKeySchema(index.KeySchema ?? [], input.AttributeDefinitions ?? [])
    const [hash, range] = index.KeySchema ?? []
    if (!range) throw invalidParameter(`Index KeySchema does not have a range key for index: ${index.IndexName}`)
    if (hash?.AttributeName !== schema[0]?.AttributeName)
      throw invalidParameter(
        `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${index.IndexName}. index hash key: ${hash?.AttributeName}, table hash key: ${schema[0]?.AttributeName}`,
      )
    checkProjection(index.Projection)
    checkName(index.IndexName as string, seen)
  }
  if (indexes.length > MAX_LOCAL_INDEXES)
    throw invalidParameter(`Number of LocalSecondaryIndexes exceeds per-table limit of ${MAX_LOCAL_INDEXES}`)
}

function checkGlobalIndexes(
  input: CreateTableInput,
  indexes: readonly GlobalSecondaryIndex[],
  seen: Set<string>,
): void {
  if (indexes.length === 0) throw invalidParameter('List of GlobalSecondaryIndexes is empty')
  for (const index of indexes) {
    checkKeySchema(index.KeySchema ?? [], input.AttributeDefinitions ?? [], MAX_KEY_ATTRIBUTES)
    checkProjection(index.Projection)
    checkIndexBilling(index, input.BillingMode === 'PAY_PER_REQUEST', MADE)
    checkName(index.IndexName as string, seen)
  }
  if (indexes.length > MAX_GLOBAL_INDEXES)
    throw invalidParameter(`GlobalSecondaryIndex count exceeds the per-table limit of ${MAX_GLOBAL_INDEXES}`)
  const nonKey = [...indexes, ...(input.LocalSecondaryIndexes ?? [])].flatMap(
    (each) => each.Projection?.NonKeyAttributes ?? [],
  )
  if (nonKey.length > MAX_PROJECTED_ATTRIBUTES)
    throw invalidParameter(`Number of projected attributes exceeds the per-table limit of ${MAX_PROJECTED_ATTRIBUTES}`)
}

/** What the refusal of an index's capacity says: of an index made with its table, or one added later. */
export const MADE = {
  needless: (index: string) =>
    `ProvisionedThroughput should not be specified for index: ${index} when BillingMode is PAY_PER_REQUEST`,
  missing: (index: string) => `ProvisionedThroughput is not specified for index: ${index}`,
}
export const ADDED: typeof MADE = {
  needless: (index) =>
    `Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: ${index} when BillingMode is PAY_PER_REQUEST`,
  missing: (index) => `Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: ${index}`,
}

export function checkIndexBilling(index: GlobalSecondaryIndex, onDemand: boolean, words: typeof MADE): void {
  const name = index.IndexName as string
  if (onDemand && index.ProvisionedThroughput) throw invalidParameter(words.needless(name))
  if (!onDemand && !index.ProvisionedThroughput) throw invalidParameter(words.missing(name))
}

export function checkProjection(projection: Projection | undefined): void {
  const type = projection?.ProjectionType
  if (type === undefined) throw invalidParameter('Unknown ProjectionType: null')
  if (projection?.NonKeyAttributes && type !== 'INCLUDE')
    throw invalidParameter(`ProjectionType is ${type}, but NonKeyAttributes is specified`)
  if (type === 'INCLUDE' && !projection?.NonKeyAttributes)
    throw invalidParameter('ProjectionType is INCLUDE, but NonKeyAttributes is not specified')
  const names = projection?.NonKeyAttributes ?? []
  const repeated = names.find((name, at) => names.indexOf(name) < at)
  if (repeated !== undefined) throw invalidParameter(`Duplicate element in NonKeyAttributes: ${repeated}`)
}

function checkName(name: string, seen: Set<string>): void {
  if (seen.has(name)) throw invalidParameter(`Duplicate index name: ${name}`)
  seen.add(name)
}

function checkAllUsed(input: CreateTableInput, names: readonly (string | undefined)[]): void {
  const indexes = [...(input.LocalSecondaryIndexes ?? []), ...(input.GlobalSecondaryIndexes ?? [])]
  const used = new Set([input, ...indexes].flatMap(({ KeySchema }) => KeySchema ?? []).map((key) => key.AttributeName))
  if (names.every((name) => used.has(name))) return
  if (indexes.length === 0)
    throw invalidParameter(
      'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    )
  throw invalidParameter(
    `Some AttributeDefinitions are not used. AttributeDefinitions: [${names.join(', ')}], keys used: [${[...used].join(', ')}]`,
  )
}
